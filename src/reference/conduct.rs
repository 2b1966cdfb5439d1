//! How one wallet behaves: which faults and which variants it has.

use super::fault::{Fault, Flaw, faults};
use super::variant::{Habit, Variant, variants};

/// The faults and variants that are switched on.
#[derive(Debug)]
pub(super) struct Conduct {
    flaws: Vec<bool>,
    habits: Vec<bool>,
}

impl Conduct {
    pub(super) fn new(faults_on: &[&'static Fault], variants_on: &[&'static Variant]) -> Self {
        let mut conduct = Self { flaws: vec![false; faults().len()], habits: vec![false; variants().len()] };
        for fault in faults_on {
            conduct.flaws[fault.flaw as usize] = true;
        }
        for variant in variants_on {
            conduct.habits[variant.habit as usize] = true;
        }
        conduct
    }

    /// Whether the wallet is broken in this way.
    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaws[flaw as usize]
    }

    /// Whether the wallet takes this other, correct way.
    pub(super) fn does(&self, habit: Habit) -> bool {
        self.habits[habit as usize]
    }
}
