//! Whether places can be shared out among kinds of items so that every count ends within its window.

use std::collections::BTreeSet;

/// How many ways of sharing out are looked at before the answer is that it is not known.
const STEPS: u32 = 50_000;

/// A kind of items: which counts each of them adds to, and how many of them there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) marks: u32,
    pub(crate) stock: u64,
}

/// What a count still needs, and how far it may still grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Room {
    pub(crate) need: u64,
    pub(crate) left: u64,
}

impl Room {
    fn spent(self, marked: bool) -> Option<Self> {
        if !marked {
            return Some(self);
        }
        let left = if self.left == u64::MAX { u64::MAX } else { self.left.checked_sub(1)? };
        Some(Self { need: self.need.saturating_sub(1), left })
    }
}

/// What the counts still need and may once an item of the kind is there; nothing where it may not be.
pub(crate) fn spend(rooms: &[Room], marks: u32) -> Option<Vec<Room>> {
    rooms.iter().enumerate().map(|(index, room)| room.spent(marks >> index & 1 == 1)).collect()
}

/// Whether single places, each with its own kinds, and then `rest` places that share theirs can be
/// filled. Nothing where that takes too long to find out.
pub(crate) fn possible(single: &[Vec<Kind>], kinds: &[Kind], rest: u64, rooms: &[Room]) -> Option<bool> {
    let mut steps = STEPS;
    let mut states = BTreeSet::from([rooms.to_vec()]);
    for kinds in single {
        let next: BTreeSet<Vec<Room>> = states
            .iter()
            .flat_map(|state| kinds.iter().filter_map(|kind| spend(state, kind.marks)))
            .collect();
        steps = steps.checked_sub(u32::try_from(next.len()).ok()?)?;
        states = next;
    }
    // Kinds that add to several counts are tried out; the others then follow.
    let mut order = kinds.to_vec();
    order.sort_by_key(|kind| std::cmp::Reverse(kind.marks.count_ones()));
    let mut unknown = false;
    for state in states {
        match share(&order, rest, &state, &mut steps) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(false) }
}

fn share(kinds: &[Kind], rest: u64, rooms: &[Room], steps: &mut u32) -> Option<bool> {
    *steps = steps.checked_sub(1)?;
    let Some((kind, others)) = kinds.split_first().filter(|(kind, _)| kind.marks.count_ones() > 1) else {
        return Some(shares(kinds, rest, rooms));
    };
    let marked = |index: usize| kind.marks >> index & 1 == 1;
    let left = rooms.iter().enumerate().filter(|(index, _)| marked(*index)).map(|(_, room)| room.left).min();
    let most = rest.min(kind.stock).min(left.unwrap_or(u64::MAX));
    for count in 0..=most {
        let after: Vec<Room> = rooms
            .iter()
            .enumerate()
            .map(|(index, room)| {
                if !marked(index) {
                    return *room;
                }
                let left = if room.left == u64::MAX { u64::MAX } else { room.left - count };
                Room { need: room.need.saturating_sub(count), left }
            })
            .collect();
        if share(others, rest - count, &after, steps)? {
            return Some(true);
        }
    }
    Some(false)
}

/// The same where every kind adds to one count at most: the least and the most that each can take
/// have to leave the number of places between them.
fn shares(kinds: &[Kind], rest: u64, rooms: &[Room]) -> bool {
    let stock = |marks: u32| {
        kinds
            .iter()
            .filter(|kind| kind.marks == marks)
            .fold(0_u64, |sum, kind| sum.saturating_add(kind.stock))
    };
    let (mut least, mut most) = (0_u64, stock(0));
    for (index, room) in rooms.iter().enumerate() {
        let room_for = stock(1 << index).min(room.left);
        if room.need > room_for {
            return false;
        }
        least = least.saturating_add(room.need);
        most = most.saturating_add(room_for);
    }
    (least..=most).contains(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: u64 = u64::MAX;

    fn kind(marks: u32, stock: u64) -> Kind {
        Kind { marks, stock }
    }

    fn room(need: u64, left: u64) -> Room {
        Room { need, left }
    }

    #[test]
    fn one_count() {
        let kinds = [kind(0, MANY), kind(1, MANY)];
        assert_eq!(possible(&[], &kinds, 5, &[room(2, 3)]), Some(true));
        assert_eq!(possible(&[], &kinds, 1, &[room(2, 3)]), Some(false));
        assert_eq!(possible(&[], &kinds[1..], 4, &[room(2, 3)]), Some(false));
        assert_eq!(possible(&[], &[kind(0, 1), kind(1, MANY)], 5, &[room(0, 3)]), Some(false));
        assert_eq!(possible(&[vec![kind(1, 1)]], &kinds[..1], 0, &[room(1, 1)]), Some(true));
        assert_eq!(possible(&[vec![kind(1, 1)]], &kinds[..1], 0, &[room(2, 2)]), Some(false));
    }

    #[test]
    fn items_may_count_twice() {
        let rooms = [room(2, MANY), room(2, 2)];
        let apart = [kind(0, MANY), kind(1, MANY), kind(2, MANY)];
        assert_eq!(possible(&[], &apart, 3, &rooms), Some(false));
        assert_eq!(possible(&[], &apart, 4, &rooms), Some(true));
        let shared = [kind(0, MANY), kind(1, MANY), kind(2, MANY), kind(3, 1)];
        assert_eq!(possible(&[], &shared, 3, &rooms), Some(true));
        assert_eq!(possible(&[], &shared, 2, &rooms), Some(false));
    }
}
