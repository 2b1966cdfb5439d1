//! Regular languages: the strings that match some patterns and do not match others, of lengths
//! within a window.
//!
//! Patterns are searches with the validator's reading of ECMA-262. Their automata come from
//! `regex-automata`; what is ours is the product of them, read by characters, and the knowledge from
//! which of its states a member can be reached in how many more. So a member of any length that has
//! one is spelled without a wrong turn, and a language without members is known to be empty.

mod alphabet;
mod formula;
mod letters;
mod next;
mod product;
mod reach;
mod read;
mod refer;
mod scan;

pub(crate) use letters::Letters;
pub(crate) use product::Move;

use super::canonical::Window;
use formula::Formula;
use product::Product;
use reach::Reach;

/// The longest member that is ever spelled.
pub(crate) const LONGEST: u64 = 100_000;
/// How much longer than the shortest member others get where nothing limits them.
const ROOM: u64 = 96;

/// The longest members that are listed.
const LISTED: u32 = 1_000;

/// Whether the pattern has neither look-around nor back references, so that every engine reads it alike.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !scan::looks(pattern) && !refer::refers(pattern)
}

/// What is asked of the strings of a language.
#[derive(Debug)]
pub(crate) struct Terms {
    all: Vec<Formula>,
    whole: bool,
}

impl Terms {
    pub(crate) fn new() -> Self {
        Self { all: Vec::new(), whole: true }
    }

    /// They match the pattern; nothing where that cannot be said.
    pub(crate) fn matching(&mut self, pattern: &str) -> Option<()> {
        let reading = read::read(pattern, true)?;
        self.whole &= reading.whole;
        self.all.push(reading.formula);
        Some(())
    }

    /// They do not match the pattern; nothing where that cannot be said.
    pub(crate) fn differing(&mut self, pattern: &str) -> Option<()> {
        self.all.push(read::read(pattern, false)?.formula.negated());
        Some(())
    }

    /// They are none of these.
    pub(crate) fn except(&mut self, values: &[String]) {
        if !values.is_empty() {
            self.all.push(Formula::one_of(values.iter().map(String::as_str)).negated());
        }
    }

    /// There may be further strings that the terms leave out.
    pub(crate) fn narrowed(&mut self) {
        self.whole = false;
    }
}

/// A set of strings that can be spelled.
#[derive(Debug)]
pub(crate) struct Language {
    product: Product,
    reach: Reach,
    /// The lengths of members that are spelled, ascending.
    lengths: Vec<u32>,
    /// Whether there are no other members.
    whole: bool,
}

impl Language {
    /// The strings that match all the patterns and none of the excluded ones, of such a length.
    ///
    /// Nothing where a pattern cannot be read exactly enough, or the automaton is too large.
    pub(crate) fn new(patterns: &[String], excluded: &[String], length: Window) -> Option<Self> {
        let mut terms = Terms::new();
        for pattern in patterns {
            terms.matching(pattern)?;
        }
        for pattern in excluded {
            terms.differing(pattern)?;
        }
        Self::of(terms, length)
    }

    /// The strings that satisfy the terms, of such a length; nothing where that is not known.
    pub(crate) fn of(terms: Terms, length: Window) -> Option<Self> {
        let product = Product::new(&Formula::All(terms.all))?;
        let reach = Reach::new(&product, length.max.unwrap_or(LONGEST).min(LONGEST));
        let lengths = lengths(&product, &reach, length);
        let whole = terms.whole;
        let limit = [length.max, reach.longest()].into_iter().flatten().min();
        let listed = limit.is_some_and(|limit| limit <= reach.horizon().min(LONGEST));
        // What repeats for ever and is not found in half of the lengths is not found in the rest.
        let searched = reach.horizon() == u64::MAX && length.min < LONGEST / 2;
        if lengths.is_empty() && !(whole && (listed || searched)) {
            return None;
        }
        let whole = whole && listed;
        Some(Self { product, reach, lengths, whole })
    }

    /// Whether there is no such string, for certain.
    pub(crate) fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// All members, where there are at most `cap`: shortest and simplest first.
    pub(crate) fn members(&self, cap: usize) -> Option<Vec<String>> {
        let short = self.lengths.last().is_none_or(|length| *length <= LISTED);
        if !(self.is_empty() || self.whole && short) {
            return None;
        }
        let mut found = Vec::new();
        for length in &self.lengths {
            self.list(0, u64::from(*length), &mut String::new(), cap, &mut found)?;
        }
        Some(found)
    }

    /// Some members: the simplest ones of each of the least lengths.
    fn some(&self, lengths: usize, of_each: usize) -> Vec<String> {
        let mut all = Vec::new();
        for length in self.lengths.iter().take(lengths).filter(|length| **length <= LISTED) {
            let mut found = Vec::new();
            // It is where there are more that the listing ends early.
            let _ = self.list(0, u64::from(*length), &mut String::new(), of_each, &mut found);
            found.truncate(of_each);
            all.append(&mut found);
        }
        all
    }

    fn list(
        &self,
        state: usize,
        left: u64,
        text: &mut String,
        cap: usize,
        found: &mut Vec<String>,
    ) -> Option<()> {
        let Some(rest) = left.checked_sub(1) else {
            found.push(text.clone());
            return (found.len() <= cap).then_some(());
        };
        for step in self.moves(state) {
            if !self.leads(*step, rest) {
                continue;
            }
            for letter in self.letters(*step)?.all() {
                text.push(letter);
                self.list(step.target, rest, text, cap, found)?;
                text.pop();
            }
        }
        Some(())
    }

    /// The lengths to choose from, ascending.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// The ways on from a state, simplest characters first; the start is `0`.
    pub(crate) fn moves(&self, state: usize) -> &[Move] {
        self.product.moves(state)
    }

    /// Whether the step leads to a member that has exactly so many more characters.
    pub(crate) fn leads(&self, step: Move, more: u64) -> bool {
        self.reach.holds(step.target, more)
    }

    pub(crate) fn letters(&self, step: Move) -> Option<&Letters> {
        self.product.letters(step)
    }
}

/// The lengths within the window that members have; where there is no maximum that can be met, those
/// near the least.
fn lengths(product: &Product, reach: &Reach, window: Window) -> Vec<u32> {
    if product.states() == 0 {
        return Vec::new();
    }
    let limit = window.max.filter(|max| *max <= LONGEST);
    let all = window.min..=limit.unwrap_or(LONGEST).min(reach.longest().unwrap_or(u64::MAX));
    let mut found = all.filter(|length| reach.holds(0, *length)).peekable();
    let last = match (limit, found.peek()) {
        (None, Some(first)) => first + ROOM,
        _ => LONGEST,
    };
    found.take_while(|length| *length <= last).filter_map(|length| u32::try_from(length).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the test's failure")]
    use super::*;
    use crate::schema::pattern::Matcher;

    const ANY: Window = Window { min: 0, max: None };

    fn language(patterns: &[&str], excluded: &[&str], length: Window) -> Option<Language> {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        Language::new(&owned(patterns), &owned(excluded), length)
    }

    fn up_to(max: u64) -> Window {
        Window { min: 0, max: Some(max) }
    }

    fn matches(language: &Language, text: &str) -> bool {
        let end = text.chars().try_fold(0, |state, one| {
            let mut ways = language.moves(state).iter();
            ways.find(|step| language.letters(**step).unwrap().contains(one)).map(|step| step.target)
        });
        end.is_some_and(|state| language.product.accepts(state))
    }

    /// All strings over the letters, up to a length.
    fn strings(letters: &str, most: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..most {
            last = last
                .iter()
                .flat_map(|text| letters.chars().map(move |letter| format!("{text}{letter}")))
                .collect();
            all.extend(last.clone());
        }
        all
    }

    #[test]
    fn a_language_is_what_the_validator_says() {
        for pattern in [
            "a",
            "^a",
            "a$",
            "^(ab)*$",
            "^a|b$",
            "^$",
            "^[^a]+$",
            "b{2,3}",
            r"\bb\b",
            r"^\s*$",
            "^(?!ab)",
            "^(?=.*1)(?=.*a)",
            "^(?!.*bb)[ab1]{2,}$",
            "^(?!a)(?!.*1$).b",
            "^(?!(?!a)b)a?",
            "^a(?!b)",
            "^.(?=b).*$",
            "^(?:a|(?!1)[ab1])b$",
            "^(?:(?!bb).)*$",
            "^(?:b(?!1)[ab1])?$",
            "^(?:(?!1)[ab1]|b(?=1)){2}$",
            "^a*(?!b)[ab1]*$",
            "^a*(?=[b1]).?",
            "^(b|ab?)(?!$)(1(?=a)a*)?$",
            "^((a|b1?)(1(?!$)|$)){3}$",
            "[ab]*(?![b1])",
            "a*(?!$)[^1]",
            "^a(?:[ab](?!a))*$",
            "(?<!a)$",
            "(?<=b)1$",
            "^..(?<=ab)",
            "^.*(?<!b).$",
            "^.+(?!1).$",
            "a(?=b)",
            "a(?!b)",
            "(?<!b)a",
            "(?<=b)a(?=1)",
            "(?<![ab])1(?![ab])",
            "^(?:a(?!b)|b(?=a))",
            "1|^(?!a).(?!b)",
            r"^(?!\d)[ab1]+$",
            "^(?:(?=a)..|b)$",
            "^(?=a|b1)(?=[^1]*$)",
            "(?!a)^b",
            "^(?<first>(?=a).)b$",
        ] {
            let matcher = Matcher::new(pattern).unwrap();
            let member = language(&[pattern], &[], ANY).unwrap_or_else(|| panic!("{pattern}"));
            let other = language(&[], &[pattern], ANY).unwrap_or_else(|| panic!("not {pattern}"));
            for text in strings("ab1 ", 4) {
                assert_eq!(matches(&member, &text), matcher.is_match(&text), "{pattern} on {text:?}");
                assert_eq!(matches(&other, &text), !matcher.is_match(&text), "not {pattern} on {text:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_said_exactly_is_said_in_part_or_not_at_all() {
        for pattern in ["(?=.*a)(?=.*1).{2,}", "b(?!a1)", "(?!ab)[ab1]{3}"] {
            let matcher = Matcher::new(pattern).unwrap();
            let member = language(&[pattern], &[], ANY).unwrap();
            let found = strings("ab1", 4).into_iter().filter(|text| matches(&member, text));
            let found: Vec<String> = found.collect();
            assert!(found.len() > 10, "{pattern}: {found:?}");
            assert!(found.iter().all(|text| matcher.is_match(text)), "{pattern}: {found:?}");
            assert!(language(&[], &[pattern], ANY).is_none(), "not {pattern}");
            assert!(language(&[pattern], &[r"^[\s\S]*$"], ANY).is_none(), "{pattern}, maybe empty");
        }
        for pattern in [r"^((a)\2)*$", "^(a(?=b)|b)*$", "^(?=a)*b"] {
            assert!(language(&[pattern], &[], ANY).is_none(), "{pattern}");
        }
    }

    #[test]
    fn back_references_are_written_out() {
        for pattern in [r"^(a|b)1\1$", r"^(?<x>[ab]{1,2})\1$", r"^([ab])(1|a)\2\1"] {
            let (matcher, member) = (Matcher::new(pattern).unwrap(), language(&[pattern], &[], ANY).unwrap());
            for text in strings("ab1", 4) {
                assert_eq!(matches(&member, &text), matcher.is_match(&text), "{pattern} on {text:?}");
            }
        }
    }

    #[test]
    fn members_are_listed_where_they_are_few() {
        let list = |patterns: &[&str], excluded: &[&str], length| {
            language(patterns, excluded, length).unwrap().members(6)
        };
        let words = |list: &[&str]| Some(list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["^(b|a)?c$"], &[], ANY), words(&["c", "ac", "bc"]));
        assert_eq!(list(&["^[ab]{2}$"], &["aa", "^ba"], ANY), words(&["ab", "bb"]));
        assert_eq!(list(&["a", "b", "c"], &[], up_to(3)).unwrap().len(), 6);
        assert_eq!(list(&["^a*$"], &[], up_to(2)), words(&["", "a", "aa"]));
        assert_eq!(list(&["^a*$"], &[], ANY), None);
        assert_eq!(list(&["^[a-z]$"], &[], ANY), None);
        assert_eq!(list(&["^[a-z]$"], &["[^x]"], ANY), words(&["x"]));
        assert_eq!(list(&["^a$"], &["a"], ANY), words(&[]));
    }

    #[test]
    fn emptiness_is_certain() {
        let empty = |patterns: &[&str], excluded: &[&str], min, max| {
            language(patterns, excluded, Window { min, max }).unwrap().is_empty()
        };
        assert!(empty(&["^(ab)*$"], &[], 3, Some(3)) && !empty(&["^(ab)*$"], &[], 3, Some(4)));
        assert!(empty(&["^a{3}$"], &[], 4, None) && empty(&["^(..)*$", "^(...)*$"], &[], 1, Some(5)));
        assert!(empty(&["^[0-9]+$", "[a-z]"], &[], 0, None) && empty(&["ab"], &["b"], 0, None));
        assert!(empty(&["^(?!a)[ab]$"], &["b"], 0, None) && empty(&["^a(?!b)"], &["^a[^b]", "^a$"], 0, None));
        assert!(!empty(&["^(aaaaaaa)*$", "^(aaaaa)*$"], &["^(aa)*$"], 1, None));
    }

    #[test]
    fn what_explodes_is_given_up_soon() {
        for pattern in ["^(.*a.{12}){3}$", "[01]*1[01]{20}$", "^[a-z]{1,100000}$"] {
            let begun = std::time::Instant::now();
            assert!(language(&[pattern], &[], ANY).is_none(), "{pattern}");
            assert!(begun.elapsed().as_secs() < 2, "{pattern}: {:?}", begun.elapsed());
        }
    }

    #[test]
    fn lengths_are_those_that_members_have() {
        let lengths = |pattern: &str, min, max| {
            language(&[pattern], &[], Window { min, max }).unwrap().lengths().to_vec()
        };
        assert_eq!(lengths("^(abc)*$", 4, Some(13)), [6, 9, 12]);
        assert_eq!(lengths("^(a{2}|b{5})$", 0, None), [2, 5]);
        assert_eq!(lengths("^a+$", 0, None).len(), 97);
        assert_eq!(lengths("^a+$", 7, Some(100_000)).last(), Some(&100_000));
        assert_eq!(lengths("^(aaa)+$", 99_000, None).first(), Some(&99_000));
    }
}
