//! How one wallet behaves: which faults and which variants it has.

use super::dialect::{DEFAULT, Dialect};
use super::fault::{Fault, Flaw, faults};
use super::variant::{Habit, Variant, variants};

/// The faults and variants that are switched on.
#[derive(Debug)]
pub(super) struct Conduct {
    flaws: Vec<bool>,
    habits: Vec<bool>,
    /// How it speaks.
    pub(super) dialect: &'static Dialect,
}

impl Conduct {
    pub(super) fn new(faults_on: &[&'static Fault], variants_on: &[&'static Variant]) -> Self {
        let (flaws, habits) = (vec![false; faults().len()], vec![false; variants().len()]);
        let mut conduct = Self { flaws, habits, dialect: &DEFAULT };
        for fault in faults_on {
            conduct.flaws[fault.flaw as usize] = true;
        }
        for variant in variants_on {
            conduct.habits[variant.habit as usize] = true;
        }
        conduct
    }

    /// The same in a dialect.
    pub(super) fn speaking(self, dialect: &'static Dialect) -> Self {
        Self { dialect, ..self }
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
