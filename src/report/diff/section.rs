//! The lists of a comparison, with the words that its readers see.

use super::super::compare::{Change, Comparison, Observation, State};
use super::super::model::Verdict;
use super::super::text;
use super::Answer;

/// How a list is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    /// Somebody has to act.
    Bad,
    /// It got better.
    Good,
    /// Somebody has to look.
    Unsure,
    /// So that nobody wonders.
    Plain,
}

/// What stands before a case's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Step {
    /// From one verdict to another, or the one that there is.
    Verdicts(Option<Verdict>, Option<Verdict>),
    /// A word.
    Word(&'static str),
}

/// One case of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Item {
    pub(in crate::report) step: Step,
    pub(in crate::report) id: String,
    /// What there is to say, each with a label that may be empty.
    pub(in crate::report) lines: Vec<(String, String)>,
}

/// A list of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Section {
    /// The name of the list for machines.
    pub(in crate::report) kind: &'static str,
    pub(in crate::report) title: String,
    pub(in crate::report) tone: Tone,
    /// Whether it is why a job fails, and so is shown whatever else is not.
    pub(in crate::report) decisive: bool,
    pub(in crate::report) items: Vec<Item>,
}

/// The counts of all lists, and something where there are none. Titles that name targets come before their counts.
pub(super) fn tail(sections: &[Section], named: bool, nothing: &str) -> String {
    let counts: Vec<String> = sections
        .iter()
        .filter(|section| !section.items.is_empty())
        .map(|section| {
            let mut letters = section.title.chars();
            let lower: String =
                letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
            let count = section.items.len();
            if named { format!("{lower}: {count}") } else { format!("{count} {lower}") }
        })
        .collect();
    match named {
        _ if counts.is_empty() => nothing.to_owned(),
        true => counts.join("; "),
        false => counts.join(", "),
    }
}

/// The lists of a comparison, the empty ones too; with the names of two targets, in words for these.
pub(in crate::report) fn of_changes(changes: &Comparison, names: Option<[&str; 2]>) -> Vec<Section> {
    let make = |kind, title: String, tone, changes: Vec<&Change>| Section {
        kind,
        title,
        tone,
        decisive: kind == "newly_broken",
        items: changes.into_iter().map(|change| item(change, names)).collect(),
    };
    let Some([old, new]) = names else {
        return vec![
            make("newly_broken", "Newly broken".into(), Tone::Bad, changes.newly_broken.iter().collect()),
            make("newly_fixed", "Newly fixed".into(), Tone::Good, changes.newly_fixed.iter().collect()),
            make("changed", "Changed".into(), Tone::Unsure, changes.changed.iter().collect()),
            make("new", "New".into(), Tone::Plain, changes.new.iter().collect()),
            make("gone", "Gone".into(), Tone::Bad, changes.gone.iter().collect()),
        ];
    };
    let held = |change: &&Change| change.before.as_ref().is_some_and(|state| state.verdict == Verdict::Pass);
    let (held, unsure) = changes.newly_broken.iter().partition(held);
    vec![
        make("newly_broken", format!("Holds at {old}, broken at {new}"), Tone::Bad, held),
        make("newly_broken", format!("Broken at {new}, not shown to hold at {old}"), Tone::Bad, unsure),
        make(
            "newly_fixed",
            format!("Broken at {old}, holds at {new}"),
            Tone::Bad,
            changes.newly_fixed.iter().collect(),
        ),
        make("changed", "Otherwise different".into(), Tone::Unsure, changes.changed.iter().collect()),
        make("new", format!("Judged at {new} only"), Tone::Plain, changes.new.iter().collect()),
        make("gone", format!("Judged at {old} only"), Tone::Plain, changes.gone.iter().collect()),
    ]
}

/// The cases that came to the same for other reasons.
pub(super) fn of_answers(answers: &[Answer], names: Option<[&str; 2]>) -> Section {
    let [was, is] = labels(names, "");
    let items = answers.iter().map(|answer| Item {
        step: Step::Verdicts(Some(answer.verdict), Some(answer.verdict)),
        id: answer.id.clone(),
        lines: vec![(was.clone(), answer.before.clone()), (is.clone(), answer.now.clone())],
    });
    Section {
        kind: "answers",
        title: "With another reason".into(),
        tone: Tone::Plain,
        decisive: false,
        items: items.collect(),
    }
}

/// What stands before the two values of something.
fn labels(names: Option<[&str; 2]>, what: &str) -> [String; 2] {
    let label = |side: &str| if what.is_empty() { side.to_owned() } else { format!("{what} {side}") };
    match names {
        Some([old, new]) => [label(&format!("at {old}")), label(&format!("at {new}"))],
        None => [label("was"), label("now")],
    }
}

pub(super) fn item(change: &Change, names: Option<[&str; 2]>) -> Item {
    let verdict = |state: &Option<State>| state.as_ref().map(|state| state.verdict);
    let (before, now) = (verdict(&change.before), verdict(&change.now));
    Item { step: Step::Verdicts(before, now), id: text::line(&change.id), lines: details(change, names) }
}

/// What is worth a line: what is wrong now, and what was wrong before where that differs.
fn details(change: &Change, names: Option<[&str; 2]>) -> Vec<(String, String)> {
    let finding = |state: &Option<State>| state.as_ref().and_then(|state| state.finding.clone());
    let in_full = |finding: Observation| {
        vec![
            (String::new(), finding.summary),
            ("expected".to_owned(), finding.expected),
            ("observed".to_owned(), finding.observed),
        ]
    };
    let lines = match (finding(&change.before), finding(&change.now)) {
        (None, None) => Vec::new(),
        (Some(before), None) => {
            let fixed = change.now.as_ref().is_some_and(|state| state.verdict == Verdict::Pass);
            match names {
                Some(_) => in_full(before),
                None if fixed => vec![("was".to_owned(), before.summary)],
                None => Vec::new(),
            }
        }
        (None, Some(now)) => in_full(now),
        (Some(before), Some(now)) => {
            let mut lines = Vec::new();
            for (label, was, is) in [
                ("summary", &before.summary, &now.summary),
                ("expected", &before.expected, &now.expected),
                ("observed", &before.observed, &now.observed),
                ("fingerprint", &before.fingerprint, &now.fingerprint),
            ] {
                if was == is {
                    lines.extend((label == "summary").then(|| (String::new(), is.clone())));
                } else {
                    let [old, new] = labels(names, label);
                    lines.push((old, was.clone()));
                    lines.push((new, is.clone()));
                }
            }
            lines
        }
    };
    lines.into_iter().map(|(label, line)| (label, text::cut(&line, 2_000))).collect()
}
