//! What a shell and `man` know of the command line.

use crate::support::{Place, has_tool};
use std::process::Command;

#[test]
fn every_shell_reads_its_script() {
    let place = Place::new();
    for (shell, check) in [
        ("bash", &["bash", "-n"][..]),
        ("zsh", &["zsh", "-n"]),
        ("fish", &["fish", "--no-execute"]),
        ("elvish", &[]),
        ("powershell", &[]),
    ] {
        let script = place.run(&format!("completions {shell}")).exit(0).out;
        for word in ["selftest", "completions", "retention", "proofmark"] {
            assert!(script.contains(word), "{shell} is not told of {word}");
        }
        let name = format!("script.{shell}");
        place.write(&name, &script);
        if let [tool, options @ ..] = check
            && has_tool(tool, "--version")
        {
            let done = Command::new(tool).args(options).arg(place.path(&name)).output().unwrap();
            assert!(done.status.success(), "{shell}: {}", String::from_utf8_lossy(&done.stderr));
        }
    }
    assert!(place.run("completions tcsh").exit(2).err.contains("zsh"), "the shells are named");
}

#[test]
fn bash_completes_commands_and_options() {
    let place = Place::new();
    if !has_tool("bash", "--version") {
        return;
    }
    place.write("script", &place.run("completions bash").exit(0).out);
    let complete = |words: &str| {
        let last = words.split(' ').count() - 1;
        let ask = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD={last}; _proofmark proofmark \
             \"${{COMP_WORDS[$COMP_CWORD]}}\" \"${{COMP_WORDS[$((COMP_CWORD-1))]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let done =
            Command::new("bash").args(["--norc", "-c", &ask]).current_dir(place.path("")).output().unwrap();
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("proofmark sel"), "selftest");
    assert_eq!(complete("proofmark run --ret"), "--retention");
    assert_eq!(complete("proofmark run --level sh"), "should");
}

#[test]
fn each_command_has_a_manual_page() {
    let place = Place::new();
    let done = place.run("man --output pages/man1").exit(0);
    let pages = place.path("pages/man1");
    let names: Vec<String> = std::fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(done.err.contains(&format!("{} manual pages", names.len())), "{}", done.err);
    let program = place.run("--help").exit(0).out;
    let commands: Vec<&str> = program
        .lines()
        .skip_while(|line| *line != "Commands:")
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty() && *word != "help")
        })
        .collect();
    assert!(commands.len() > 14, "{commands:?}");
    for command in commands {
        let page = place.read(&format!("pages/man1/proofmark-{command}.1"));
        assert!(
            page.contains(&format!("proofmark {command}")),
            "{command}: its examples are missing\n{page}"
        );
    }
    assert_eq!(place.run("man").exit(0).out, place.read("pages/man1/proofmark.1"));
    if has_tool("mandoc", "-h") {
        let mut check = Command::new("mandoc");
        let done = check
            .args(["-T", "lint", "-W", "error"])
            .args(names.iter().map(|name| pages.join(name)))
            .output();
        let done = done.unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
    place.write("file", "");
    assert!(place.run("man --output file").exit(2).err.contains("name another folder"));
}
