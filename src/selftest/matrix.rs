//! The kill matrix: which cases notice which faults, and what follows from that.

use super::Kill;
use crate::case::Case;
use crate::case::grade::Law;
use crate::case::suite::Suite;
use std::collections::BTreeSet;

/// All laws, in the order of the matrix's columns.
pub const LAWS: [Law; 6] =
    [Law::Shape, Law::Status, Law::Code, Law::Idempotency, Law::Header, Law::Robustness];

/// A fault that more than one case in so many notices is loud: it says nothing of the single case.
const LOUD: usize = 5;

/// Which cases of a suite notice which faults.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// The suite.
    pub suite: &'a Suite,
    /// The faults that were judged, each by the whole suite.
    pub kills: &'a [Kill],
}

impl Kill {
    /// Every case that fails or warns, named by the fault or not.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.noticed.iter().chain(&self.besides).map(String::as_str)
    }
}

impl<'a> Matrix<'a> {
    /// How many cases of each of [`LAWS`] notice a fault.
    pub fn by_law(&self, kill: &Kill) -> [usize; LAWS.len()] {
        let laws: Vec<Law> = kill.cases().filter_map(|id| Some(self.suite.case(id)?.law)).collect();
        LAWS.map(|law| laws.iter().filter(|known| **known == law).count())
    }

    /// Faults that one case notices and no other, with that case: without it they would survive.
    pub fn sole(&self) -> Vec<(&'a Kill, &'a str)> {
        let sole = |kill: &'a Kill| {
            let mut cases = kill.cases();
            cases.next().filter(|_| cases.next().is_none()).map(|case| (kill, case))
        };
        self.kills.iter().filter_map(sole).collect()
    }

    /// Cases that notice no fault but loud ones, which a fifth of all cases notice as well.
    pub fn quiet(&self) -> Vec<&'a Case> {
        let loud = |kill: &&Kill| kill.cases().count() * LOUD > kill.judged;
        let telling: BTreeSet<&str> =
            self.kills.iter().filter(|kill| !loud(kill)).flat_map(Kill::cases).collect();
        self.suite.cases.iter().filter(|case| !telling.contains(case.id.as_str())).collect()
    }

    /// Laws none of whose cases notices anything.
    pub fn idle_laws(&self) -> Vec<Law> {
        let counts: Vec<_> = self.kills.iter().map(|kill| self.by_law(kill)).collect();
        let idle = |(at, law): (usize, Law)| counts.iter().all(|row| row[at] == 0).then_some(law);
        LAWS.into_iter().enumerate().filter_map(idle).collect()
    }
}
