//! Colour: only where it is seen, and where it is asked for.

use crate::support::Place;

#[track_caller]
fn coloured(place: &Place, options: &str, variables: &[(&str, &str)]) -> bool {
    let done = place.run_with(&format!("run --only */wire/trailing-slash {options}"), variables).exit(0);
    assert!(done.out.contains("conforms") || done.out.contains("pass"), "{}", done.all());
    done.out.contains('\u{1b}')
}

#[test]
fn colour_follows_the_option_before_the_environment() {
    let place = Place::new();
    for (options, variables, wanted) in [
        ("", &[][..], false),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "0")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("--color auto", &[("CLICOLOR_FORCE", "1")], true),
        ("--color=never", &[("CLICOLOR_FORCE", "1")], false),
        ("--color always", &[("NO_COLOR", "1")], true),
    ] {
        assert_eq!(coloured(&place, options, variables), wanted, "{options} {variables:?}");
    }
}

#[test]
fn help_and_complaints_follow_it_too() {
    let place = Place::new();
    for (line, coloured) in [
        ("run --help", false),
        ("run --help --color always", true),
        ("--color=always --help", true),
        ("run --no-such-option", false),
        ("run --no-such-option --color=always", true),
    ] {
        assert_eq!(place.run(line).all().contains('\u{1b}'), coloured, "{line}");
    }
    assert!(place.run("run --color blue").exit(2).err.contains("always"), "the choices are named");
}
