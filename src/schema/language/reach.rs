//! From which state a member can be reached in how many more characters.

use super::product::Product;
use std::collections::HashMap;

/// How many words of bits are kept, and how many moves are followed, for lengths that have gaps.
const WORDS: usize = 1 << 19;
const STEPS: usize = 1 << 23;

/// The numbers of further characters after which a string may end, for each state.
#[derive(Debug)]
pub(crate) enum Reach {
    /// All from the first to the second of each state; no second where there is no end.
    Runs(Vec<(u64, Option<u64>)>),
    /// One set of states for each number, which repeat from a number on with a period, if they do.
    Layers { sets: Vec<Vec<u64>>, repeats: Option<(u64, u64)> },
}

impl Reach {
    /// `most` is the greatest number that anyone will ask for.
    pub(crate) fn new(product: &Product, most: u64) -> Self {
        let runs = runs(product);
        if is_exact(product, &runs) { Self::Runs(runs) } else { layers(product, most) }
    }

    /// Whether a member is reached from the state after exactly so many characters.
    pub(crate) fn holds(&self, state: usize, count: u64) -> bool {
        match self {
            Self::Runs(runs) => runs
                .get(state)
                .is_some_and(|(least, most)| *least <= count && most.is_none_or(|most| count <= most)),
            Self::Layers { sets, repeats } => {
                let index = match repeats {
                    Some((from, period)) if count >= *from => from + (count - from) % period,
                    _ => count,
                };
                usize::try_from(index)
                    .ok()
                    .and_then(|index| sets.get(index)?.get(state / 64))
                    .is_some_and(|bits| bits >> (state % 64) & 1 == 1)
            }
        }
    }

    /// The greatest number that is known about.
    pub(crate) fn horizon(&self) -> u64 {
        match self {
            Self::Layers { sets, repeats: None } => sets.len() as u64 - 1,
            _ => u64::MAX,
        }
    }

    /// The greatest length of a member at all; nothing where there is none.
    pub(crate) fn longest(&self) -> Option<u64> {
        match self {
            Self::Runs(runs) => runs.first().map_or(Some(0), |run| run.1),
            Self::Layers { sets, repeats: Some((from, _)) } => {
                let ends = sets
                    .get(usize::try_from(*from).ok()?..)?
                    .iter()
                    .all(|set| set.iter().all(|bits| *bits == 0));
                ends.then(|| from.saturating_sub(1))
            }
            Self::Layers { .. } => None,
        }
    }
}

/// The least and the greatest number of further characters, from each state.
fn runs(product: &Product) -> Vec<(u64, Option<u64>)> {
    let count = product.states();
    let mut sources = vec![Vec::new(); count];
    let mut pending = vec![0_usize; count];
    for state in 0..count {
        for step in product.moves(state) {
            if let Some(known) = sources.get_mut(step.target) {
                known.push(state);
            }
        }
        if let Some(left) = pending.get_mut(state) {
            *left = product.moves(state).len();
        }
    }
    let mut least = vec![u64::MAX; count];
    let mut open: Vec<usize> = (0..count).filter(|state| product.accepts(*state)).collect();
    let mut distance = 0;
    while !open.is_empty() {
        let mut next = Vec::new();
        for state in open {
            if let Some(known) = least.get_mut(state).filter(|known| **known == u64::MAX) {
                *known = distance;
                next.extend(sources.get(state).into_iter().flatten().copied());
            }
        }
        open = next;
        distance += 1;
    }
    // A state whose ways on have all ended has ended too; what never does leads to a cycle.
    let mut most: Vec<Option<u64>> = vec![None; count];
    let mut open: Vec<usize> = (0..count).filter(|state| product.moves(*state).is_empty()).collect();
    while let Some(state) = open.pop() {
        let further = product.moves(state).iter().filter_map(|step| most.get(step.target).copied().flatten());
        let longest = further.max().map_or(0, |longest| longest + 1);
        if let Some(known) = most.get_mut(state) {
            *known = Some(longest);
        }
        for source in sources.get(state).into_iter().flatten() {
            if let Some(left) = pending.get_mut(*source) {
                *left -= 1;
                if *left == 0 {
                    open.push(*source);
                }
            }
        }
    }
    least.into_iter().zip(most).collect()
}

/// Whether every number between the least and the greatest does: where each state's numbers are
/// those of its ways on and one more, by induction.
fn is_exact(product: &Product, runs: &[(u64, Option<u64>)]) -> bool {
    runs.iter().enumerate().all(|(state, (least, most))| {
        let mut spans: Vec<(u64, u64)> = product
            .moves(state)
            .iter()
            .filter_map(|step| runs.get(step.target))
            .map(|(least, most)| (least + 1, most.map_or(u64::MAX, |most| most + 1)))
            .collect();
        if product.accepts(state) {
            spans.push((0, 0));
        }
        spans.sort_unstable();
        let mut end = least.checked_sub(1);
        for (low, high) in spans {
            if low > end.map_or(0, |end| end.saturating_add(1)) {
                return false;
            }
            end = end.max(Some(high));
        }
        end == Some(most.unwrap_or(u64::MAX))
    })
}

fn layers(product: &Product, most: u64) -> Reach {
    let count = product.states();
    let moves: Vec<Vec<usize>> =
        (0..count).map(|state| product.moves(state).iter().map(|step| step.target).collect()).collect();
    let edges: usize = moves.iter().map(Vec::len).sum();
    let mut set = vec![0_u64; count.div_ceil(64)];
    for state in (0..count).filter(|state| product.accepts(*state)) {
        insert(&mut set, state);
    }
    let mut known: HashMap<Vec<u64>, u64> = HashMap::new();
    let mut sets: Vec<Vec<u64>> = Vec::new();
    loop {
        let number = sets.len() as u64;
        if let Some(from) = known.get(&set) {
            return Reach::Layers { sets, repeats: Some((*from, number - from)) };
        }
        known.insert(set.clone(), number);
        let mut next = vec![0_u64; set.len()];
        for (state, targets) in moves.iter().enumerate() {
            if targets
                .iter()
                .any(|target| set.get(target / 64).is_some_and(|bits| bits >> (target % 64) & 1 == 1))
            {
                insert(&mut next, state);
            }
        }
        sets.push(std::mem::replace(&mut set, next));
        if number >= most || sets.len() * set.len() > WORDS || sets.len() * edges > STEPS {
            return Reach::Layers { sets, repeats: None };
        }
    }
}

fn insert(set: &mut [u64], state: usize) {
    if let Some(bits) = set.get_mut(state / 64) {
        *bits |= 1 << (state % 64);
    }
}
