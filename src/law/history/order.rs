//! Whether an order explains what was answered under one key.
//!
//! The events of a key are held against this machine: the first request that is carried out gives the key its
//! content and its one effect, and from then on every request with that content has that result, while one with
//! other content has it too or is refused. An order of the events must agree with real time: a request that was
//! sent when another's answer was there comes after it. Since the machine has one state that is never left, such an
//! order exists exactly where none of the pairs below does, so that one pass over the events of a key decides.

use super::event::{Event, Said};
use std::collections::HashMap;
use std::time::Duration;

/// Two events that no order explains, by their place among the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// What is wrong.
    pub kind: Kind,
    /// The event that came first, where there are two.
    pub first: usize,
    /// The event that contradicts it.
    pub second: usize,
}

/// What no order explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two ids of effects for one content, one request after the other.
    NewId,
    /// Two ids of effects for one content, at the same time.
    TwinIds,
    /// Two ids of effects for two contents.
    SecondEffect,
    /// An answer without the id that an answer before it had.
    LostId,
    /// A refusal after the request was done.
    Refused,
    /// A refusal while the same request was done.
    TwinRefused,
    /// An open outcome after the request was done.
    Unsettled,
    /// A refusal for other content although none was ever sent.
    Unfounded,
}

/// The first clash among the events of one key, which are in the order of sending; nothing where an order explains
/// them all.
pub fn clash(events: &[Event]) -> Option<Clash> {
    let contents = Contents::of(events);
    let all = || events.iter().enumerate().filter_map(|(index, event)| contents.clash(events, index, event));
    two_ids(events).or_else(|| all().find(|clash| clash.kind != Kind::Unfounded)).or_else(|| all().next())
}

/// Two taken requests whose effects have different ids.
fn two_ids(events: &[Event]) -> Option<Clash> {
    let mut with_id =
        events.iter().enumerate().filter_map(|(index, event)| Some((index, event, event.said.id()?)));
    let (first, one, id) = with_id.next()?;
    let (second, other, _) = with_id.find(|(_, _, other)| *other != id)?;
    let kind = if one.content != other.content {
        Kind::SecondEffect
    } else if other.follows(one) {
        Kind::NewId
    } else {
        Kind::TwinIds
    };
    Some(Clash { kind, first, second })
}

/// What the events say of each content.
struct Contents {
    all: HashMap<usize, Content>,
    /// Whether some content can have been the first to use the key, as far as conflicts tell.
    owned: bool,
}

#[derive(Clone, Copy, Default)]
struct Firsts {
    answered: Option<usize>,
    sent: Option<usize>,
}

impl Firsts {
    /// Events are added in the order of sending.
    fn add(&mut self, events: &[Event], index: usize) {
        self.sent.get_or_insert(index);
        let to = |index: usize| events.get(index).map(|event| event.to);
        if self.answered.is_none_or(|known| to(index) < to(known)) {
            self.answered = Some(index);
        }
    }
}

#[derive(Default)]
struct Content {
    /// The success that was answered first, and the one that was sent first.
    done: Firsts,
    /// The same of what was taken, be it only accepted.
    took: Firsts,
    /// The answer with an id that came first.
    with_id: Firsts,
    /// A request that was accepted with an id: success comes after it, and has that id too.
    accepted_with_id: Option<usize>,
    /// When a request with this content that may have been carried out was first sent.
    from: Option<Duration>,
    /// Whether it was ever told that the key has other content.
    conflicted: bool,
}

impl Contents {
    fn of(events: &[Event]) -> Self {
        let mut all: HashMap<usize, Content> = HashMap::new();
        for (index, event) in events.iter().enumerate() {
            let content = all.entry(event.content).or_default();
            content.conflicted |= event.said == Said::Conflict;
            if let Said::Done(_) = event.said {
                content.done.add(events, index);
            }
            if event.said.took() {
                content.took.add(events, index);
            }
            if event.said.id().is_some() {
                content.with_id.add(events, index);
            }
            if let Said::Accepted(Some(_)) = event.said {
                content.accepted_with_id.get_or_insert(index);
            }
            if !matches!(event.said, Said::Refused | Said::Conflict) {
                content.from.get_or_insert(event.from);
            }
        }
        let owned = owned(&all, events);
        Self { all, owned }
    }

    fn clash(&self, events: &[Event], index: usize, event: &Event) -> Option<Clash> {
        let content = self.all.get(&event.content)?;
        let after = |firsts: Firsts| {
            firsts.answered.filter(|first| events.get(*first).is_some_and(|it| event.follows(it)))
        };
        let beside = |firsts: Firsts| {
            firsts.sent.filter(|first| events.get(*first).is_some_and(|it| it.from < event.to))
        };
        let clash = |kind, first| Some(Clash { kind, first, second: index });
        match event.said {
            Said::Done(None) | Said::Accepted(None) if after(content.with_id).is_some() => {
                clash(Kind::LostId, after(content.with_id)?)
            }
            Said::Done(None) => clash(Kind::LostId, content.accepted_with_id?),
            Said::Done(Some(_)) | Said::Nothing => None,
            Said::Open if event.superseded => None,
            Said::Accepted(_) | Said::Open => clash(Kind::Unsettled, after(content.done)?),
            Said::Conflict if self.owned => None,
            Said::Conflict => match (after(content.took), beside(content.took)) {
                (Some(first), _) => clash(Kind::Refused, first),
                (None, Some(first)) => clash(Kind::TwinRefused, first),
                (None, None) => clash(Kind::Unfounded, index),
            },
            // A refusal before the request is carried out leaves the key as it was.
            Said::Refused => match (after(content.done), beside(content.done)) {
                (Some(first), _) => clash(Kind::Refused, first),
                (None, Some(first)) if !self.others(event) => clash(Kind::TwinRefused, first),
                _ => None,
            },
        }
    }

    /// Whether the key was used with other content.
    fn others(&self, event: &Event) -> bool {
        self.all.iter().any(|(other, content)| *other != event.content && content.from.is_some())
    }
}

/// Whether some content can be the one that the key was first used with: it was never told otherwise, and was sent
/// before any other content was answered as if the key were used.
fn owned(all: &HashMap<usize, Content>, events: &[Event]) -> bool {
    let to = |index: usize| events.get(index).map(|event| event.to);
    let conflict = events.iter().filter(|event| event.said == Said::Conflict).map(|event| event.to).min();
    let taken = |(own, content): (&usize, &Content)| Some((content.took.answered.and_then(to)?, *own));
    let mut taken: Vec<(Duration, usize)> = all.iter().filter_map(taken).collect();
    taken.sort_unstable();
    all.iter().any(|(own, content)| {
        let others = taken.iter().find(|(_, of)| of != own).map(|(to, _)| *to);
        let until = conflict.into_iter().chain(others).min();
        !content.conflicted && content.from.is_some_and(|from| until.is_none_or(|until| from < until))
    })
}
