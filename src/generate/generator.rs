//! The generator of one schema.

use super::aim::{Aim, Planned, Target, aims};
use super::build::{Options, program};
use super::document::{Check, Document, Edits, Values};
use super::goal::{Edit, Goal};
use super::place::places;
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::strategy::strategy;
use super::target::{self, Without};
use super::text::LONGEST;
use crate::schema::canonical::{self, Normal, Satisfiable};
use crate::schema::{Formats, Oracle, pointer};
use proptest::strategy::SBoxedStrategy;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Payloads for one JSON Schema 2020-12 document: valid ones, and ones that meet a chosen goal.
///
/// Built once per schema; strategies are built when they are asked for. Everything follows from
/// the schema and the seed, and nothing else.
#[derive(Debug)]
pub struct Generator {
    document: Value,
    formats: Formats,
    oracle: Arc<Oracle>,
    normal: Result<Normal, Refusal>,
    goals: Vec<Goal>,
    aims: BTreeMap<Goal, Aim>,
    valid: OnceLock<Result<Arc<Program>, Refusal>>,
}

impl Generator {
    /// Reads a schema document, self-contained but for its references to itself.
    ///
    /// Fails with [`Refusal::BadSchema`] where the document is not a schema, or has a reference
    /// that does not resolve within it. A schema that nothing satisfies is read; asking it for
    /// values is what is refused.
    pub fn new(schema: &Value, formats: Formats) -> Result<Self, Refusal> {
        let oracle = Arc::new(Oracle::new(schema, formats)?);
        let normal = Normal::of(schema, formats)
            .map_err(|message| Refusal::Unsupported { pointer: String::new(), message });
        let planned =
            places(schema).iter().flat_map(|place| aims(schema, formats, place)).collect::<Vec<Planned>>();
        let goals = planned.iter().map(|planned| planned.goal.clone()).collect();
        let aims = planned.into_iter().map(|planned| (planned.goal, planned.aim)).collect();
        Ok(Self { document: schema.clone(), formats, oracle, normal, goals, aims, valid: OnceLock::new() })
    }

    /// The validator of the schema.
    pub fn oracle(&self) -> &Oracle {
        &self.oracle
    }

    /// Valid documents, weighted to boundaries: lengths exactly least and exactly greatest, one and
    /// many items, optional members absent and present.
    ///
    /// Fails with [`Refusal::Unsatisfiable`] where nothing satisfies the schema, and otherwise
    /// where it says what the generator does not model or will not spend.
    pub fn valid(&self) -> Result<SBoxedStrategy<Value>, Refusal> {
        let program = self.valid.get_or_init(|| self.program(&[]).map(Arc::new)).clone()?;
        strategy(Values(program))
    }

    /// Every goal, valid and violating: by place, parents first, in an order that follows from the
    /// schema alone. Whether one can be met at all is said by [`Self::edits`].
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// What to do at the goal's pointer in some base document that reaches there.
    ///
    /// Fails where the goal is not one of the schema's, cannot be met, or costs too much.
    pub fn edits(&self, goal: &Goal) -> Result<SBoxedStrategy<Edit>, Refusal> {
        self.edit(goal).and_then(strategy)
    }

    /// Whole documents that meet the goal, each confirmed by the oracle: valid, or failing the
    /// goal's keyword at its pointer and nothing at other places.
    pub fn documents(&self, goal: &Goal) -> Result<SBoxedStrategy<Value>, Refusal> {
        let edit = self.edit(goal)?;
        let tokens = pointer::tokens(&goal.pointer);
        let parents = tokens.split_last().map_or(&[][..], |(_, parents)| parents);
        // The target is put into the base where it can be; a new member needs its parent only.
        let base = match edit {
            // What is replaced whole may be anything.
            Edits::Replace(_) if tokens.is_empty() => Ok(Program::fixed(Value::Null)),
            Edits::Replace(_) => self.program(&tokens).or_else(|_| self.program(parents)),
            _ => self.program(&tokens),
        }?;
        let check = Check { oracle: Arc::clone(&self.oracle), goal: goal.clone() };
        strategy(Document { base, edit, check })
    }

    /// Whether `value` meets the goal: passes the oracle for a valid goal; for a violating one fails
    /// with the goal's keyword at its pointer, and with nothing at any other place.
    pub fn confirms(&self, goal: &Goal, value: &Value) -> bool {
        super::document::confirms(&self.oracle, goal, value)
    }

    /// Where a payload that violates the goal does so: the goal's pointer, with each `*` replaced by the name of
    /// the member that the oracle finds at fault.
    pub fn place(&self, goal: &Goal, value: &Value) -> String {
        if !goal.pointer.split('/').any(|token| token == "*") {
            return goal.pointer.clone();
        }
        super::document::place(&self.oracle, goal, value).unwrap_or_else(|| goal.pointer.clone())
    }

    fn program(&self, demand: &[String]) -> Result<Program, Refusal> {
        let normal = self.normal.as_ref().map_err(Clone::clone)?;
        if normal.satisfiable() == Satisfiable::No {
            let clash = canonical::clash(&self.document, self.formats);
            let (pointer, keywords) =
                clash.map_or_else(Default::default, |clash| (clash.pointer, clash.keywords));
            return Err(Refusal::Unsatisfiable {
                message: if keywords.is_empty() {
                    "no value satisfies the schema".to_owned()
                } else {
                    format!("no value satisfies the schema, since these clash: {}", keywords.join(", "))
                },
                pointer,
                keywords,
            });
        }
        program(normal, demand, Options { formats: self.formats, ascii: false })
    }

    fn edit(&self, goal: &Goal) -> Result<Edits, Refusal> {
        let aim = self.aims.get(goal).ok_or_else(|| Refusal::Unsupported {
            pointer: goal.schema_pointer.clone(),
            message: format!("the schema has no goal {} {} at {:?}", goal.keyword, goal.side, goal.pointer),
        })?;
        match aim {
            Aim::Remove => Ok(Edits::Remove),
            Aim::Fixed(value) => Ok(fixed(value.clone())),
            Aim::Filled(filled) if filled.length() > LONGEST => Err(Refusal::GaveUp {
                message: format!(
                    "a string of {} characters is not made, since it costs too much",
                    filled.length()
                ),
            }),
            Aim::Filled(filled) => Ok(fixed(Value::String(filled.text()))),
            Aim::Insert { taken, patterns } => Ok(Edits::insert(taken.clone(), patterns)),
            Aim::Value(target) => self.values(goal, target).map(Edits::Replace),
        }
    }

    /// Values for a target: first with everything else there satisfied, and where that is
    /// impossible with as little else broken as the keyword leaves room for.
    fn values(&self, goal: &Goal, target: &Target) -> Result<Program, Refusal> {
        let Target { place, kind, without, side, not } = target;
        let attempts = match without {
            None => vec![Without::Nothing],
            Some((at, keyword)) => vec![Without::Keyword(at, keyword), Without::Everywhere(keyword)],
        };
        let mut refusal = None;
        for without in attempts {
            let rules = target::compose(&self.document, place, *kind, without, side);
            match self.target(goal, &rules, not.as_ref()) {
                Ok(program) => return Ok(program),
                Err(reason) => {
                    refusal.get_or_insert(reason);
                }
            }
        }
        Err(refusal.unwrap_or_else(|| unsatisfiable(goal)))
    }

    fn target(&self, goal: &Goal, rules: &Value, not: Option<&Value>) -> Result<Program, Refusal> {
        let Some(not) = not else { return self.satisfying(goal, rules) };
        let schema = json!({"allOf": [rules, {"not": not}]});
        match self.satisfying(goal, &schema) {
            // Where the negation has no normal form, values of the rest are filtered.
            Err(Refusal::Unsupported { pointer, message }) => {
                let Some(oracle) = target::oracle(&self.document, &schema, self.formats) else {
                    return Err(Refusal::Unsupported { pointer, message });
                };
                let rest = self.satisfying(goal, rules)?;
                let root = Plan::Guarded(Box::new(rest.root), Arc::new(oracle));
                Ok(Program { root, definitions: rest.definitions })
            }
            other => other,
        }
    }

    fn satisfying(&self, goal: &Goal, schema: &Value) -> Result<Program, Refusal> {
        let normal = target::normal(&self.document, schema, self.formats)?;
        if target::hopeless(&normal) {
            return Err(unsatisfiable(goal));
        }
        let ascii = goal.keyword.ends_with("Length");
        program(&normal, &[], Options { formats: self.formats, ascii }).map_err(|refusal| match refusal {
            Refusal::Unsatisfiable { .. } => unsatisfiable(goal),
            other => other,
        })
    }
}

fn unsatisfiable(goal: &Goal) -> Refusal {
    let message = if goal.valid {
        format!("no valid value at {:?} has {} {}", goal.pointer, goal.keyword, goal.side)
    } else {
        format!("{} cannot be violated ({}) alone at {:?}", goal.keyword, goal.side, goal.pointer)
    };
    Refusal::Unsatisfiable {
        pointer: goal.schema_pointer.clone(),
        keywords: vec![goal.keyword.clone()],
        message,
    }
}

fn fixed(value: Value) -> Edits {
    Edits::Replace(Program::fixed(value))
}
