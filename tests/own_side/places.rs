//! Places where nothing can be written, found out before anything is sent.

use crate::listener::{Listener, Manner};
use crate::machine::{FAULT, FEW, assert_told, shell, with_mounts};
use crate::support::Place;

#[test]
fn a_report_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let place = Place::new();
    place.write("file", "text");
    place.write("folder/.keep", "");
    let target = Listener::start(Manner::Silent);
    for (path, why) in [
        ("nowhere/r", "there is no folder nowhere (make it first)"),
        ("file/r", "there is no folder file (make it first)"),
        ("folder", "is a folder (name a file)"),
        // Root may write everywhere but there.
        ("/proc/r", "cannot be written: No such file or directory"),
        ("/sys/r", "cannot be written: Permission denied"),
        ("/dev/fd/77", "cannot be written: No such file or directory"),
    ] {
        for format in ["json", "html", "har"] {
            let line = format!("run --target {} --report junit=ok --report {format}={path}", target.url);
            let done = place.run(&line).exit(2);
            assert_told(&done, &[&format!("error: --report {format}={path}: {why}")]);
            assert!(!place.has("ok") && done.out.is_empty());
        }
        let journal = place.run(&format!("run --target {} --report ndjson={path}", target.url)).exit(2);
        assert!(journal.err.contains(path), "{}", journal.err);
    }
    for snapshot in ["nowhere/s", "folder", "/proc/s"] {
        let done = place.run(&format!("run --target {} --snapshot {snapshot}", target.url)).exit(2);
        assert!(done.err.contains(snapshot), "{}", done.err);
    }
    assert_eq!(target.connections(), 0, "no request was sent");
    assert_eq!(place.files(), ["file", "folder"]);
}

#[test]
fn a_folder_that_is_read_only_is_found_out_before_anything_is_sent() {
    let place = Place::new();
    place.run(&format!("{FEW} --report json=r.json --snapshot s")).exit(0);
    let target = Listener::start(Manner::Silent);
    let commands = [
        format!("run --target {} --report json=fixed/r.json", target.url),
        format!("run --target {} --report html=fixed/new", target.url),
        format!("run --target {} --report ndjson=fixed/new", target.url),
        format!("run --target {} --snapshot fixed/new", target.url),
        "merge r.json --report json=fixed/r.json".to_owned(),
        "diff r.json r.json --report json=fixed/r.json".to_owned(),
        "trend . --report json=fixed/r.json".to_owned(),
        "accept r.json --snapshot fixed/s".to_owned(),
    ];
    let each = |line: &String| format!("$P {line} > out; echo $?; test -s out && echo printed\n");
    let text = format!(
        "mkdir fixed; cp r.json s fixed; mount --bind fixed fixed; mount -o remount,ro,bind fixed
         {}cmp r.json fixed/r.json && cmp s fixed/s && ls -A fixed",
        commands.iter().map(each).collect::<String>()
    );
    let Some(done) = with_mounts(&place, &text) else { return };
    assert_eq!(done.out, format!("{}r.json\ns\n", "2\n".repeat(commands.len())), "{}", done.err);
    assert_eq!(done.err.matches("Read-only file system").count(), commands.len(), "{}", done.err);
    assert_eq!(target.connections(), 0, "no request was sent");
}

#[test]
fn a_snapshot_that_is_read_only_is_compared_with() {
    let place = Place::new();
    place.run(&format!("{FEW} --snapshot s")).exit(0);
    let Some(done) = with_mounts(
        &place,
        &format!(
            "mkdir fixed; cp s fixed; mount --bind fixed fixed; mount -o remount,ro,bind fixed
             $P {FEW} --snapshot fixed/s; echo code $?
             $P {FEW} --snapshot fixed/s {FAULT} --report json=r.json; echo code $?
             cmp s fixed/s && ls -A fixed"
        ),
    ) else {
        return;
    };
    let codes: Vec<&str> = done.out.lines().filter_map(|line| line.strip_prefix("code ")).collect();
    assert_eq!(codes, ["0", "4"], "{}", done.all());
    assert!(
        done.out.contains("nothing changed since fixed/s") && done.out.contains("newly broken"),
        "{}",
        done.out
    );
    assert!(done.out.ends_with("code 4\ns\n"), "{}", done.out);
    assert_told(&done, &["cannot write fixed/s.new: Read-only file system", "choose a folder"]);
    assert_eq!(place.json("r.json")["verdict"], "fails");
}

#[test]
fn a_file_that_something_is_mounted_on_is_told() {
    let place = Place::new();
    let Some(done) = with_mounts(
        &place,
        &format!(
            "echo old > from; echo old > r.json; mount --bind from r.json
             $P {FEW} --report json=r.json --report junit=r.junit; echo code $?; cat from; ls -A"
        ),
    ) else {
        return;
    };
    assert!(done.out.ends_with("code 4\nold\nfrom\nmounts.sh\nr.json\nr.junit\n"), "{}", done.out);
    assert_told(&done, &["cannot write r.json: ", "name a file that nothing is mounted on"]);
}

#[test]
fn a_folder_for_temporary_files_is_asked_for_only_where_one_is_needed() {
    let place = Place::new();
    let target = Listener::start(Manner::Silent);
    let done = place
        .run_with(&format!("run --target {} --report har=h", target.url), &[("TMPDIR", "/nonexistent")])
        .exit(4);
    assert_told(&done, &["there is no place for temporary files", "(set TMPDIR)"]);
    assert_eq!(target.connections(), 0, "no request was sent");
    place.run_with(&format!("{FEW} --report json=r"), &[("TMPDIR", "/nonexistent")]).exit(0);
    let done = shell(&place, "mkdir gone; cd gone; rmdir ../gone; exec $P run --report json=r").exit(2);
    assert_told(&done, &["there is no folder"]);
}
