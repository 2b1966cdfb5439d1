//! Patterns that a backtracking matcher can hang on: a repetition that matches some text in several
//! ways, so that every further round of it multiplies the ways to try before the pattern fails.
//!
//! A pattern counts as such only with a text that shows it: one that the repetition matches in two ways,
//! again and again, and a rest that no way gets past.

use super::automaton::{Automaton, Symbols};
use super::pattern;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A repetition with more places is not looked into.
const LARGEST_LOOP: usize = 80;
/// How often the text is repeated to see that it is not found all the same.
const ROUNDS: &[usize] = &[4, 5, 6, 40];
/// How often it is repeated where it takes long to fail.
const MANY: usize = 40;
/// How often the text is repeated where it is shown.
const SHOWN: usize = 6;

/// A text on which the number of ways to try grows exponentially with its repeated part; nothing for a
/// pattern that is not known to have one.
pub(crate) fn catastrophe(pattern: &str) -> Option<String> {
    let (parts, _) = pattern::translated(pattern)?;
    let automata: Vec<Automaton> = parts.iter().map(|part| Automaton::of(part)).collect::<Option<_>>()?;
    automata.iter().enumerate().find_map(|(index, automaton)| {
        // What a look-ahead refuses does not come as far as the repetition.
        let others: Vec<&Automaton> = automata
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, other)| other)
            .collect();
        Attack::new(automaton)?.text(&others)
    })
}

/// One repetition that is ambiguous.
struct Attack<'a> {
    automaton: &'a Automaton,
    /// Characters one of which stands for each that the pattern tells apart.
    samples: Vec<u32>,
    lead: Vec<u32>,
    round: Vec<u32>,
}

impl<'a> Attack<'a> {
    fn new(automaton: &'a Automaton) -> Option<Self> {
        let samples = samples(automaton);
        let (start, steps) = loops(automaton).iter().find_map(|places| ambiguous(automaton, places))?;
        let choose = |places: &[usize]| character(automaton, &samples, places);
        let round = steps.iter().map(|(one, other)| choose(&[*one, *other])).collect::<Option<_>>()?;
        let lead = steps_to(automaton, start)?;
        let lead = lead.iter().map(|place| choose(&[*place])).collect::<Option<Vec<u32>>>()?;
        // What `^` stands before is no character of the text.
        let lead = lead.into_iter().filter(|symbol| char::from_u32(*symbol).is_some()).collect();
        Some(Self { automaton, samples, lead, round })
    }

    /// The text that shows it, where one rest or another makes the pattern fail.
    fn text(&self, others: &[&Automaton]) -> Option<String> {
        let rests = self.samples.iter().map(|symbol| vec![*symbol]);
        let fails = |rest: &Vec<u32>| {
            ROUNDS.iter().all(|rounds| !self.automaton.finds(&self.spell(*rounds, rest)))
                && others.iter().all(|other| other.finds(&self.spell(MANY, rest)))
        };
        let rest = std::iter::once(Vec::new()).chain(rests).find(fails)?;
        self.spell(SHOWN, &rest).into_iter().map(char::from_u32).collect()
    }

    fn spell(&self, rounds: usize, rest: &[u32]) -> Vec<u32> {
        let mut text = self.lead.clone();
        text.extend(self.round.iter().cycle().take(self.round.len() * rounds));
        text.extend(rest);
        text
    }
}

/// Printable characters, and the ends of what the places match.
fn samples(automaton: &Automaton) -> Vec<u32> {
    let ends = automaton.symbols.iter().flat_map(|symbols| &symbols.0);
    let ends = ends.flat_map(|(first, last)| [*first, *last]).take(400);
    let common = "!a0A -._~\n".chars().map(u32::from);
    let mut seen = BTreeSet::new();
    common.chain(ends).filter(|symbol| seen.insert(*symbol)).collect()
}

/// The character that all the places match and the fewest others.
fn character(automaton: &Automaton, samples: &[u32], places: &[usize]) -> Option<u32> {
    let matched_by =
        |symbol: u32| automaton.symbols.iter().filter(|symbols| symbols.contains(symbol)).count();
    let fits = |symbol: &u32| places.iter().all(|place| automaton.symbols[*place].contains(*symbol));
    let odd = |symbol: u32| !char::from_u32(symbol).is_some_and(|c| c.is_ascii_alphanumeric());
    let common = samples.iter().copied().filter(fits);
    let ends = |symbols: &Symbols| symbols.0.iter().map(|(first, _)| *first).collect::<Vec<_>>();
    let starts = places.iter().flat_map(|place| ends(&automaton.symbols[*place])).filter(fits);
    common.chain(starts).min_by_key(|symbol| (matched_by(*symbol), odd(*symbol), *symbol))
}

/// The places of each repetition: sets in which every place leads to every other.
fn loops(automaton: &Automaton) -> Vec<BTreeSet<usize>> {
    let reach: Vec<BTreeSet<usize>> = (0..automaton.next.len())
        .map(|place| {
            let mut reached = BTreeSet::new();
            let mut open: Vec<usize> = automaton.next[place].keys().copied().collect();
            while let Some(next) = open.pop() {
                if reached.insert(next) {
                    open.extend(automaton.next[next].keys().copied());
                }
            }
            reached
        })
        .collect();
    let mut found: Vec<BTreeSet<usize>> = Vec::new();
    for (place, reached) in reach.iter().enumerate() {
        if reached.contains(&place) && !found.iter().any(|places| places.contains(&place)) {
            found.push(reached.iter().copied().filter(|other| reach[*other].contains(&place)).collect());
        }
    }
    found
}

/// Two matches that read the same characters, each at a place.
type Pair = (usize, usize);

/// A place of the repetition, and a text from it back to it that can be matched in two ways: for each
/// character the places that match it in the one and in the other.
fn ambiguous(automaton: &Automaton, places: &BTreeSet<usize>) -> Option<(usize, Vec<Pair>)> {
    if places.len() > LARGEST_LOOP {
        return None;
    }
    for place in places {
        let many = automaton.next[*place].iter().find(|(next, ways)| **ways > 1 && places.contains(next));
        if let Some((next, _)) = many {
            let mut steps = vec![(*next, *next)];
            let back = Pairs::from(automaton, places, (*next, *next));
            steps.extend(back.to((*place, *place)));
            return Some((*place, steps));
        }
    }
    // From any place of it as well as from any other: each leads to each, in step with itself.
    let start = *places.first()?;
    let pairs = Pairs::from(automaton, places, (start, start));
    let (apart, back) = pairs.returning().into_iter().find(|((one, other), _)| one != other)?;
    let mut steps = pairs.to(apart);
    steps.extend(back);
    Some((start, steps))
}

/// What two matches reach that start at one place.
struct Pairs {
    start: Pair,
    /// The pair before each, on the shortest way.
    before: BTreeMap<Pair, Pair>,
    /// Every pair before each.
    sources: BTreeMap<Pair, Vec<Pair>>,
}

impl Pairs {
    fn from(automaton: &Automaton, places: &BTreeSet<usize>, start: Pair) -> Self {
        let mut pairs = Self { start, before: BTreeMap::new(), sources: BTreeMap::new() };
        let next = |place: usize| automaton.next[place].keys().copied().filter(|next| places.contains(next));
        let mut open = VecDeque::from([start]);
        while let Some(pair) = open.pop_front() {
            for one in next(pair.0) {
                for other in next(pair.1) {
                    if !automaton.symbols[one].overlaps(&automaton.symbols[other]) {
                        continue;
                    }
                    let sources = pairs.sources.entry((one, other)).or_default();
                    sources.push(pair);
                    if sources.len() == 1 {
                        pairs.before.insert((one, other), pair);
                        open.push_back((one, other));
                    }
                }
            }
        }
        pairs
    }

    /// The shortest way from the start to a pair that is reached, the start left out.
    fn to(&self, pair: Pair) -> Vec<Pair> {
        let mut steps = Vec::new();
        let mut at = pair;
        while at != self.start {
            steps.push(at);
            let Some(before) = self.before.get(&at) else { break };
            at = *before;
        }
        steps.reverse();
        steps
    }

    /// The pairs that lead back to the start, each with the shortest way.
    fn returning(&self) -> BTreeMap<Pair, Vec<Pair>> {
        let mut found: BTreeMap<Pair, Vec<Pair>> = BTreeMap::new();
        let mut open = VecDeque::from([(self.start, Vec::new())]);
        while let Some((pair, way)) = open.pop_front() {
            for source in self.sources.get(&pair).into_iter().flatten() {
                if !found.contains_key(source) {
                    let mut longer = vec![pair];
                    longer.extend(&way);
                    found.insert(*source, longer.clone());
                    open.push_back((*source, longer));
                }
            }
        }
        found
    }
}

/// The places on the shortest way from where a match begins to a place, that one included.
fn steps_to(automaton: &Automaton, place: usize) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, Option<usize>> =
        automaton.first.keys().map(|first| (*first, None)).collect();
    let mut open: VecDeque<usize> = before.keys().copied().collect();
    while let Some(at) = open.pop_front() {
        if at == place {
            let mut steps = vec![at];
            while let Some(Some(previous)) = steps.last().and_then(|at| before.get(at)) {
                steps.push(*previous);
            }
            steps.reverse();
            return Some(steps);
        }
        for next in automaton.next[at].keys() {
            if !before.contains_key(next) {
                before.insert(*next, Some(at));
                open.push_back(*next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_hang_a_matcher() {
        for pattern in [
            "^(a+)+$",
            "^(a*)*$",
            "^(a+)*$",
            "(a|a)*b",
            "^(a|aa)+$",
            "(.*)*x",
            r"^(\w|\d)+$",
            r"^(\w+\s?)*$",
            r"^(\d+)*[a-z]$",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
            "^(a?b?)*$",
            r"^([a-zA-Z0-9]+[._-]?)+@example\.com$",
            "^((ab)*|(a|b)*)*c$",
            "x(y+)+z",
            "^(?:a{2,}){3,}$",
            "^(?=.*[0-9])(a+)+$",
            "(?!x)^(a+)+$",
            "^(é+)+$",
        ] {
            let text = catastrophe(pattern);
            assert!(text.as_ref().is_some_and(|text| text.chars().count() >= 4), "{pattern}: {text:?}");
        }
    }

    #[test]
    fn patterns_that_do_not() {
        for pattern in [
            "",
            "a+",
            "(a+)+",
            "^(a+)+",
            "^(a+b)+$",
            "^([a-z]+-)*[a-z]+$",
            "^(a|b)*$",
            "^(a|ab)*$",
            r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
            r"^(\d{1,3}\.){3}\d{1,3}$",
            r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$",
            "^(a+){2}$",
            r"^(\/[a-z]+)*$",
            "^([A-Z][a-z]*)+$",
            ".*.*.*x",
            r"^([\s\S]*)*$",
            r"^#([0-9a-f]{3}){1,2}$",
            "^(a{1,3}b)*$",
            r"^\S+(\s+\S+)*$",
            "(",
            r"(a+)\1",
            r"^(\ba+\b)+$",
            "^[a-z]{1000}$",
            "^(?=.{1,10}$)(a+)+$",
        ] {
            assert_eq!(catastrophe(pattern), None, "{pattern}");
        }
    }
}
