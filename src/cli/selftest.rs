//! `proofmark selftest`.

use super::args::{Listing, SelftestArgs};
use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::exit::Exit;
use crate::reference::{self, Fault, Variant};
use crate::selftest::{Kill, Scope, Spared, kill, spare};
use serde_json::json;
use std::sync::Arc;

/// Judges the harness itself and prints the kill matrix.
pub(super) fn selftest(args: &SelftestArgs) -> Result<Exit, Failure> {
    let suite = Arc::new(Suite::builtin().map_err(Failure::own)?);
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let faults: Vec<&'static Fault> = reference::faults().iter().filter(|fault| wanted(fault.name)).collect();
    let variants: Vec<&'static Variant> =
        reference::variants().iter().filter(|variant| wanted(variant.name)).collect();
    let known = |name: &String| reference::fault(name).is_some() || reference::variant(name).is_some();
    if let Some(name) = args.only.iter().find(|name| !known(name)) {
        return Err(Failure::input(format!(
            "--only {name}: neither a fault nor a variant is called so (see `proofmark faults`)"
        )));
    }
    let runtime = super::run::runtime()?;
    let mut spared = Vec::new();
    let mut kills = Vec::new();
    let text = matches!(args.format, Listing::Text);
    let plain = if args.only.is_empty() { vec![None] } else { Vec::new() };
    for variant in plain.into_iter().chain(variants.into_iter().map(Some)) {
        let one = runtime.block_on(spare(&suite, variant, args.seed)).map_err(Failure::own)?;
        if text && !output::line(&spared_line(&one)) {
            return Ok(Exit::Held);
        }
        spared.push(one);
    }
    for fault in faults {
        let one = runtime.block_on(kill(&suite, fault, Scope::Whole, args.seed)).map_err(Failure::own)?;
        if text && !output::line(&kill_line(&one)) {
            return Ok(Exit::Held);
        }
        kills.push(one);
    }
    let noticed = kills.iter().filter(|kill| kill.is_noticed()).count();
    let accused = spared.iter().filter(|spared| !spared.accused.is_empty()).count();
    if text {
        output::line(&format!(
            "{noticed} of {} faults noticed; {accused} of {} correct wallets failed or warned",
            kills.len(),
            spared.len()
        ));
    } else {
        print_json(&spared, &kills)?;
    }
    Ok(if noticed == kills.len() && accused == 0 { Exit::Held } else { Exit::Broken })
}

fn name(spared: &Spared) -> &'static str {
    spared.variant.map_or("(the wallet as it is)", |variant| variant.name)
}

fn spared_line(spared: &Spared) -> String {
    if spared.accused.is_empty() {
        return format!("correct   {}", name(spared));
    }
    let cases: Vec<String> =
        spared.accused.iter().map(|(id, reason)| format!("\n            {id}: {reason}")).collect();
    format!("ACCUSED   {}{}", name(spared), cases.concat())
}

fn kill_line(kill: &Kill) -> String {
    const SHOWN: usize = 3;
    let mark = if kill.is_noticed() { "noticed " } else { "SURVIVED" };
    let cases = if kill.is_noticed() { &kill.noticed } else { &kill.besides };
    let mut shown: Vec<&str> = cases.iter().take(SHOWN).map(String::as_str).collect();
    let more = format!("and {} more", cases.len().saturating_sub(SHOWN));
    if cases.len() > SHOWN {
        shown.push(&more);
    }
    let by = match (kill.is_noticed(), shown.is_empty()) {
        (true, _) => format!("by {}", shown.join(", ")),
        (false, true) => "no case fails or warns".to_owned(),
        (false, false) => format!("noticed only by cases that it does not name: {}", shown.join(", ")),
    };
    format!("{mark}  {} ({})\n            {by}", kill.fault.name, kill.fault.law)
}

fn print_json(spared: &[Spared], kills: &[Kill]) -> Result<(), Failure> {
    let correct: Vec<_> = spared
        .iter()
        .map(|one| {
            let accused: Vec<_> =
                one.accused.iter().map(|(id, reason)| json!({ "case": id, "reason": reason })).collect();
            json!({ "variant": name(one), "accused": accused })
        })
        .collect();
    let faults: Vec<_> = kills
        .iter()
        .map(|one| {
            json!({
                "fault": one.fault.name, "law": one.fault.law, "killed": one.is_noticed(),
                "noticed_by": one.noticed, "besides": one.besides,
            })
        })
        .collect();
    let matrix = json!({ "correct": correct, "faults": faults });
    output::print(&format!("{}\n", serde_json::to_string_pretty(&matrix).map_err(Failure::own)?));
    Ok(())
}
