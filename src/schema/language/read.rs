//! Patterns with look-around as formulas of searches without.
//!
//! A look-around asserts something at a place inside the match. Where that place is known by its
//! distance from the start or the end of the string, the assertion is a search of its own, anchored
//! there; a look-ahead at one character narrows what follows it; and at the open end of a match an
//! assertion is a part of it.

use super::formula::{Formula, span};
use super::next::{self, Next};
use super::refer;
use super::scan::{self, Item};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// How many branches a pattern may come to.
const BRANCHES: u32 = 100;
/// How often a group that holds look-around is written out.
const COPIES: usize = 8;
/// Any one character.
const ANY: &str = r"[\s\S]";

/// What a pattern asks of a string.
pub(crate) struct Reading {
    pub(crate) formula: Formula,
    /// Whether the formula holds of all strings that match, and not just of some.
    pub(crate) whole: bool,
}

/// What the pattern asks; nothing where it cannot be said exactly, or, with `some` granted, where
/// no part of its matches can.
pub(crate) fn read(pattern: &str, some: bool) -> Option<Reading> {
    if refer::refers(pattern) {
        let written = refer::written(pattern).filter(|_| some)?;
        let readings: Vec<Reading> =
            written.patterns.iter().map(|pattern| read(pattern, some)).collect::<Option<_>>()?;
        let whole = written.whole && readings.iter().all(|reading| reading.whole);
        let formulas = readings.into_iter().map(|reading| reading.formula).collect();
        return Some(Reading { formula: Formula::Any(formulas), whole });
    }
    if !scan::looks(pattern) {
        return Some(Reading { formula: Formula::Found(standard(pattern)?), whole: true });
    }
    if scan::switches(pattern) {
        return None;
    }
    // Only class brackets are escaped in a pattern with look-around; its classes stay as they are.
    let escaped = jsonschema_regex::to_rust_regex(pattern).ok()?;
    let mut reader = Reader { tree: standard, left: BRANCHES, whole: true };
    let formula = reader.pattern(&escaped, some)?;
    let split = jsonschema_regex::split_leading_lookaheads(pattern);
    if split.is_some_and(|parts| parts.iter().all(|part| standard(part).is_some())) {
        return Some(Reading { formula, whole: reader.whole });
    }
    // The validator leaves other patterns with look-around as they are, so that its `\d` is any digit
    // of any script: what is to match has to match both ways.
    let mut literal = Reader { tree: verbatim, left: BRANCHES, whole: reader.whole };
    let other = literal.pattern(&escaped, some)?;
    let formula = if formula == other {
        formula
    } else if some {
        Formula::All(vec![formula, other])
    } else {
        Formula::Any(vec![formula, other])
    };
    Some(Reading { formula, whole: literal.whole })
}

fn standard(text: &str) -> Option<Hir> {
    let translated = jsonschema_regex::to_rust_regex(text).ok()?;
    verbatim(&translated)
}

fn verbatim(text: &str) -> Option<Hir> {
    regex_syntax::Parser::new().parse(text).ok()
}

struct Reader {
    tree: fn(&str) -> Option<Hir>,
    left: u32,
    whole: bool,
}

impl Reader {
    /// With `some` granted, the formula may hold of fewer strings than match.
    fn pattern(&mut self, pattern: &str, some: bool) -> Option<Formula> {
        if !scan::looks(pattern) {
            return Some(Formula::Found((self.tree)(pattern)?));
        }
        let mut any = Vec::new();
        for branch in scan::branches(pattern)? {
            any.push(self.branch(branch, some)?);
        }
        Some(if any.len() == 1 { any.remove(0) } else { Formula::Any(any) })
    }

    fn branch(&mut self, branch: &str, some: bool) -> Option<Formula> {
        self.left = self.left.checked_sub(1)?;
        if !scan::looks(branch) {
            return Some(Formula::Found((self.tree)(branch)?));
        }
        let items = scan::items(branch)?;
        if let Some(index) = items.iter().position(|item| matches!(item, Item::Group { .. })) {
            return self.group(&items, index, some);
        }
        if let Some(formula) = self.sequence(&items, some) {
            return Some(formula);
        }
        // What matches at the start of a string matches somewhere.
        if !some || branch.starts_with('^') {
            return None;
        }
        self.whole = false;
        self.branch(&format!("^{branch}"), some)
    }

    /// A branch with look-around in a group: one branch for each alternative of the group.
    fn group(&mut self, items: &[Item<'_>], index: usize, some: bool) -> Option<Formula> {
        let Some(&Item::Group { body, quantifier }) = items.get(index) else { return None };
        let (before, after) = (items.get(..index)?, items.get(index + 1..)?);
        let mut alternatives = scan::branches(body)?;
        match quantifier {
            "" => {}
            "?" => alternatives.push(""),
            _ => {
                let repeated = self.repeated(before, body, quantifier, after, some);
                return repeated.or_else(|| {
                    let times = quantifier.strip_prefix('{')?.strip_suffix('}')?.parse().ok()?;
                    let body = format!("(?:{body})").repeat((1..=COPIES).contains(&times).then_some(times)?);
                    self.branch(&format!("{}{body}{}", written(before), written(after)), some)
                });
            }
        }
        let (before, after) = (written(before), written(after));
        let mut any = Vec::new();
        for alternative in alternatives {
            any.push(self.branch(&format!("{before}{alternative}{after}"), some)?);
        }
        Some(Formula::Any(any))
    }

    /// A repetition up to the end of single characters, each of which something must not match at or
    /// after: it matches nowhere from there on.
    fn repeated(
        &mut self,
        before: &[Item<'_>],
        body: &str,
        quantifier: &str,
        after: &[Item<'_>],
        some: bool,
    ) -> Option<Formula> {
        let [body] = scan::branches(body)?.try_into().ok()?;
        let prefix: String = parts(before).collect();
        self.fixed(&prefix)?;
        let closes = parts(after).eq(["$"]) && !after.iter().any(|item| matches!(item, Item::Group { .. }));
        if !closes || !prefix.starts_with('^') {
            return None;
        }
        let (mut text, mut all) = (String::new(), Vec::new());
        for item in scan::items(body)? {
            match item {
                Item::Text(part) => text.push_str(part),
                Item::Look { ahead: true, positive: false, body } if span(&(self.tree)(body)?).0 > 0 => {
                    let skipped = if text.is_empty() { String::new() } else { ANY.to_owned() };
                    let never = format!("{prefix}{skipped}{ANY}*?(?:{body})");
                    all.push(self.branch(&never, false)?.negated());
                }
                _ => return None,
            }
        }
        if self.fixed(&text)? != 1 {
            return None;
        }
        let (before, after) = (written(before), written(after));
        all.push(self.branch(&format!("{before}(?:{text}){quantifier}{after}"), some)?);
        Some(Formula::All(all))
    }

    /// A branch whose look-around stands beside its other parts.
    fn sequence(&mut self, items: &[Item<'_>], some: bool) -> Option<Formula> {
        let whole: String = parts(items).collect();
        let opens = whole.starts_with('^');
        let closes = scan::without_end(&whole).is_some();
        let mut head = None;
        let mut all = Vec::new();
        // What follows the place that is looked at, up to the end.
        let mut tree = Hir::empty();
        for (index, item) in items.iter().enumerate().rev() {
            let Item::Look { ahead, positive, body } = *item else {
                let Item::Text(text) = item else { return None };
                tree = Hir::concat(vec![(self.tree)(text)?, tree]);
                continue;
            };
            let before: String = parts(items.get(..index)?).collect();
            let after: String = parts(items.get(index + 1..)?).collect();
            let before = before.strip_prefix('^').unwrap_or(&before);
            let after = after.strip_prefix('^').filter(|_| before.is_empty()).unwrap_or(&after);
            let after = if closes { scan::without_end(after).unwrap_or(after) } else { after };
            let place = Place { opens, closes, before, after };
            if let Some(found) = self.assertion(&place, ahead, body, some && positive) {
                all.push(found.that(positive));
                continue;
            }
            let body = (self.tree)(body)?;
            if let Some(next) = Next::of(&body, positive).filter(|_| ahead) {
                tree = next.before(&tree)?;
            } else if ahead && positive && !closes && *tree.kind() == HirKind::Empty {
                tree = body;
            } else if !ahead && before.is_empty() && !opens && head.is_none() {
                head = Some(preceding(body, positive)?);
            } else {
                return None;
            }
        }
        all.push(Formula::Found(Hir::concat(head.into_iter().chain([tree]).collect())));
        Some(Formula::All(all))
    }

    /// That the body of a look-around matches; nothing where its place is not known.
    fn assertion(&mut self, place: &Place<'_>, ahead: bool, body: &str, some: bool) -> Option<Formula> {
        let Place { opens, closes, before, after } = place;
        let (open, close) = (self.fixed(before).filter(|_| *opens), self.fixed(after).filter(|_| *closes));
        let text = match (ahead, open, close) {
            (true, Some(_), _) => format!("^{before}(?:{body})"),
            (false, _, Some(_)) => format!("(?:{body}){after}$"),
            // On the other side of the place, it is its length that tells where the body stands.
            (true, None, Some(room)) | (false, Some(room), None) => {
                let Some(gap) = room.checked_sub(self.fixed(body)?) else {
                    return Some(Formula::Any(Vec::new()));
                };
                if ahead {
                    format!("(?:{body}){ANY}{{{gap}}}$")
                } else {
                    format!("^{ANY}{{{gap}}}(?:{body})")
                }
            }
            _ => return None,
        };
        self.pattern(&text, some)
    }

    /// The length that all matches have, where the text asserts nothing.
    fn fixed(&self, text: &str) -> Option<u64> {
        let text = text.strip_prefix('^').unwrap_or(text);
        let tree = (self.tree)(text)?;
        let (least, most) = span(&tree);
        let plain = tree.properties().look_set().is_empty();
        (plain && most == Some(least)).then_some(least)
    }
}

/// Where a look-around stands: whether the branch is anchored, and what stands before and after it
/// less the anchors.
struct Place<'p> {
    opens: bool,
    closes: bool,
    before: &'p str,
    after: &'p str,
}

/// What stands before a match: the tree itself, or anything that one character is not.
fn preceding(tree: Hir, positive: bool) -> Option<Hir> {
    if positive {
        return Some(tree);
    }
    let mut class = next::single(&tree)?;
    class.negate();
    Some(Hir::alternation(vec![Hir::look(Look::Start), Hir::class(Class::Unicode(class))]))
}

/// The texts among the items.
fn parts<'p>(items: &[Item<'p>]) -> impl Iterator<Item = &'p str> {
    items.iter().filter_map(|item| match item {
        Item::Text(text) => Some(*text),
        _ => None,
    })
}

/// The items as a pattern again.
fn written(items: &[Item<'_>]) -> String {
    let mut text = String::new();
    for item in items {
        match item {
            Item::Text(part) => text.push_str(part),
            Item::Look { ahead, positive, body } => {
                let behind = if *ahead { "" } else { "<" };
                let sense = if *positive { '=' } else { '!' };
                text.push_str(&format!("(?{behind}{sense}{body})"));
            }
            Item::Group { body, quantifier } => text.push_str(&format!("(?:{body}){quantifier}")),
        }
    }
    text
}
