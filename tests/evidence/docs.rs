//! The page about evidence is true: its commands are run in order.

use super::support::Place;
use std::path::Path;
use std::process::Command;

#[test]
fn the_commands_of_the_page_work() {
    let place = Place::new();
    let page = include_str!("../../docs/evidence.md");
    let binary = Path::new(env!("CARGO_BIN_EXE_proofmark")).parent().unwrap().display().to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap());
    let known =
        |tool: &str| Command::new(tool).arg("--version").output().is_ok_and(|done| done.status.success());
    if Command::new("openssl").arg("version").output().is_err() || !known("python3") {
        eprintln!("left out: openssl or python3 is not installed");
        return;
    }
    let mut blocks = 0;
    for block in page.split("```sh\n").skip(1) {
        let script = block.split("```").next().unwrap();
        let mut command = Command::new("sh");
        command.args(["-e", "-c", script]).env("PATH", &path).current_dir(place.path("."));
        let done = command.output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{script}\n{said}");
        blocks += 1;
    }
    assert!(blocks >= 6, "{blocks}");
    assert!(place.read("certificate.html").contains("conforms to sendInbox-v1/2026-11"));
    // What the page says of exit codes and tests is in the help as well.
    let help = place.run("verify --help").exit(0).out;
    assert!(help.contains("Exit codes: 0 the evidence holds"), "{help}");
}
