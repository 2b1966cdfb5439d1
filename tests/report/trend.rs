use crate::build::{HOSTILE, broken, case, finding, report};
use proofmark::report::json;
use proofmark::report::model::{CaseReport, Law, Repeats, Report, Verdict};
use proofmark::report::terminal::Style;
use proofmark::report::trend::{self, Kind, LeftOut, Mark, Reports, Trend};

const STYLE: Style = Style { color: false, width: 80, quiet: false };

/// One night: a letter a case; `h` holds, `b` breaks, `c` breaks otherwise, `f` is flaky, `?` is undecided, `-` is not
/// there.
fn night(day: usize, letters: &str) -> Report {
    let one = |(nth, letter): (usize, char)| -> Option<CaseReport> {
        let id = format!("createOrder/case/{nth}");
        let break_as = |what: &str| broken(&id, Law::Code, Verdict::Fail, finding(what, what, vec![]));
        Some(match letter {
            'h' => case(&id, Law::Code, Verdict::Pass, "held"),
            'b' => break_as("one fault"),
            'c' => break_as("another fault"),
            'f' => CaseReport { flaky: Some(Repeats { failed: 1, of: 3 }), ..break_as("one fault") },
            '?' => case(&id, Law::Code, Verdict::Inconclusive, "open"),
            _ => return None,
        })
    };
    let mut night = report(letters.chars().enumerate().filter_map(one).collect());
    night.started = format!("2026-11-{day:02}T02:00:00Z");
    night
}

fn add(reports: &mut Reports, night: &Report, path: &str) {
    reports.add(json::to_string(night).as_bytes(), path, &|_| true).unwrap();
}

/// The trend over nights, each of which has a letter for every case; they are read in another order.
fn over(nights: &[&str]) -> Trend {
    let mut reports = Reports::default();
    for (nth, letters) in nights.iter().enumerate().rev() {
        add(&mut reports, &night(nth + 1, letters), &format!("{}.json", nth + 1));
    }
    reports.trend(false)
}

#[test]
fn each_case_has_its_history() {
    // A column is a case: held, broke, broke and fixed, changed its fault, undecided in between, back and forth, flaky,
    // new and broken at once, gone.
    let trend = over(&["hhhhbhh-b", "hhbb?bh-b", "hhbcbhhbb", "hbhchbf--", "hbhchhhb-"]);
    let [group] = &trend.groups[..] else { panic!("one group") };
    let told: Vec<String> = group
        .tracks
        .iter()
        .map(|track| {
            let events = track.events.iter().map(|event| format!("{:?} {}", event.kind, event.run + 1));
            let events = events.collect::<Vec<_>>().join(", ");
            let flaky = if track.is_flaky() { ", flaky" } else { "" };
            let now = if track.broken_since().is_some() { ", broken now" } else { "" };
            format!("{}: {events}{flaky}{now}", track.id.rsplit('/').next().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            "1: Broke 4, broken now",
            "2: Broke 2, Fixed 4",
            "3: Broke 2, Changed 3, broken now",
            "4: Broke 1, Fixed 4",
            "5: Broke 2, Fixed 3, Broke 4, Fixed 5, flaky",
            "6: , flaky",
            "7: Broke 3, broken now",
            "8: Broke 1, broken now",
        ]
    );
    assert_eq!(group.tracks[3].marks, [Mark::Broke, Mark::Undecided, Mark::Broke, Mark::Held, Mark::Held]);
    assert_eq!(group.tracks[0].broken_since().map(|event| (event.run, event.kind)), Some((3, Kind::Broke)));
    assert_text!(trend::render(&trend, STYLE, true));
    assert!(trend::render(&trend, STYLE, false).is_ascii());
}

#[test]
fn targets_and_suites_are_apart_and_changes_of_the_suite_are_told() {
    let mut reports = Reports::default();
    let mut other = night(1, "hh");
    other.target.url = "https://other.example.test/".into();
    let mut named = night(2, "hh");
    named.suite.dialect = Some("qi".into());
    let mut later = night(3, "hb");
    later.suite.version = "1.3.0".into();
    for (nth, night) in [night(2, "hh"), other, later, named].iter().enumerate() {
        add(&mut reports, night, &format!("{nth}.json"));
    }
    assert_eq!(reports.len(), 4);
    let trend = reports.trend(false);
    assert_eq!(trend.groups.iter().map(|group| group.runs.len()).collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(trend.groups[0].suites, [(1, "version 1.3.0 in place of 1.2.0".to_owned())]);
}

#[test]
fn what_is_no_whole_report_is_left_out_with_the_reason() {
    let mut reports = Reports::default();
    let whole = json::to_string(&night(1, "h"));
    let mut shard = night(1, "h");
    shard.shard = Some("1/2".into());
    for (text, wanted) in [
        ("[1]", "is no report"),
        (r#"{"format": "proofmark.diff/1"}"#, "is no report"),
        ("{}", "is no report"),
        (&whole[..whole.len() / 2], "cannot be read: EOF"),
        (&whole.replace("report/1", "report/9"), "proofmark.report/9"),
        (&whole.replace("\"verdict\": \"pass\"", "\"verdict\": \"fine\""), "cannot be read: unknown variant"),
        (&whole.replace("2026-11-01T", "yesterday "), "`started` is no time"),
        (&json::to_string(&shard), "shard 1/2"),
    ] {
        let left_out: LeftOut = reports.add(text.as_bytes(), "x.json", &|_| true).unwrap_err();
        assert!(left_out.to_string().contains(wanted), "{left_out}");
    }
    assert!(reports.is_empty());
}

#[test]
fn no_width_is_exceeded_and_nothing_hostile_acts() {
    let mut reports = Reports::default();
    for day in 1..=28 {
        let mut night = night(day, if day % 2 == 0 { "hb" } else { "bb" });
        night.target.url = format!("http://x/{HOSTILE}");
        night.suite.name = HOSTILE.into();
        for finding in night.cases.iter_mut().filter_map(|case| case.finding.as_mut()) {
            finding.summary = HOSTILE.into();
        }
        add(&mut reports, &night, HOSTILE);
    }
    let trend = reports.trend(false);
    for width in [40, 60, 100] {
        let text = trend::render(&trend, Style { width, ..STYLE }, true);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\0', '\r']), "{text}");
    }
    let page = trend::html(&trend);
    assert!(
        !page.contains("<script") && !page.contains(" style=") && !page.contains("onmouseover=\""),
        "{page}"
    );
    let read: serde_json::Value = serde_json::from_str(&trend::json(&trend)).unwrap();
    assert_eq!(read["format"], trend::FORMAT);
    assert_eq!(read["groups"][0]["cases"][0]["changes"], 27);
}

#[test]
fn what_is_not_decided_any_more_is_not_called_broken_now() {
    // Broken to the end, not decided at the end, not judged at the end.
    let trend = over(&["h?h", "bbb", "b?-"]);
    let tracks = &trend.groups[0].tracks;
    assert_eq!([0, 1, 2].map(|nth| tracks[nth].broken_since().is_some()), [true, false, true]);
    assert_eq!([0, 1, 2].map(|nth| tracks[nth].open_since().is_some()), [false, true, false]);
    let text = trend::render(&trend, STYLE, true);
    assert!(text.contains("Broken now (2)") && text.contains("Broke, and not decided now (1)"), "{text}");
}
