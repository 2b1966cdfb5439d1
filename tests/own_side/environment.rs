//! Surroundings that nobody planned.

use crate::machine::{FAULT, FEW, shell};
use crate::support::Place;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

#[test]
fn a_run_needs_nothing_of_its_surroundings() {
    let place = Place::new();
    for around in [
        "env -i \"$P\"",
        "env -u HOME -u PATH -u TMPDIR \"$P\"",
        "env HOME=/nonexistent XDG_CONFIG_HOME=/proc \"$P\"",
        "env LC_ALL=C LANG=C TERM=dumb \"$P\"",
        "env LC_ALL=no_SUCH.locale TERM= \"$P\"",
        "env TZ=Nowhere/Nothing \"$P\"",
        "env TZ=:/dev/zero \"$P\"",
        "env TZ=../../../etc/passwd \"$P\"",
        "env COLUMNS=0 \"$P\"",
        "env COLUMNS=1 \"$P\"",
        "env COLUMNS=99999999999999999999 \"$P\"",
        "env COLUMNS=18446744073709551615 \"$P\"",
        "env $'A\\xff=b\\xfe' $'COLUMNS=\\xff' $'LC_ALL=\\xff' $'TERM=\\xff' $'TMPDIR=/\\xff' \"$P\"",
        // What the address space of a small container is.
        "ulimit -v 1000000; env \"$P\"",
    ] {
        for (fault, code) in [("", 0), (FAULT, 1)] {
            let done = shell(&place, &format!("{around} {FEW} {fault} --report json=r --report html=h"));
            assert_eq!((done.code, done.err.as_str()), (Some(code), ""), "{around}");
            assert_eq!(place.json("r")["verdict"], ["conforms", "fails"][usize::from(code == 1)]);
        }
    }
    shell(&place, "mkdir gone; cd gone; rmdir ../gone; exec $P list").exit(0);
    shell(&place, &format!("mkdir gone; cd gone; rmdir ../gone; exec $P {FEW}")).exit(0);
}

#[test]
fn names_that_are_no_utf_8_are_refused_in_one_way_or_read() {
    let place = Place::new();
    let odd = OsStr::from_bytes(b"a\xff");
    std::fs::write(place.path(".").join(odd), "no contract").unwrap();
    for (arguments, wanted) in [
        (vec!["run", "--report"], "UTF-8"),
        (vec!["run", "--only"], "UTF-8"),
        (vec!["run", "--target"], "UTF-8"),
        (vec!["lint"], "a\u{fffd}"),
        (vec!["run", "--contract"], "a\u{fffd}"),
        (vec!["run", "--resume"], "a\u{fffd}"),
        (vec!["run", "--config"], "a\u{fffd}"),
        (vec!["accept", "none", "--snapshot"], "none"),
        (vec!["trend"], "a\u{fffd}"),
    ] {
        let output = place.command(&arguments).arg(odd).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(err.contains(wanted), "{arguments:?}: {err}");
    }
}
