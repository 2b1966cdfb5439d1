//! A pattern as an automaton whose states are the places of its characters, and whose edges count in
//! how many ways a matcher gets from one place to the next.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{Assertion, AssertionKind, Ast, GroupKind, RepetitionKind, RepetitionRange};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, HirKind};
use std::collections::BTreeMap;

/// Before the first character of a text, and behind the last: what `^` and `$` match.
pub(crate) const START: u32 = 0x11_0000;
/// See [`START`].
pub(crate) const END: u32 = 0x11_0001;
/// A pattern with more places is not looked into.
const LARGEST: usize = 200;
/// More ways than one are as good as many.
const MANY: u8 = 2;

/// Characters as ranges.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols(pub(crate) Vec<(u32, u32)>);

impl Symbols {
    pub(crate) fn contains(&self, symbol: u32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&symbol))
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().any(|(first, last)| other.0.iter().any(|(a, b)| first <= b && a <= last))
    }
}

/// Places, each with the number of ways to it.
type Ways = BTreeMap<usize, u8>;

/// The automaton of a pattern.
#[derive(Debug, Default)]
pub(crate) struct Automaton {
    /// What each place matches.
    pub(crate) symbols: Vec<Symbols>,
    /// Where a match can go on from each place.
    pub(crate) next: Vec<Ways>,
    /// Where a match can begin.
    pub(crate) first: Ways,
    /// Where a match can end.
    pub(crate) last: Ways,
    /// Whether the empty text matches.
    pub(crate) empty: bool,
}

/// A part of the pattern: its outermost places, and the ways to match nothing.
#[derive(Clone, Default)]
struct Part {
    first: Ways,
    last: Ways,
    empty: u8,
}

impl Automaton {
    /// Nothing for a pattern that is too large, or has what does not come down to places: flags, word
    /// boundaries, and `^` and `$` inside a repetition.
    pub(crate) fn of(pattern: &str) -> Option<Self> {
        let tree = Parser::new().parse(pattern).ok()?;
        let mut automaton = Self::default();
        let whole = automaton.part(pattern, &tree, false)?;
        automaton.first = whole.first;
        automaton.last = whole.last;
        automaton.empty = whole.empty > 0;
        Some(automaton)
    }

    fn part(&mut self, pattern: &str, tree: &Ast, repeated: bool) -> Option<Part> {
        match tree {
            Ast::Empty(_) => Some(nothing()),
            Ast::Assertion(assertion) if !repeated => self.assertion(assertion),
            Ast::Assertion(_) | Ast::Flags(_) => None,
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) if !flags.items.is_empty() => None,
                _ => self.part(pattern, &group.ast, repeated),
            },
            Ast::Concat(concat) => concat.asts.iter().try_fold(nothing(), |before, tree| {
                let after = self.part(pattern, tree, repeated)?;
                Some(self.sequence(&before, &after))
            }),
            Ast::Alternation(alternation) => {
                alternation.asts.iter().try_fold(Part::default(), |mut all, tree| {
                    let one = self.part(pattern, tree, repeated)?;
                    all.first.extend(one.first);
                    all.last.extend(one.last);
                    all.empty = MANY.min(all.empty + one.empty);
                    Some(all)
                })
            }
            Ast::Repetition(repetition) => self.repetition(pattern, &repetition.ast, &repetition.op.kind),
            _ => {
                let hir = Translator::new().translate(pattern, tree).ok()?;
                let ranges = match hir.into_kind() {
                    HirKind::Literal(literal) => {
                        let text = std::str::from_utf8(&literal.0).ok()?;
                        let mut characters = text.chars();
                        let (one, None) = (characters.next()?, characters.next()) else { return None };
                        vec![(u32::from(one), u32::from(one))]
                    }
                    HirKind::Class(Class::Unicode(class)) => {
                        class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
                    }
                    HirKind::Class(Class::Bytes(class)) => {
                        class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
                    }
                    _ => return None,
                };
                self.place(ranges)
            }
        }
    }

    fn assertion(&mut self, assertion: &Assertion) -> Option<Part> {
        match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText => self.place(vec![(START, START)]),
            AssertionKind::EndLine | AssertionKind::EndText => self.place(vec![(END, END)]),
            _ => None,
        }
    }

    fn place(&mut self, ranges: Vec<(u32, u32)>) -> Option<Part> {
        let place = self.symbols.len();
        self.symbols.push(Symbols(ranges));
        self.next.push(Ways::new());
        let here = Ways::from([(place, 1)]);
        (place < LARGEST).then(|| Part { first: here.clone(), last: here, empty: 0 })
    }

    fn sequence(&mut self, before: &Part, after: &Part) -> Part {
        self.connect(&before.last, &after.first);
        Part {
            first: union(&before.first, &times(&after.first, before.empty)),
            last: union(&after.last, &times(&before.last, after.empty)),
            empty: MANY.min(before.empty * after.empty),
        }
    }

    fn connect(&mut self, from: &Ways, to: &Ways) {
        for (place, out) in from {
            for (target, into) in to {
                let ways = self.next[*place].entry(*target).or_insert(0);
                *ways = MANY.min(*ways + out * into);
            }
        }
    }

    fn repetition(&mut self, pattern: &str, tree: &Ast, kind: &RepetitionKind) -> Option<Part> {
        let (least, most) = match kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore | RepetitionKind::Range(RepetitionRange::AtLeast(0)) => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(times)) => (*times, Some(*times)),
            RepetitionKind::Range(RepetitionRange::AtLeast(times)) => (*times, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        if most.unwrap_or(least) as usize > LARGEST {
            return None;
        }
        let mut whole = nothing();
        let copies = if most.is_none() { least.saturating_sub(1) } else { least };
        for _ in 0..copies {
            let copy = self.part(pattern, tree, true)?;
            whole = self.sequence(&whole, &copy);
        }
        let tail = match most {
            None => {
                let mut again = self.part(pattern, tree, true)?;
                self.connect(&again.last, &again.first);
                if least == 0 {
                    again.empty = 1;
                }
                again
            }
            // Each further one is taken only behind the one before it. A round that matches nothing is no round.
            Some(most) => (least..most).try_fold(nothing(), |rest, _| {
                let one = self.part(pattern, tree, true)?;
                let mut taken = self.sequence(&one, &rest);
                taken.empty = 1;
                Some(taken)
            })?,
        };
        Some(self.sequence(&whole, &tail))
    }

    /// Whether the pattern is found in the text, anywhere unless it says where.
    pub(crate) fn finds(&self, text: &[u32]) -> bool {
        let mut at: Vec<usize> = Vec::new();
        self.empty
            || std::iter::once(&START).chain(text).chain([&END]).any(|symbol| {
                let mut reached: Vec<usize> = at
                    .iter()
                    .flat_map(|place| self.next[*place].keys())
                    .chain(self.first.keys())
                    .copied()
                    .collect();
                reached.sort_unstable();
                reached.dedup();
                reached.retain(|place| self.symbols[*place].contains(*symbol));
                at = reached;
                at.iter().any(|place| self.last.contains_key(place))
            })
    }
}

fn nothing() -> Part {
    Part { empty: 1, ..Part::default() }
}

fn times(ways: &Ways, factor: u8) -> Ways {
    ways.iter().filter(|_| factor > 0).map(|(place, ways)| (*place, MANY.min(ways * factor))).collect()
}

fn union(one: &Ways, other: &Ways) -> Ways {
    one.iter().chain(other).map(|(place, ways)| (*place, *ways)).collect()
}
