//! Spelling the members of a language, letter by letter.

use super::source::{Rng, Source};
use super::text::spread;
use crate::schema::Oracle;
use crate::schema::language::{Language, Letters, Move};
use serde_json::Value;
use std::sync::Arc;

/// How much more often an alphabet is gone on with than a single sign, at most.
const WEIGHT: u64 = 26;
/// How many of the characters that follow the simple ones are a little odd.
const ODD: u64 = 192;

/// Once in how many times something odd is made.
const ODDITIES: u64 = 6;
/// How often something nearly barred is looked for before any other member will do.
const TRIES: u32 = 8;
/// Characters that often make the difference.
const TELLING: &[char] =
    &['a', '0', 'A', '-', '_', '.', ' ', '@', '/', ':', '+', '"', 'z', '9', 'Z', '\n', 'é', '😀'];
const PLAIN: usize = 15;

/// Members of a language, some of them odd, and some of them nearly none.
#[derive(Debug)]
pub(crate) struct Speller {
    pub(crate) language: Arc<Language>,
    /// What is seldom met, or easily missed.
    pub(crate) odd: Vec<Arc<Language>>,
    pub(crate) near: Option<Near>,
    /// Whether only printable ASCII is wanted, where there is a choice.
    pub(crate) plain: bool,
}

/// Strings that one change turns from barred into allowed.
#[derive(Debug)]
pub(crate) struct Near {
    pub(crate) barred: Arc<Language>,
    /// Who tells what is allowed.
    pub(crate) oracle: Oracle,
}

impl Speller {
    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<String> {
        if let Some(near) = &self.near {
            // Where none is found the choice is taken back, so that a replay does not look either.
            let mark = source.mark();
            if source.choose(1, |rng| u64::from(rng.below(4) > 0)) == 1 {
                let found = near.make(self.plain, source);
                if found.is_some() || source.attempts(TRIES) == 1 {
                    return found;
                }
                source.forget(mark);
                source.choose(1, |_| 0);
            }
        }
        let odd = !self.odd.is_empty() && source.once_in(ODDITIES);
        let chosen = if odd { self.odd.get(source.pick(self.odd.len())) } else { None };
        chosen.unwrap_or(&self.language).make(self.plain, source)
    }
}

impl Near {
    fn make(&self, plain: bool, source: &mut Source<'_>) -> Option<String> {
        let mark = source.mark();
        for _ in 0..source.attempts(TRIES) {
            let text = edited(&self.barred.make(plain, source)?, plain, source);
            if self.oracle.is_valid(&Value::from(text.as_str())) {
                return Some(text);
            }
            source.forget(mark);
        }
        None
    }
}

/// The text with one character removed, doubled, replaced or put in.
fn edited(text: &str, plain: bool, source: &mut Source<'_>) -> String {
    let letters: Vec<char> = text.chars().collect();
    let edit = source.pick(4);
    let place = source.pick(letters.len() + usize::from(edit == 3));
    let (before, after) = letters.split_at(place.min(letters.len()));
    let kept = after.get(usize::from(edit != 3 && edit != 1)..).unwrap_or_default();
    let mut edited: String = before.iter().collect();
    match edit {
        0 => {}
        1 => edited.extend(after.first()),
        _ => {
            let choice = source.pick(if plain { PLAIN } else { TELLING.len() });
            edited.extend(TELLING.get(choice));
        }
    }
    edited.extend(kept);
    edited
}

impl Language {
    /// A member. With `plain`, it has printable ASCII wherever the language does.
    pub(crate) fn make(&self, plain: bool, source: &mut Source<'_>) -> Option<String> {
        let lengths = self.lengths();
        let (least, spare) = (*lengths.first()?, lengths.len() as u64 - 1);
        let (list, count) = source.open_list(u64::from(least), spare, |rng| spread(rng, spare));
        let extra = usize::try_from(count - u64::from(least)).ok()?;
        let length = u64::from(*lengths.get(extra)?);
        let mut text = String::with_capacity(usize::try_from(length).ok()?);
        let mut state = 0;
        for left in (0..length).rev() {
            let start = source.position();
            let (step, letter) = self.letter(state, left, plain, source)?;
            text.push(letter);
            source.close_item(list, start);
            state = step.target;
        }
        Some(text)
    }

    /// One of the characters after which exactly so many more lead to a member. It takes one choice
    /// always, so that no string looks simpler for having fewer alternatives.
    fn letter(&self, state: usize, left: u64, plain: bool, source: &mut Source<'_>) -> Option<(Move, char)> {
        let ways = || {
            let open = self.moves(state).iter().filter(|step| self.leads(**step, left));
            open.filter_map(|step| self.letters(*step).map(|letters| (*step, letters)))
        };
        let room = |letters: &Letters| if plain { ordinary(letters) } else { letters.size() };
        let (mut count, mut total, mut weights) = (0, 0, 0);
        for (_, letters) in ways() {
            count += 1;
            total += room(letters);
            weights += weight(letters);
        }
        let choice = source.choose(u64::checked_sub(total, 1)?, |rng| {
            // A sign that is one among many is to be seen all the same.
            let mut ticket = match count {
                1 => 0,
                _ if rng.below(4) == 0 => {
                    let place = rng.below(count);
                    let before = ways().take(usize::try_from(place).unwrap_or(0));
                    before.map(|(_, letters)| weight(letters)).sum()
                }
                _ => rng.below(weights),
            };
            let mut passed = 0;
            for (_, letters) in ways() {
                if ticket < weight(letters) {
                    return passed + drawn(letters, plain, rng);
                }
                ticket -= weight(letters);
                passed += room(letters);
            }
            0
        });
        let mut index = choice;
        for (step, letters) in ways() {
            if index < room(letters) {
                return Some((step, letters.at(index)));
            }
            index -= room(letters);
        }
        None
    }
}

/// How much a way on counts among others.
fn weight(letters: &Letters) -> u64 {
    letters.simple().clamp(1, WEIGHT)
}

/// How many of the letters come first and are no oddity.
fn ordinary(letters: &Letters) -> u64 {
    let counts = [letters.simple(), letters.near(), letters.size()];
    counts.into_iter().find(|count| *count > 0).unwrap_or(1)
}

/// The place of a letter, most often of an ordinary one.
fn drawn(letters: &Letters, plain: bool, rng: &mut Rng) -> u64 {
    let (all, ordinary) = (letters.size(), ordinary(letters));
    if plain || ordinary == all {
        return rng.below(ordinary);
    }
    let bound = match rng.below(32) {
        0 => all,
        1 => letters.near().max(ordinary),
        2 | 3 => (ordinary + ODD).min(all),
        _ => ordinary,
    };
    rng.below(bound)
}
