use proofmark::generate::*; use proofmark::schema::*;
fn main() {
    let f = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let groups: Vec<serde_json::Value> = serde_json::from_str(&f).unwrap();
    for g in groups {
        let t = std::time::Instant::now();
        let Ok(gen_) = Generator::new(&g["schema"], Formats::Annotated) else { continue };
        let a = t.elapsed();
        let v = gen_.valid();
        let b = t.elapsed();
        if let Ok(v) = v { for i in 0..20 { let _ = draw(&v, seed(3,"x",i)); } }
        let c = t.elapsed();
        for goal in gen_.goals() { let t = std::time::Instant::now(); let r = gen_.documents(goal); let bt = t.elapsed(); let d = r.and_then(|s| draw(&s, seed(3,"x",0))); if t.elapsed().as_millis() > 100 { println!("   {goal:?} {:?} {:?} {:?}", bt, t.elapsed(), d.err()); } }
        if t.elapsed().as_millis() > 300 { println!("{} new {:?} valid {:?} draw {:?} goals {} {:?}", g["description"], a, b, c, gen_.goals().len(), t.elapsed()); }
    }
}
