//! The judge of histories: what has an order and what has none, against a search through all orders, and how long a
//! long one takes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proofmark::law::history::{Event, Kind, Said, clash};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::time::Duration;

/// Histories a property looks at, the same in every run.
const CASES: u32 = 20_000;

/// Requests in short: `0-5 x S1` is content `x`, sent at 0 and answered at 5 with success and the id 1; `S` and `A`
/// may have no id, `U` is open, `u` as well and sent again, `C` a conflict, `F` another refusal, `-` no answer.
fn events(short: &[&str]) -> Vec<Event> {
    let one = |(at, text): (usize, &&str)| {
        let [time, content, said] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
        let (from, to) = time.split_once('-').expect("from and to");
        let time = |text: &str| Duration::from_millis(text.parse().expect("a number"));
        let id = said[1..].parse().ok();
        let said = match &said[..1] {
            "S" => Said::Done(id),
            "A" => Said::Accepted(id),
            "U" | "u" => Said::Open,
            "C" => Said::Conflict,
            "F" => Said::Refused,
            _ => Said::Nothing,
        };
        let to = if said == Said::Nothing { Duration::MAX } else { time(to) };
        let content = usize::from(content.as_bytes()[0]);
        Event { at, key: 0, content, from: time(from), to, said, superseded: text.ends_with('u') }
    };
    short.iter().enumerate().map(one).collect()
}

fn kind(short: &[&str]) -> Option<Kind> {
    clash(&events(short)).map(|clash| clash.kind)
}

#[test]
fn of_two_that_say_the_same_the_first_is_shown() {
    let clash = clash(&events(&["0-5 x S1", "0-5 x S1", "6-9 x F"])).unwrap();
    assert_eq!((clash.kind, clash.first, clash.second), (Kind::Refused, 0, 2));
}

#[test]
fn what_a_key_is_answered_has_an_order_or_not() {
    let rows: &[(&[&str], Option<Kind>)] = &[
        (&["0-5 x S1", "6-9 x S1"], None),
        (&["0-5 x S", "6-9 x S"], None),
        (&["0-5 x S1", "6-9 x S2"], Some(Kind::NewId)),
        (&["0-5 x S1", "2-9 x S2"], Some(Kind::TwinIds)),
        (&["0-5 x S1", "6-9 x S"], Some(Kind::LostId)),
        (&["0-5 x S1", "2-9 x S"], None),
        (&["0-5 x S1", "6-9 x A1"], Some(Kind::Unsettled)),
        (&["0-5 x S1", "6-9 x U"], Some(Kind::Unsettled)),
        (&["0-5 x S1", "6-9 x -"], None),
        (&["0-5 x S1", "6-9 x F"], Some(Kind::Refused)),
        (&["0-5 x S1", "6-9 x C"], Some(Kind::Refused)),
        // An open outcome that was asked for again says nothing.
        (&["0-5 x S1", "6-9 x u", "10-12 x S1"], None),
        // Refused at the very moment when the other was sent, or while other content was open.
        (&["0-5 x F", "5-9 x S1"], None),
        (&["0-9 x S1", "1-3 x F", "0-2 y U"], None),
        // Done without the id that was promised when it was accepted, whichever was first.
        (&["0-9 x A1", "2-5 x S"], Some(Kind::LostId)),
        // A twin waits for the result or is told that the outcome is open, and is not refused.
        (&["0-9 x S1", "1-2 x U"], None),
        (&["0-9 x S1", "1-2 x F"], Some(Kind::TwinRefused)),
        (&["0-9 x S1", "1-2 x C"], Some(Kind::TwinRefused)),
        // Accepted becomes success, or fails.
        (&["0-5 x A1", "6-9 x A1", "10-12 x S1"], None),
        (&["0-5 x A", "6-9 x S1"], None),
        (&["0-5 x A", "6-9 x F"], None),
        (&["0-5 x A", "6-9 x C"], Some(Kind::Refused)),
        (&["0-5 x A1", "6-9 x S2"], Some(Kind::NewId)),
        // Open leaves both outcomes open.
        (&["0-5 x U", "6-9 x S1", "10-12 x S1"], None),
        (&["0-5 x U", "6-9 x U"], None),
        (&["0-5 x -", "6-9 x S1"], None),
        (&["0-5 x U", "6-9 x F"], None),
        // A refusal does not use the key, or is pinned.
        (&["0-5 x F", "6-9 x S1"], None),
        (&["0-5 x F", "6-9 x F"], None),
        // Other content is answered with the stored result or refused, and has no effect of its own.
        (&["0-5 x S1", "6-9 y S1"], None),
        (&["0-5 x S1", "6-9 y C", "10-12 x S1"], None),
        (&["0-5 x S1", "6-9 y F"], None),
        (&["0-5 x S1", "6-9 y S2"], Some(Kind::SecondEffect)),
        (&["0-5 x S1", "2-9 y S2"], Some(Kind::SecondEffect)),
        (&["0-5 x S1", "6-9 y C", "10-12 x C"], Some(Kind::Refused)),
        // Of two contents at the same time either may win, but not neither.
        (&["0-5 x S1", "1-6 y C"], None),
        (&["0-5 x C", "1-6 y S1"], None),
        (&["0-5 x C", "1-6 y C"], Some(Kind::Unfounded)),
        (&["0-5 x C"], Some(Kind::Unfounded)),
        (&["0-5 x F", "6-9 y C"], Some(Kind::Unfounded)),
        (&["0-5 x -", "6-9 y C"], None),
        // Whose key it is follows from the earliest answer to other content, whichever content that is.
        (&["4-5 y S1", "6-8 x U", "7-30 w S1", "20-25 y C"], Some(Kind::Refused)),
        (&["4-5 w S1", "6-8 x U", "7-30 y S1", "8-9 w C"], Some(Kind::Refused)),
        (&["4-30 y S1", "6-8 x U", "7-28 w S1", "20-25 y C"], None),
    ];
    for (history, expected) in rows {
        assert_eq!(kind(history), *expected, "{history:?}");
    }
}

/// What is known of a key while orders are tried.
#[derive(Clone, Copy, Default)]
struct Key {
    /// The content that has the effect, and the effect's id.
    owner: Option<usize>,
    id: Option<usize>,
    /// Which contents were answered with an id, and which with success: the same answer is due to them again.
    shown: [bool; 3],
    done: [bool; 3],
}

impl Key {
    /// The states after an event, in the machine that the contract describes.
    fn after(mut self, event: &Event) -> Vec<Self> {
        let content = event.content;
        let used = Self { owner: self.owner.or(Some(content)), ..self };
        match event.said {
            Said::Done(id) | Said::Accepted(id) => {
                let done = matches!(event.said, Said::Done(_));
                let other_id = self.id.is_some() && id.is_some() && self.id != id;
                let lost_id = self.shown[content] && id.is_none();
                if other_id || lost_id || (self.done[content] && !done) {
                    return Vec::new();
                }
                self = used;
                self.id = self.id.or(id);
                self.shown[content] |= id.is_some();
                self.done[content] |= done;
                vec![self]
            }
            Said::Open | Said::Refused if self.done[content] => Vec::new(),
            Said::Open | Said::Nothing => vec![self, used],
            Said::Conflict if self.owner.is_none_or(|owner| owner == content) => Vec::new(),
            Said::Refused | Said::Conflict => vec![self],
        }
    }
}

/// Whether some order that agrees with real time explains all events.
fn has_order(key: Key, left: &[Event]) -> bool {
    left.is_empty()
        || left.iter().enumerate().any(|(index, event)| {
            let first = left.iter().all(|other| !event.follows(other));
            let mut rest = left.to_vec();
            rest.remove(index);
            first && key.after(event).into_iter().any(|key| has_order(key, &rest))
        })
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        4 => Just(Said::Done(Some(1))),
        1 => Just(Said::Done(Some(2))),
        1 => Just(Said::Done(None)),
        2 => Just(Said::Accepted(Some(1))),
        1 => Just(Said::Accepted(None)),
        2 => Just(Said::Open),
        1 => Just(Said::Nothing),
        2 => Just(Said::Conflict),
        1 => Just(Said::Refused),
    ]
}

/// Few events of one key with three contents, mostly overlapping.
fn histories() -> impl Strategy<Value = Vec<Event>> {
    vec((0u64..12, 1u64..6, 0usize..3, said()), 1..6).prop_map(|mut drawn| {
        drawn.sort_by_key(|(from, ..)| *from);
        let event = |(at, (from, length, content, said))| Event {
            at,
            key: 0,
            content,
            from: Duration::from_millis(from),
            to: if said == Said::Nothing { Duration::MAX } else { Duration::from_millis(from + length) },
            said,
            superseded: false,
        };
        drawn.into_iter().enumerate().map(event).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// A refused twin has an order and is a clash all the same, because callers take a refusal for final.
    #[test]
    fn what_has_an_order_is_never_accused(events in histories()) {
        if let Some(kind) = clash(&events).map(|clash| clash.kind).filter(|kind| *kind != Kind::TwinRefused) {
            prop_assert!(!has_order(Key::default(), &events), "{kind:?} although there is an order: {events:#?}");
        }
    }

    /// Where success has ids, and where no twin is put off or refused while other content is refused: the key may have
    /// been claimed before its first request is done, which a search through whole answers does not see.
    #[test]
    fn what_has_no_order_is_found(mut events in histories()) {
        let conflicts = events.iter().any(|event| event.said == Said::Conflict);
        for event in &mut events {
            event.said = match event.said {
                Said::Done(None) => Said::Done(Some(1)),
                Said::Accepted(_) if conflicts => Said::Done(Some(1)),
                Said::Open | Said::Refused if conflicts => Said::Nothing,
                Said::Accepted(None) => Said::Accepted(Some(1)),
                other => other,
            };
            if event.said == Said::Nothing {
                event.to = Duration::MAX;
            }
        }
        if clash(&events).is_none() {
            prop_assert!(has_order(Key::default(), &events), "nothing is found: {events:#?}");
        }
    }
}
