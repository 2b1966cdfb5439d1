//! What the commands of a configuration are told: nothing but what they were given.

use crate::canaries::{plant, text};
use crate::mirror::Mirror;
use crate::place::Place;
use crate::silent::Finder;

#[test]
fn no_secret_stands_on_a_command_line_or_in_a_new_variable() {
    let mirror = Mirror::start();
    let mut place = Place::new();
    let canaries = plant(&mut place, &mirror, "[hook]\ncommand = [\"./hook.sh\", \"an argument\"]\n");
    let seen = place.path("seen");
    std::fs::create_dir(&seen).unwrap();
    let look = format!(
        "S={}/$$; cat /proc/$$/cmdline /proc/$PPID/cmdline > $S.words; cat /proc/$$/environ > $S.environ; ls -l /proc/$$/fd > $S.files",
        seen.display()
    );
    place.script("conf/hook.sh", &format!("{look}; cat > /dev/null; echo '{{}}'"));
    place.script("conf/token.sh", &format!("{look}; echo '{}'", text("token of a command")));
    place.script("conf/count.sh", &format!("{look}; echo 1"));
    let toml = place.read("conf/p.toml");
    let (before, rest) = toml.split_once("inbox = ").unwrap();
    let after = rest.split_once('\n').unwrap().1;
    place.write(
        "conf/p.toml",
        format!("{before}inbox = {{ command = [\"./count.sh\", \"{{requestId}}\"] }}\n{after}"),
    );
    let few = "--samples 1 --only sendInbox/code/* --only sendInbox/idempotency/replay-same-result";
    place.run(&format!("run --config conf/p.toml {few}")).one_of(&[0, 1, 3]);
    let mut words = Vec::new();
    let given: Vec<&str> =
        [text("token in a variable"), text("header in a variable"), text("evidence password"), "PM_PROXY"]
            .into();
    for entry in std::fs::read_dir(&seen).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|end| end == "environ") {
            let variables: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
            // What the variables of this test hold was given to proofmark by them, and is inherited.
            let new = variables
                .into_iter()
                .map(String::from_utf8_lossy)
                .filter(|text| !given.iter().any(|given| text.contains(given)));
            words.push((path.display().to_string(), new.collect::<String>().into_bytes()));
        } else {
            words.push((path.display().to_string(), bytes));
        }
    }
    assert!(words.len() > 6, "{}", words.len());
    Finder::new(canaries.all()).assert_silent(&words);
}
