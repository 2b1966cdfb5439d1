//! From a case to a concrete script: payloads drawn from (run seed, case id, sample) and nothing else.

use super::model::{BoundPlan, Case, GoalPlan, Plan};
use super::rule::{AT, CONTROL, INSIDE, PROBE};
use super::script::{MADE_UP, Script, Step};
use crate::contract::Operation;
use crate::generate::{Edit, Generator, Refusal, draw, seed};
use crate::schema::pointer;
use serde_json::Value;

/// The script of one sample of a case.
///
/// # Errors
/// [`Refusal`] where the generator has no payload for the case's goal.
pub fn script(
    case: &Case,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
    sample: u64,
) -> Result<Script, Refusal> {
    match &case.plan {
        Plan::Written(script) => Ok(script.clone()),
        Plan::Programs(programs) => programs.script(&case.id, run_seed, sample),
        Plan::Goal(plan) => {
            let edit = draw(&generator.edits(&plan.goal)?, seed(run_seed, &case.id, sample))?;
            around_edit(case, plan, operation, generator, run_seed, &edit)
        }
        Plan::Bound(plan) => around_bound(case, plan, operation, generator, run_seed),
        Plan::Samples => {
            let document = draw(&generator.valid()?, seed(run_seed, &case.id, sample))?;
            Ok(around_document(document))
        }
    }
}

/// The script in which a goal's place holds what this edit puts there.
///
/// # Errors
/// [`Refusal`] where a payload for comparison cannot be drawn.
pub fn around_edit(
    case: &Case,
    plan: &GoalPlan,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
    edit: &Edit,
) -> Result<Script, Refusal> {
    let mut steps = Vec::new();
    if plan.goal.valid {
        steps.push(control(case, plan, operation, generator, run_seed)?);
        for (role, goal) in &plan.references {
            let edit = draw(&generator.edits(goal)?, seed(run_seed, &format!("{}#{role}", case.id), 0))?;
            steps.push(edited(role, operation, generator.edited(goal), &edit));
        }
    }
    steps.push(edited(PROBE, operation, generator.edited(&plan.goal), edit));
    Ok(Script(steps))
}

/// The script that sends a value one within its bound, one at it and one beyond.
fn around_bound(
    case: &Case,
    plan: &BoundPlan,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
) -> Result<Script, Refusal> {
    let step = |role, goal| {
        let edit = draw(&generator.edits(goal)?, seed(run_seed, &format!("{}#{role}", case.id), 0))?;
        Ok(edited(role, operation, generator.edited(goal), &edit))
    };
    let steps = [(INSIDE, &plan.inside), (AT, &plan.at), (PROBE, &plan.beyond)];
    steps.into_iter().map(|(role, goal)| step(role, goal)).collect::<Result<_, _>>().map(Script)
}

/// The script that sends a whole generated document.
pub fn around_document(document: Value) -> Script {
    let mut probe = Step::new(PROBE);
    probe.set.insert(String::new(), document);
    Script(vec![Step::new(CONTROL), probe])
}

fn control(
    case: &Case,
    plan: &GoalPlan,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
) -> Result<Step, Refusal> {
    if !plan.compared {
        return Ok(Step::new(CONTROL));
    }
    let near = generator.goals().iter().find(|goal| goal.pointer == plan.goal.pointer && goal.side == "near");
    match near {
        Some(goal) => {
            let edit = draw(&generator.edits(goal)?, seed(run_seed, &format!("{}#{CONTROL}", case.id), 0))?;
            Ok(edited(CONTROL, operation, generator.edited(goal), &edit))
        }
        None => Ok(Step { credential: Some(MADE_UP.to_owned()), ..Step::new(CONTROL) }),
    }
}

fn edited(role: &str, operation: &Operation, at: &str, edit: &Edit) -> Step {
    let mut step = Step::new(role);
    match edit {
        Edit::Replace(value) => {
            step.set.insert(at.to_owned(), value.clone());
        }
        Edit::Remove => step.remove.push(at.to_owned()),
        Edit::Insert(name, value) => {
            step.set.insert(pointer::join(at, name), value.clone());
        }
    }
    let key = operation.rules.idempotency.as_ref().map(|idempotency| idempotency.key.as_str());
    step.key.stamp = key == Some(at);
    step
}
