//! What a look-ahead at one character does to what follows it.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// What the next character is to be.
pub(crate) struct Next {
    class: ClassUnicode,
    /// Whether there may be none.
    end: bool,
}

impl Next {
    /// What a look-ahead asks: a character of a class, or the end, or that it is not so. Nothing where
    /// it asks for more than that.
    pub(crate) fn of(body: &Hir, positive: bool) -> Option<Self> {
        let mut next = match body.kind() {
            HirKind::Look(Look::End) => Self { class: ClassUnicode::empty(), end: true },
            _ => Self { class: single(body)?, end: false },
        };
        if !positive {
            next.class.negate();
            next.end = !next.end;
        }
        Some(next)
    }

    /// The tree, matched only where the next character is such; nothing where that cannot be said.
    pub(crate) fn before(&self, tree: &Hir) -> Option<Hir> {
        let mut ways = vec![self.first(tree)?];
        if let Some(empty) = empty(tree) {
            // What follows the whole match may be anything.
            ways.push(Hir::concat(vec![empty.clone(), Hir::class(Class::Unicode(self.class.clone()))]));
            if self.end {
                ways.push(Hir::concat(vec![empty, Hir::look(Look::End)]));
            }
        }
        Some(Hir::alternation(ways))
    }

    /// The matches of the tree that begin with such a character of their own.
    fn first(&self, tree: &Hir) -> Option<Hir> {
        Some(match tree.kind() {
            HirKind::Empty | HirKind::Look(_) => Hir::fail(),
            HirKind::Literal(literal) => {
                let first = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
                if self.holds(first) { tree.clone() } else { Hir::fail() }
            }
            HirKind::Class(Class::Unicode(class)) => {
                let mut both = class.clone();
                both.intersect(&self.class);
                Hir::class(Class::Unicode(both))
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Capture(capture) => self.first(&capture.sub)?,
            HirKind::Alternation(parts) => {
                Hir::alternation(parts.iter().map(|part| self.first(part)).collect::<Option<_>>()?)
            }
            HirKind::Repetition(repetition) => {
                // Repetitions of nothing that come first may as well come last, if they assert nothing
                // or that the string has ended.
                let asserts = empty(&repetition.sub).map(|empty| empty.properties().look_set());
                if asserts.is_some_and(|looks| looks.iter().any(|look| look != Look::End)) {
                    return None;
                }
                if repetition.max == Some(0) {
                    return Some(Hir::fail());
                }
                let rest = Hir::repetition(Repetition {
                    min: repetition.min.saturating_sub(1),
                    max: repetition.max.map(|max| max - 1),
                    greedy: repetition.greedy,
                    sub: repetition.sub.clone(),
                });
                Hir::concat(vec![self.first(&repetition.sub)?, rest])
            }
            HirKind::Concat(parts) => {
                let mut ways = Vec::new();
                let mut passed = Hir::empty();
                for (index, part) in parts.iter().enumerate() {
                    let mut way = vec![passed.clone(), self.first(part)?];
                    way.extend(parts.iter().skip(index + 1).cloned());
                    ways.push(Hir::concat(way));
                    match empty(part) {
                        Some(empty) => passed = Hir::concat(vec![passed, empty]),
                        None => break,
                    }
                }
                Hir::alternation(ways)
            }
        })
    }

    fn holds(&self, character: char) -> bool {
        self.class.iter().any(|range| (range.start()..=range.end()).contains(&character))
    }
}

/// What has to hold for the tree to match nothing, as a tree; nothing where it never does.
fn empty(tree: &Hir) -> Option<Hir> {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(tree.clone()),
        HirKind::Literal(_) | HirKind::Class(_) => None,
        HirKind::Capture(capture) => empty(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min == 0 => Some(Hir::empty()),
        HirKind::Repetition(repetition) => empty(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().map(empty).collect::<Option<_>>().map(Hir::concat),
        HirKind::Alternation(parts) => {
            let ways: Vec<Hir> = parts.iter().filter_map(empty).collect();
            (!ways.is_empty()).then(|| Hir::alternation(ways))
        }
    }
}

/// The class of a tree that is one character.
pub(crate) fn single(tree: &Hir) -> Option<ClassUnicode> {
    match tree.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Capture(capture) => single(&capture.sub),
        HirKind::Literal(literal) => {
            let mut characters = std::str::from_utf8(&literal.0).ok()?.chars();
            let one = characters.next()?;
            characters.next().is_none().then(|| ClassUnicode::new([ClassUnicodeRange::new(one, one)]))
        }
        _ => None,
    }
}
