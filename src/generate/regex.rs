//! Strings that match a pattern and have a length within a window.

use super::source::Source;
use super::text::{LONGEST, spread};
use crate::schema::canonical::Window;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// How many more repetitions than it must an open-ended repetition makes at most by itself.
const MORE: u64 = 8;
/// How many characters of a class, which begins with printable ASCII, are simple.
const SIMPLE: u64 = 95;

/// A pattern as a generator of the strings that match it.
#[derive(Clone, Debug)]
pub(crate) struct Regex {
    root: Node,
    length: Window,
}

#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    /// Least and greatest length in code points.
    least: u64,
    most: u64,
}

#[derive(Clone, Debug)]
enum Kind {
    Literal(String),
    Class(Vec<(u32, u32)>, u64),
    Repeat(Box<Node>, u64, u64),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
}

impl Regex {
    /// Nothing where no string of such a length can match, or the tree holds bytes.
    pub(crate) fn new(pattern: &Hir, length: Window) -> Option<Self> {
        let root = searched(pattern, &mut true)?;
        (root.least <= length.max.unwrap_or(LONGEST).min(LONGEST) && root.most >= length.min)
            .then_some(Self { root, length })
    }

    /// The least and greatest length that a match can have by the pattern alone.
    pub(crate) fn span(pattern: &Hir) -> Option<(u64, u64)> {
        searched(pattern, &mut true).map(|root| (root.least, root.most))
    }

    /// Whether every length from the least to the greatest is one of a match.
    pub(crate) fn gapless(pattern: &Hir) -> bool {
        searched(pattern, &mut true).is_some_and(|root| gapless(&root))
    }

    /// Whether every string made matches, so that nobody has to look.
    pub(crate) fn exact(pattern: &Hir) -> bool {
        let mut exact = true;
        searched(pattern, &mut exact).is_some() && exact
    }

    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<String> {
        let least = self.length.min.max(self.root.least);
        let most = self.length.max.unwrap_or(LONGEST).min(self.root.most).min(LONGEST);
        let spare = most.checked_sub(least)?;
        let length = least + source.choose(spare, |rng| spread(rng, spare));
        let mut text = String::new();
        let written = write(&self.root, length, length, source, &mut text);
        // Where lengths have gaps, the one that was chosen may fall into one.
        let fits = self.length.min <= written && self.length.max.is_none_or(|max| written <= max);
        fits.then_some(text)
    }
}

fn gapless(node: &Node) -> bool {
    match &node.kind {
        Kind::Literal(_) | Kind::Class(..) => true,
        Kind::Sequence(nodes) => nodes.iter().all(gapless),
        Kind::Choice(nodes) => {
            let mut spans: Vec<(u64, u64)> = nodes.iter().map(|node| (node.least, node.most)).collect();
            spans.sort_unstable();
            let joined = spans.iter().try_fold(node.least, |end, (least, most)| {
                (*least <= end.saturating_add(1)).then_some(end.max(*most))
            });
            joined.is_some() && nodes.iter().all(gapless)
        }
        Kind::Repeat(inner, fewest, most) => {
            let joins = |times: u64| {
                inner.least.saturating_mul(times + 1) <= inner.most.saturating_mul(times).saturating_add(1)
            };
            // The more repetitions, the more their lengths overlap.
            gapless(inner) && (fewest == most || joins(*fewest) && (*fewest > 0 || *most == 1 || joins(1)))
        }
    }
}

/// A pattern is a search: where it is not anchored, anything may stand around the match.
fn searched(pattern: &Hir, exact: &mut bool) -> Option<Node> {
    if let HirKind::Alternation(branches) = pattern.kind() {
        let branches: Option<Vec<_>> = branches.iter().map(|branch| searched(branch, exact)).collect();
        return Some(choice(branches?));
    }
    let parts: Vec<&Hir> = match pattern.kind() {
        HirKind::Concat(parts) => parts.iter().collect(),
        _ => vec![pattern],
    };
    let opens = matches!(parts.first().map(|part| part.kind()), Some(HirKind::Look(Look::Start)));
    let closes = parts.len() > usize::from(opens)
        && matches!(parts.last().map(|part| part.kind()), Some(HirKind::Look(Look::End)));
    let inner = parts.get(usize::from(opens)..parts.len() - usize::from(closes))?;
    let padding =
        || Node { kind: Kind::Repeat(Box::new(class(&[(97, 122)])), 0, LONGEST), least: 0, most: LONGEST };
    let mut nodes = Vec::new();
    if !opens {
        nodes.push(padding());
    }
    for part in inner {
        nodes.push(node(part, exact)?);
    }
    if !closes {
        nodes.push(padding());
    }
    Some(sequence(nodes))
}

fn node(pattern: &Hir, exact: &mut bool) -> Option<Node> {
    Some(match pattern.kind() {
        HirKind::Empty => sequence(Vec::new()),
        HirKind::Look(_) => {
            // An assertion inside adds nothing to the string, and may rule it out.
            *exact = false;
            sequence(Vec::new())
        }
        HirKind::Literal(literal) => {
            let text = String::from_utf8(literal.0.to_vec()).ok()?;
            let length = text.chars().count() as u64;
            Node { kind: Kind::Literal(text), least: length, most: length }
        }
        HirKind::Class(Class::Unicode(ranges)) => {
            let ranges: Vec<_> =
                ranges.iter().map(|range| (range.start() as u32, range.end() as u32)).collect();
            if ranges.is_empty() {
                return None;
            }
            class(&ranges)
        }
        HirKind::Class(Class::Bytes(ranges)) => {
            let ranges: Vec<_> = ranges
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end().min(0x7f))))
                .collect();
            class(&ranges)
        }
        HirKind::Repetition(repetition) => {
            let inner = node(&repetition.sub, exact)?;
            let (low, high) = (u64::from(repetition.min), repetition.max.map_or(LONGEST, u64::from));
            Node {
                least: inner.least.saturating_mul(low),
                most: inner.most.saturating_mul(high),
                kind: Kind::Repeat(Box::new(inner), low, high),
            }
        }
        HirKind::Capture(capture) => node(&capture.sub, exact)?,
        HirKind::Concat(parts) => {
            sequence(parts.iter().map(|part| node(part, exact)).collect::<Option<_>>()?)
        }
        HirKind::Alternation(parts) => {
            choice(parts.iter().map(|part| node(part, exact)).collect::<Option<_>>()?)
        }
    })
}

/// A character class, printable ASCII first so that simple strings look simple.
fn class(ranges: &[(u32, u32)]) -> Node {
    let mut ordered = Vec::new();
    let windows = [
        (97, 122),
        (48, 57),
        (65, 90),
        (32, 47),
        (58, 64),
        (91, 96),
        (123, 126),
        (127, 0x0010_ffff),
        (0, 31),
    ];
    for (low, high) in windows {
        for &(start, end) in ranges {
            let (start, end) = (start.max(low), end.min(high));
            if start <= end {
                ordered.push((start, end));
            }
        }
    }
    let size = ordered.iter().map(|(start, end)| u64::from(end - start) + 1).sum();
    Node { kind: Kind::Class(ordered, size), least: 1, most: 1 }
}

fn sequence(nodes: Vec<Node>) -> Node {
    Node {
        least: nodes.iter().fold(0, |sum, node| sum.saturating_add(node.least)),
        most: nodes.iter().fold(0, |sum, node| sum.saturating_add(node.most)),
        kind: Kind::Sequence(nodes),
    }
}

fn choice(nodes: Vec<Node>) -> Node {
    Node {
        least: nodes.iter().map(|node| node.least).min().unwrap_or(0),
        most: nodes.iter().map(|node| node.most).max().unwrap_or(0),
        kind: Kind::Choice(nodes),
    }
}

/// Writes a match of `node`, its length within `low..=high` where the node can have such a length,
/// and says how many code points it wrote.
fn write(node: &Node, low: u64, high: u64, source: &mut Source<'_>, text: &mut String) -> u64 {
    match &node.kind {
        Kind::Literal(literal) => {
            text.push_str(literal);
            node.least
        }
        Kind::Class(ranges, size) => {
            text.push(character(ranges, *size, source));
            1
        }
        Kind::Sequence(nodes) => {
            let (mut rest_least, mut rest_most) = (node.least, node.most);
            let mut used = 0;
            for one in nodes {
                rest_least -= one.least;
                rest_most = taken(rest_most, one.most);
                let low = low.saturating_sub(used).saturating_sub(rest_most);
                let high = high.saturating_sub(used).saturating_sub(rest_least);
                used += write(one, low, high, source, text);
            }
            used
        }
        Kind::Choice(nodes) => {
            let fits: Vec<&Node> = nodes.iter().filter(|one| one.least <= high && one.most >= low).collect();
            let chosen = fits.get(source.pick(fits.len())).copied().or_else(|| nodes.first());
            chosen.map_or(0, |one| write(one, low, high, source, text))
        }
        Kind::Repeat(inner, fewest, greatest) => {
            let must = low.div_ceil(inner.most.max(1)).max(*fewest);
            let may = high.checked_div(inner.least).unwrap_or(LONGEST).min(*greatest).max(must);
            let spare = (may - must).min(MORE);
            let (list, count) = source.open_list(must, spare, |rng| rng.up_to(spare));
            if let Kind::Class(ranges, size @ 1..=SIMPLE) = &inner.kind {
                let mut choices = vec![0; usize::try_from(count).unwrap_or(0)];
                source.fill(list, &mut choices, u8::try_from(*size - 1).unwrap_or(0));
                match ranges.as_slice() {
                    [(start, ..=127)] => {
                        let start = u8::try_from(*start).unwrap_or(b'a');
                        for choice in &mut choices {
                            *choice += start;
                        }
                        text.push_str(str::from_utf8(&choices).unwrap_or_default());
                    }
                    _ => text.extend(choices.into_iter().map(|choice| nth(ranges, u64::from(choice)))),
                }
                return count;
            }
            let mut used = 0;
            for index in 0..count {
                let rest = count - index - 1;
                let start = source.position();
                let low = low.saturating_sub(used).saturating_sub(rest.saturating_mul(inner.most));
                let high = high.saturating_sub(used).saturating_sub(rest.saturating_mul(inner.least));
                used += write(inner, low, high, source, text);
                source.close_item(list, start);
            }
            used
        }
    }
}

/// A sum that saturated cannot be taken apart again: what is left may still be as long as ever.
fn taken(sum: u64, one: u64) -> u64 {
    if sum == u64::MAX { sum } else { sum - one }
}

fn character(ranges: &[(u32, u32)], size: u64, source: &mut Source<'_>) -> char {
    let top = size.saturating_sub(1);
    let simple = size.min(SIMPLE);
    let index = source.choose(top, |rng| {
        if simple < size && rng.below(8) == 0 { rng.up_to(top) } else { rng.below(simple) }
    });
    nth(ranges, index)
}

fn nth(ranges: &[(u32, u32)], mut index: u64) -> char {
    for &(start, end) in ranges {
        let length = u64::from(end - start) + 1;
        if index < length {
            let code = start + u32::try_from(index).unwrap_or(0);
            // The surrogates lie inside a range of code points and are no characters.
            return char::from_u32(code).or_else(|| char::from_u32(start)).unwrap_or('\u{fffd}');
        }
        index -= length;
    }
    'a'
}
