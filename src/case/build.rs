//! From a case to a concrete script: payloads drawn from (run seed, case id, sample) and nothing else.

use super::carried::{self, edited};
use super::model::{BoundPlan, Case, GoalPlan, Plan};
use super::rule::{AT, CONTROL, INSIDE, PROBE};
use super::script::{MADE_UP, Script, Step};
use crate::contract::Operation;
use crate::generate::{Edit, Generator, Goal, Refusal, draw, seed};
use proptest::strategy::SBoxedStrategy;
use serde_json::Value;
use std::sync::OnceLock;

/// How many whole documents are looked at until one arrives as it is.
const DRAWS: u64 = 12;

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
    script_with(case, operation, generator, run_seed, sample, &Edits::default())
}

/// What the samples of one case have in common: the edits that meet its goal, which take longer to find than any of
/// them takes to draw.
#[derive(Default)]
pub struct Edits(OnceLock<Result<SBoxedStrategy<Edit>, Refusal>>);

impl Edits {
    fn of(&self, generator: &Generator, goal: &Goal) -> Result<&SBoxedStrategy<Edit>, Refusal> {
        self.0.get_or_init(|| generator.edits(goal)).as_ref().map_err(Clone::clone)
    }
}

/// As [`script`], for one sample of several, of which `edits` are those of all.
///
/// # Errors
/// As [`script`].
pub fn script_with(
    case: &Case,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
    sample: u64,
    edits: &Edits,
) -> Result<Script, Refusal> {
    match &case.plan {
        Plan::Written(script) => Ok(script.clone()),
        Plan::Programs(programs) => programs.script(&case.id, run_seed, sample),
        Plan::Goal(plan) if operation.layout.parted => {
            let seeded = |attempt: u64| seed(run_seed, &case.id, sample + (attempt << 32));
            let step = carried::step(PROBE, operation, generator, &plan.goal, &seeded);
            let step = step.ok_or_else(not_carried)?;
            around_step(case, plan, operation, generator, run_seed, step)
        }
        Plan::Goal(plan) => {
            let edit = draw(edits.of(generator, &plan.goal)?, seed(run_seed, &case.id, sample))?;
            around_edit(case, plan, operation, generator, run_seed, &edit)
        }
        Plan::Bound(plan) => around_bound(case, plan, operation, generator, run_seed),
        Plan::Samples => {
            let valid = generator.valid()?;
            for attempt in 0..DRAWS {
                let drawn = draw(&valid, seed(run_seed, &case.id, sample + (attempt << 32)))?;
                let document = carried::with_known(operation, drawn);
                if carried::arrives_whole(operation, &document) {
                    return Ok(around_document(document));
                }
            }
            Err(not_carried())
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
    let at = generator.edited(&plan.goal);
    let step = if operation.layout.parted {
        let drawn = seed(run_seed, &case.id, 0);
        carried::around(PROBE, operation, generator, &plan.goal, at, edit, drawn).ok_or_else(not_carried)?
    } else {
        edited(PROBE, operation, at, edit)
    };
    around_step(case, plan, operation, generator, run_seed, step)
}

/// The script in which a step meets a goal.
fn around_step(
    case: &Case,
    plan: &GoalPlan,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
    step: Step,
) -> Result<Script, Refusal> {
    let mut steps = Vec::new();
    if plan.goal.valid {
        steps.push(control(case, plan, operation, generator, run_seed)?);
        for (role, goal) in &plan.references {
            steps.push(beside(case, operation, generator, run_seed, role, goal)?);
        }
    }
    steps.push(step);
    Ok(Script(steps))
}

/// The step that meets a goal which another is held against.
fn beside(
    case: &Case,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
    role: &str,
    goal: &Goal,
) -> Result<Step, Refusal> {
    let seeded = |attempt: u64| seed(run_seed, &format!("{}#{role}", case.id), attempt << 32);
    if operation.layout.parted {
        return carried::step(role, operation, generator, goal, &seeded).ok_or_else(not_carried);
    }
    let edit = draw(&generator.edits(goal)?, seeded(0))?;
    Ok(edited(role, operation, generator.edited(goal), &edit))
}

/// Why there is no payload where none can be sent so that the target could tell.
fn not_carried() -> Refusal {
    Refusal::GaveUp { message: "none arrives at the target so that it could tell".to_owned() }
}

/// The script that sends a value one within its bound, one at it and one beyond.
fn around_bound(
    case: &Case,
    plan: &BoundPlan,
    operation: &Operation,
    generator: &Generator,
    run_seed: u64,
) -> Result<Script, Refusal> {
    let step = |role, goal| beside(case, operation, generator, run_seed, role, goal);
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
        Some(goal) => beside(case, operation, generator, run_seed, CONTROL, goal),
        None => Ok(Step { credential: Some(MADE_UP.to_owned()), ..Step::new(CONTROL) }),
    }
}
