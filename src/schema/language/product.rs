//! The automaton of a formula: what each search has read so far, side by side.

use super::alphabet::Alphabet;
use super::formula::Formula;
use super::letters::Letters;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_syntax::hir::Hir;
use std::collections::{BTreeSet, HashMap};

/// Bounds on one search's automata, in bytes.
const NFA_SIZE: usize = 1 << 20;
const DFA_SIZE: usize = 1 << 18;
const WORK_SIZE: usize = 1 << 19;
/// How many states the product may have, and how many cells its table.
const STATES: usize = 20_000;
const CELLS: usize = 1 << 19;
const NOWHERE: u32 = u32::MAX;

/// A deterministic automaton over characters, every state of which leads to a member.
#[derive(Debug)]
pub(crate) struct Product {
    /// Whether a string that ends in the state is a member.
    accepts: Vec<bool>,
    moves: Vec<Vec<Move>>,
    letters: Vec<Letters>,
    /// Rows of states, columns of classes.
    table: Vec<u32>,
    width: usize,
}

/// The characters that lead from one state to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) target: usize,
    letters: usize,
}

/// What one search has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Reached {
    At(StateID),
    Found,
    Never,
}

type Search = dense::DFA<Vec<u32>>;

impl Product {
    /// The automaton; nothing where it is too large or the formula holds what none can tell. It has
    /// no states at all where nothing satisfies the formula.
    pub(crate) fn new(formula: &Formula) -> Option<Self> {
        let mut trees = Vec::new();
        let formula = formula.numbered(&mut trees);
        let alphabet = Alphabet::of(&trees)?;
        let searches =
            trees.iter().map(|tree| automaton(&alphabet.recoded(tree)?)).collect::<Option<Vec<_>>>()?;
        let classes = alphabet.classes();
        let bytes: Vec<u8> = classes.keys().copied().collect();
        let (accepts, table) = Walk { formula: &formula, searches: &searches, bytes: &bytes }.explore()?;
        let sets: Vec<_> = classes.into_values().collect();
        let mut product = Self { accepts, moves: Vec::new(), letters: Vec::new(), table, width: bytes.len() };
        product.prune();
        product.connect(&sets);
        Some(product)
    }

    /// The states; the first is the start, if there is any.
    pub(crate) fn states(&self) -> usize {
        self.accepts.len()
    }

    pub(crate) fn accepts(&self, state: usize) -> bool {
        self.accepts.get(state).copied().unwrap_or(false)
    }

    /// The ways on from a state, those of the simplest characters first.
    pub(crate) fn moves(&self, state: usize) -> &[Move] {
        self.moves.get(state).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn letters(&self, step: Move) -> Option<&Letters> {
        self.letters.get(step.letters)
    }

    fn cell(&self, state: usize, column: usize) -> Option<usize> {
        let target = *self.table.get(state * self.width + column)?;
        (target != NOWHERE).then_some(target as usize)
    }

    /// Drops the states that lead to no member, and everything where the start does.
    fn prune(&mut self) {
        let count = self.states();
        let mut sources = vec![BTreeSet::new(); count];
        for state in 0..count {
            for target in (0..self.width).filter_map(|column| self.cell(state, column)) {
                if let Some(known) = sources.get_mut(target) {
                    known.insert(state);
                }
            }
        }
        let mut alive = self.accepts.clone();
        let mut open: Vec<usize> = (0..count).filter(|state| self.accepts(*state)).collect();
        while let Some(state) = open.pop() {
            for source in sources.get(state).into_iter().flatten() {
                if let Some(lives) = alive.get_mut(*source).filter(|lives| !**lives) {
                    *lives = true;
                    open.push(*source);
                }
            }
        }
        if !alive.first().is_some_and(|lives| *lives) {
            self.accepts.clear();
            self.table.clear();
            return;
        }
        let mut next = 0;
        let renamed: Vec<u32> = alive
            .iter()
            .map(|lives| {
                next += u32::from(*lives);
                if *lives { next - 1 } else { NOWHERE }
            })
            .collect();
        let living = |index: usize| alive.get(index).copied().unwrap_or(false);
        self.accepts = self
            .accepts
            .iter()
            .enumerate()
            .filter(|(state, _)| living(*state))
            .map(|(_, ends)| *ends)
            .collect();
        self.table = self
            .table
            .chunks(self.width.max(1))
            .enumerate()
            .filter(|(state, _)| living(*state))
            .flat_map(|(_, row)| {
                row.iter().map(|target| renamed.get(*target as usize).copied().unwrap_or(NOWHERE))
            })
            .collect();
    }

    /// Gathers the characters between each two states.
    fn connect(&mut self, classes: &[Vec<(u32, u32)>]) {
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        for state in 0..self.states() {
            let mut targets: Vec<(usize, Vec<usize>)> = Vec::new();
            for column in 0..self.width {
                let Some(target) = self.cell(state, column) else { continue };
                match targets.iter_mut().find(|(other, _)| *other == target) {
                    Some((_, columns)) => columns.push(column),
                    None => targets.push((target, vec![column])),
                }
            }
            let mut moves = Vec::with_capacity(targets.len());
            for (target, columns) in targets {
                let letters = known.get(&columns).copied().or_else(|| {
                    let mut ranges: Vec<(u32, u32)> =
                        columns.iter().filter_map(|column| classes.get(*column)).flatten().copied().collect();
                    ranges.sort_unstable();
                    self.letters.push(Letters::new(&merged(&ranges))?);
                    known.insert(columns, self.letters.len() - 1);
                    Some(self.letters.len() - 1)
                });
                moves.extend(letters.map(|letters| Move { target, letters }));
            }
            moves.sort_by_key(|step| self.letters.get(step.letters).map_or(u32::MAX, Letters::rank));
            self.moves.push(moves);
        }
    }
}

/// Ascending ranges with neighbours joined.
fn merged(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut joined: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
    for &(start, end) in ranges {
        match joined.last_mut() {
            Some(last) if last.1 + 1 == start => last.1 = end,
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn automaton(tree: &Hir) -> Option<Search> {
    let config = thompson::Config::new()
        .utf8(false)
        .nfa_size_limit(Some(NFA_SIZE))
        .which_captures(thompson::WhichCaptures::None);
    let nfa = thompson::Compiler::new().configure(config).build_from_hir(tree).ok()?;
    let config = dense::Config::new()
        .accelerate(false)
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(DFA_SIZE))
        .determinize_size_limit(Some(WORK_SIZE));
    dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()
}

struct Walk<'w> {
    formula: &'w Formula<usize>,
    searches: &'w [Search],
    bytes: &'w [u8],
}

impl Walk<'_> {
    /// Which states accept, and the table of where each class leads; nothing where it grows too large.
    fn explore(&self) -> Option<(Vec<bool>, Vec<u32>)> {
        let mut start = Vec::with_capacity(self.searches.len());
        for search in self.searches {
            let state = search.start_state(&start::Config::new()).ok()?;
            start.push(Reached::At(state));
        }
        let Some(start) = self.settled(start) else { return Some((Vec::new(), Vec::new())) };
        let mut known = HashMap::from([(start.clone(), 0_u32)]);
        let mut states = vec![start];
        let (mut accepts, mut table) = (Vec::new(), Vec::new());
        while let Some(state) = states.get(accepts.len()).cloned() {
            accepts.push(self.accepts(&state));
            for byte in self.bytes {
                let Some(next) = self.settled(self.step(&state, *byte)) else {
                    table.push(NOWHERE);
                    continue;
                };
                let fresh = u32::try_from(states.len()).ok()?;
                let target = *known.entry(next).or_insert_with_key(|next| {
                    states.push(next.clone());
                    fresh
                });
                table.push(target);
            }
            if states.len() > STATES || states.len() * self.bytes.len() > CELLS {
                return None;
            }
        }
        Some((accepts, table))
    }

    fn step(&self, state: &[Reached], byte: u8) -> Vec<Reached> {
        let step = |(reached, search): (&Reached, &Search)| {
            let Reached::At(id) = *reached else { return *reached };
            let next = search.next_state(id, byte);
            if search.is_match_state(next) {
                Reached::Found
            } else if search.is_dead_state(next) || search.is_quit_state(next) {
                Reached::Never
            } else {
                Reached::At(next)
            }
        };
        state.iter().zip(self.searches).map(step).collect()
    }

    fn accepts(&self, state: &[Reached]) -> bool {
        let known = |index: &usize| {
            let search = self.searches.get(*index)?;
            Some(match *state.get(*index)? {
                Reached::At(id) => search.is_match_state(search.next_eoi_state(id)),
                reached => reached == Reached::Found,
            })
        };
        self.formula.decided(&known).unwrap_or(false)
    }

    /// The state in its simplest spelling: where the formula is decided, what else was read does not
    /// matter; nothing where it has failed.
    fn settled(&self, mut state: Vec<Reached>) -> Option<Vec<Reached>> {
        let known = |index: &usize| match state.get(*index)? {
            Reached::At(_) => None,
            reached => Some(*reached == Reached::Found),
        };
        match self.formula.decided(&known) {
            Some(false) => return None,
            Some(true) => {
                for one in &mut state {
                    if matches!(one, Reached::At(_)) {
                        *one = Reached::Never;
                    }
                }
            }
            None => {}
        }
        Some(state)
    }
}
