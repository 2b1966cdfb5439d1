//! What a case costs, known before anything is sent.

use super::model::{Case, Plan};
use super::script::{Script, Step};

impl Script {
    /// The requests that the script sends where none has to be repeated.
    pub fn requests(&self) -> usize {
        self.0.iter().map(Step::copies).sum()
    }
}

impl Case {
    /// The requests that one sample of the case sends at most where none has to be repeated and nothing breaks.
    pub fn requests(&self) -> usize {
        match &self.plan {
            Plan::Written(script) => script.requests(),
            Plan::Programs(programs) => programs.requests + programs.keys,
            // Its probe; where that has to be taken, the control and what else it is compared with.
            Plan::Goal(plan) if plan.goal.valid => 2 + plan.references.len(),
            Plan::Goal(_) => 1,
            Plan::Samples => 2,
            // Inside, at and beyond.
            Plan::Bound(_) => 3,
            // The longest program, and what asks for each key in the end.
        }
    }

    /// How many samples of the case tell more than one, of those that are asked for.
    pub fn samples(&self, asked: u64) -> u64 {
        if matches!(self.plan, Plan::Written(_) | Plan::Bound(_)) { 1 } else { asked.max(1) }
    }
}
