//! Everything is run, and everything that was written is searched.

use crate::canaries::{self, Canaries, plant, text};
use crate::mirror::Mirror;
use crate::place::{Done, Place};
use crate::silent::Finder;

/// All report formats, as the binary knows them.
fn reports(to: &str) -> String {
    let all = proofmark::report::format::Format::ALL;
    let option = |name: &str| format!(" --report {name}={to}.{name}");
    all.iter().map(|format| option(format.as_str())).collect::<Vec<_>>().concat()
}

/// What was printed and written.
struct Heap(Vec<(String, Vec<u8>)>);

impl Heap {
    fn take(&mut self, what: &str, done: Done) {
        self.0.push((format!("stdout of {what}"), done.out));
        self.0.push((format!("stderr of {what}"), done.err));
    }

    /// Searches it all, and what was sent as signatures too.
    #[track_caller]
    fn assert_silent(mut self, place: &Place, canaries: &Canaries, mirror: &Mirror) {
        self.0.extend(place.written());
        Finder::new(canaries.all()).assert_silent(&self.0);
        let signatures = mirror.signatures();
        let some = signatures.iter().step_by((signatures.len() / 200).max(1));
        Finder::new(some.map(|text| ("a signature", text.as_bytes()))).assert_silent(&self.0);
    }
}

#[test]
fn nothing_that_a_target_repeats_brings_a_secret_into_what_is_written() {
    let mirror = Mirror::start();
    let mut place = Place::new();
    let canaries = plant(&mut place, &mirror, "");
    let mut heap = Heap(Vec::new());
    let run = |heap: &mut Heap, codes: &[i32], line: &str| heap.take(line, place.run(line).one_of(codes));
    let first = format!("run --config conf/p.toml --samples 1 --snapshot out/a.snap{}", reports("out/one"));
    run(&mut heap, &[1], &first);
    let sent = mirror.heard().concat();
    for name in [
        "token in text",
        "token in a variable",
        "token in a file",
        "header in text",
        "key header",
        "cookie header",
    ] {
        let json = serde_json::json!(text(name)).to_string();
        assert!(sent.contains(json.trim_matches('"')), "{name} was sent");
    }
    assert!(
        sent.contains("Proxy-Authorization") || sent.contains("proxy-authorization"),
        "the proxy's was sent"
    );
    assert!(mirror.signatures().len() > 100);
    let json = place.read("out/one.json");
    assert!(json.contains("«redacted:tokens.valid»") && json.contains("«redacted:headers.X-Plain»"));
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let broken = report["cases"].as_array().unwrap().iter().find(|case| !case["finding"].is_null()).unwrap();
    let id = broken["id"].as_str().unwrap().to_owned();

    let few = "run --config conf/p.toml --samples 1 --only sendInbox/code/* --only sendInbox/status/*";
    run(&mut heap, &[0, 1, 3], &format!("{few} --color always --profile supplied{}", reports("out/two")));
    assert!(mirror.heard().concat().contains(text("supplied token")), "the supplied token was sent");
    run(
        &mut heap,
        &[0, 1, 3],
        &format!("{few} --profile plain --snapshot out/a.snap{}", reports("out/three")),
    );
    run(&mut heap, &[0, 1, 3], &format!("{few} --shard 1/2 --report json=out/s1.json"));
    run(&mut heap, &[0, 1, 3], &format!("{few} --shard 2/2 --report json=out/s2.json"));
    run(
        &mut heap,
        &[0, 1, 3],
        "merge out/s1.json out/s2.json --report json=out/s.json --report html=out/s.html",
    );
    run(
        &mut heap,
        &[0, 1],
        "diff out/one.json out/two.json --report html=out/d.html --report markdown=out/d.md --report json=out/d.json",
    );
    std::fs::create_dir(place.path("out/runs")).unwrap();
    for name in ["one", "two", "three"] {
        std::fs::copy(place.path(&format!("out/{name}.json")), place.path(&format!("out/runs/{name}.json")))
            .unwrap();
    }
    run(&mut heap, &[0, 1], "trend out/runs --report html=out/t.html --report json=out/t.json");
    run(&mut heap, &[0], "accept out/one.json --snapshot out/b.snap --owner me --reason because");
    run(&mut heap, &[0, 1, 3], &format!("replay out/one.json {id} --config conf/p.toml"));
    run(&mut heap, &[0], &format!("explain {id}"));
    run(&mut heap, &[0], "list --format json");
    run(&mut heap, &[0, 1, 3], "probe --config conf/p.toml --output out/found.toml");
    run(&mut heap, &[0, 1, 2], "init --yes --output out/start.toml");
    run(&mut heap, &[0, 1, 2], "lint conf/p.toml");

    // A journal that broke off is gone on with.
    let journal = place.read("out/three.ndjson");
    let half: String =
        journal.lines().take(journal.lines().count() / 2).map(|line| line.to_owned() + "\n").collect();
    place.write("out/half.ndjson", half);
    run(
        &mut heap,
        &[0, 1, 3],
        &format!("{few} --profile plain --resume out/half.ndjson --report json=out/resumed.json"),
    );
    heap.take(
        "an interrupted run",
        place.interrupted(&format!("run --config conf/p.toml{}", reports("out/cut")), 700),
    );

    // Evidence, with a key of its own.
    let key = include_str!("../evidence/keys/test.key");
    place.write("conf/evidence.key", key);
    place.write("conf/evidence.pub", include_str!("../evidence/keys/test.pub"));
    run(
        &mut heap,
        &[0, 1],
        "attest out/one.json --key conf/evidence.key --journal out/one.ndjson --output out/e.json",
    );
    run(&mut heap, &[0, 1, 2], "verify out/e.json --key conf/evidence.pub --certificate out/c.html");
    let mut canaries = canaries;
    canaries.key("evidence key", key);
    heap.assert_silent(&place, &canaries, &mirror);
}

#[test]
fn a_hook_keeps_what_it_was_told_and_what_it_says() {
    let mirror = Mirror::start();
    let mut place = Place::new();
    let canaries = plant(&mut place, &mirror, "[hook]\ncommand = [\"./hook.sh\"]\n");
    let mut heap = Heap(Vec::new());
    place.script(
        "conf/hook.sh",
        &format!("cat > /dev/null; echo '{{\"headers\":{{\"X-Sign\":\"{}\"}}}}'", text("hook header")),
    );
    let few =
        "run --config conf/p.toml --samples 1 --only sendInbox/code/* --only sendInbox/request/requestId/*";
    heap.take("a hook", place.run(&format!("{few}{}", reports("out/one"))).one_of(&[0, 1, 3]));
    assert!(mirror.heard().concat().contains(text("hook header")), "what the hook set was sent");
    // One that complains of everything that it was told, cut anywhere.
    place.script(
        "conf/hook.sh",
        "cat | base64 -w0 | head -c 333 >&2; cat \"$(dirname \"$0\")/client.pem\" >&2; env | sort >&2; exit 3",
    );
    let done = place.run(&format!("{few}{}", reports("out/two")));
    assert!(done.texts().contains("hook.command failed with exit code 3"), "{}", done.texts());
    heap.take("a hook that complains", done);
    let url = format!("{}/sign?key={}", mirror.url, text("hook query"));
    let toml = place.read("conf/p.toml").replace("command = [\"./hook.sh\"]", &format!("url = \"{url}\""));
    place.write("conf/p.toml", toml);
    heap.take("a hook that is a URL", place.run(&format!("{few}{}", reports("out/three"))));
    heap.assert_silent(&place, &canaries, &mirror);
}

#[test]
fn what_cannot_be_reached_brings_no_secret_into_an_error() {
    let mirror = Mirror::start();
    let mut place = Place::new();
    let canaries = plant(&mut place, &mirror, "");
    let toml = place.read("conf/p.toml").replace("proxy = { env", "no_proxy = [\"*\"]\nproxy = { env");
    place.write("conf/p.toml", toml);
    let mut heap = Heap(Vec::new());
    for target in ["http://127.0.0.1:1", "https://127.0.0.1:1", &mirror.url.replace("http:", "https:")] {
        let line = format!(
            "run --config conf/p.toml --target {target} --timeout 300ms --budget 4s{}",
            reports("out/r")
        );
        heap.take(target, place.run(&line).one_of(&[3]));
    }
    heap.assert_silent(&place, &canaries, &mirror);
}

#[test]
fn the_target_that_is_judged_is_named_without_credentials() {
    let place = Place::new();
    for target in
        ["http://u:canary-4711-url@127.0.0.1:1", "http://127.0.0.1:1/?k=canary-4711-url", "canary-4711-url?x"]
    {
        for command in ["run", "probe", "replay out/r.json x"] {
            let done = place.run(&format!("{command} --target {target}"));
            assert!(!done.texts().contains("canary-4711-url"), "{command}: {}", done.texts());
        }
    }
    let _ = canaries::PLANTED;
}
