//! Objects: declared members, present or absent, and members that nobody declared.

use super::plan::{Plan, Program, attempt};
use super::source::Source;
use super::way::{Step, Way};
use crate::schema::pattern::Matcher;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most members that an object is ever made of. What needs more is refused.
pub(crate) const MOST_MEMBERS: u64 = 10_000;

/// Objects with a number of members within a window.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) members: Vec<Member>,
    /// Kinds of members beyond the named ones.
    pub(crate) extras: Vec<Extra>,
    /// How many of the kinds, from the first, must be there.
    pub(crate) forced: usize,
    /// Names that no further member has, since something of its own is said of each.
    pub(crate) known: BTreeSet<String>,
    /// The patterns that decide what is due at a further member.
    pub(crate) matchers: Vec<Matcher>,
}

/// A member with a known name.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) required: bool,
}

/// Members whose names are made.
#[derive(Debug)]
pub(crate) struct Extra {
    pub(crate) names: Plan,
    /// The values due where the name matches just those patterns, by place.
    pub(crate) kinds: Vec<(Vec<usize>, Plan)>,
}

impl Object {
    pub(crate) fn make(&self, program: &Program, source: &mut Source<'_>) -> Option<Map<String, Value>> {
        // A map is built faster from all of its members than one by one.
        let mut declared: Vec<(String, Value)> = Vec::with_capacity(self.members.len());
        let way = source.way();
        let (reached, further) = match way.step() {
            Some(Step::Member(index)) => (Some(index), None),
            Some(Step::Extra(index)) => (None, self.extras.get(index)),
            _ => (None, None),
        };
        let way = way.rest();
        let tired = source.tired();
        let wanted = |(index, member): &(usize, &Member)| member.required || reached == Some(*index);
        let must = self.members.iter().enumerate().filter(wanted).count() as u64;
        // No optional member, and all of them, are boundaries; between them each tosses a coin.
        let (least, odds) = match source.hint(4) {
            0 => (0, 0),
            3 => (1, 0),
            _ => (0, 1),
        };
        let mut room = self.max.checked_sub(must + (self.forced + usize::from(further.is_some())) as u64)?;
        // Kept only where a member that was left out may be called back.
        let mut left_out = Vec::new();
        let recall = self.min > must;
        for (index, member) in self.members.iter().enumerate() {
            if wanted(&(index, member)) {
                if reached == Some(index) {
                    source.go(way.clone());
                }
                declared.push((member.name.clone(), member.plan.make(program, source)?));
                continue;
            }
            if room == 0 || tired {
                left_out.extend(recall.then_some(member));
                continue;
            }
            // A list of none or one, so that a shrunk recording loses the member with its choices.
            let (list, present) = source.open_list(0, 1, |rng| least + rng.up_to(odds));
            if present == 0 {
                left_out.extend(recall.then_some(member));
                continue;
            }
            let start = source.position();
            room -= 1;
            declared.push((member.name.clone(), member.plan.make(program, source)?));
            source.close_item(list, start);
        }
        let mut made: Map<String, Value> = declared.into_iter().collect();
        for extra in self.extras.iter().take(self.forced) {
            self.add(extra, Way::default(), program, source, &mut made)?;
        }
        if let Some(extra) = further {
            self.add(extra, way, program, source, &mut made)?;
        }
        for member in left_out {
            if made.len() as u64 >= self.min {
                break;
            }
            made.insert(member.name.clone(), member.plan.make(program, source)?);
        }
        self.extend(program, source, &mut made)?;
        Some(made)
    }

    /// Members beyond the named ones: as many as are missing, and now and then some more.
    fn extend(
        &self,
        program: &Program,
        source: &mut Source<'_>,
        made: &mut Map<String, Value>,
    ) -> Option<()> {
        let size = made.len() as u64;
        if self.extras.is_empty() {
            return (size >= self.min).then_some(());
        }
        let must = self.min.saturating_sub(size);
        let may = self.max.saturating_sub(size).min(must + 3);
        let spare = if source.tired() { 0 } else { may.checked_sub(must)? };
        let rarely = if self.members.is_empty() { 2 } else { 8 };
        let (list, count) =
            source.open_list(must, spare, |rng| if rng.below(rarely) == 0 { rng.up_to(spare) } else { 0 });
        for index in 0..count {
            let start = source.position();
            let mark = source.mark();
            let kind = source.pick(self.extras.len());
            let added = self
                .extras
                .get(kind)
                .and_then(|extra| self.add(extra, Way::default(), program, source, made));
            if added.is_none() {
                source.forget(mark);
                let mut others = self.extras.iter();
                let others = others.find_map(|extra| self.add(extra, Way::default(), program, source, made));
                if others.is_none() {
                    return (index >= must).then_some(());
                }
            }
            source.close_item(list, start);
        }
        Some(())
    }

    fn add(
        &self,
        extra: &Extra,
        way: Way,
        program: &Program,
        source: &mut Source<'_>,
        made: &mut Map<String, Value>,
    ) -> Option<()> {
        let (name, values) = attempt(source, |source| {
            let Value::String(name) = extra.names.make(program, source)? else { return None };
            if made.contains_key(&name) || self.known.contains(&name) {
                return None;
            }
            let matching = self.matchers.iter().enumerate().filter(|(_, matcher)| matcher.is_match(&name));
            let marks: Vec<usize> = matching.map(|(mark, _)| mark).collect();
            let (_, values) = extra.kinds.iter().find(|(kind, _)| *kind == marks)?;
            Some((name, values))
        })?;
        source.go(way);
        let value = values.make(program, source)?;
        made.insert(name, value);
        Some(())
    }
}
