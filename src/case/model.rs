//! The case: one clause of the contract, what is sent for it, and what is expected.

use super::grade::{Law, Level};
use super::programs::Programs;
use super::rule::Rule;
use super::script::{Script, Step};
use crate::contract::Operation;
use crate::generate::Goal;

/// One thing that is asked of a target.
#[derive(Clone, Debug)]
pub struct Case {
    /// The stable path, such as `sendInbox/idempotency/replay-same-result`.
    pub id: String,
    /// The operation's id.
    pub operation: String,
    /// What is asked, in a few words.
    pub title: String,
    /// The clause of the contract, with its source.
    pub clause: String,
    /// How binding the clause is.
    pub level: Level,
    /// The law that judges.
    pub law: Law,
    /// The position it rests on, where the sources are silent or contradict each other.
    pub position: Option<u32>,
    /// How to mend a target that breaks it.
    pub fix: String,
    /// Members of the configuration without which it cannot be run, such as `tokens.valid`.
    pub needs: Vec<String>,
    /// What is sent.
    pub plan: Plan,
    /// What is expected.
    pub rule: Rule,
}

impl Case {
    /// The operation that its rule is about: the one that the rule's first step calls.
    pub fn judged(&self) -> &str {
        let steps = if let Plan::Written(script) = &self.plan { script.0.as_slice() } else { &[] };
        let first = self.rule.roles().first().copied();
        let step = steps.iter().find(|step| Some(step.role.as_str()) == first);
        step.and_then(|step| step.operation.as_deref()).unwrap_or(&self.operation)
    }

    /// Whether it has steps that wait for the end of the run.
    pub fn is_late(&self) -> bool {
        matches!(&self.plan, Plan::Written(script) if script.is_late())
    }

    /// Whether one of its steps is about who sent a request when; see [`Step::edits_signing`].
    pub fn edits_signing(&self, operation: &Operation) -> bool {
        let edits = |step: &Step| step.edits_signing(&operation.rules.headers);
        match &self.plan {
            Plan::Written(script) => script.0.iter().any(edits),
            Plan::Programs(programs) => programs.steps().is_ok_and(|steps| steps.iter().any(edits)),
            Plan::Goal(_) | Plan::Bound(_) | Plan::Samples => false,
        }
    }
}

/// How a case comes by its script.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Written by hand.
    Written(Script),
    /// Generated: programs of requests that share keys.
    Programs(Box<Programs>),
    /// Generated: a payload that reaches one goal of the request schema.
    Goal(Box<GoalPlan>),
    /// Generated: values on both sides of one bound, next to each other.
    Bound(Box<BoundPlan>),
    /// Generated: valid payloads, in which fixtures and credentials keep their good values.
    Samples,
}

/// The goals next to one bound.
#[derive(Clone, Debug)]
pub struct BoundPlan {
    /// The value one within the bound.
    pub inside: Goal,
    /// The value at the bound.
    pub at: Goal,
    /// The value one beyond it.
    pub beyond: Goal,
}

/// A generated case's goal, and the goals of the payloads that it is compared with.
#[derive(Clone, Debug)]
pub struct GoalPlan {
    /// The goal that is judged; its step is called `probe`.
    pub goal: Goal,
    /// Whether the goal's place holds a fixture or a credential, so that a made-up value stands in for it
    /// and only the comparison with another made-up value says something.
    pub compared: bool,
    /// The same place at the same bound in other characters, by the name of their step.
    pub references: Vec<(String, Goal)>,
}
