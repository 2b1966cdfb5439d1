//! The generator of one schema.

use super::aim::{Planned, aims};
use super::build::{Options, program_of_any, program_of_values};
use super::document::{Base, Check, Checked, Document, Edits, Values};
use super::found::Finder;
use super::goal::{Edit, Goal};
use super::meet::{Meeting, unsatisfiable};
use super::order::{Boundaries, rounds};
use super::outline::Outline;
use super::place::places;
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::rewrite;
use super::seed::{Seeds, draw};
use super::source::Source;
use super::stand_in::Reading;
use super::strategy::strategy;
use super::way::Way;
use super::{clash, domain};
use crate::schema::canonical::Normal;
use crate::schema::{Formats, Oracle, pointer};
use proptest::strategy::SBoxedStrategy;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// How many values are looked at before a normal form is relied on.
const TRIALS: u64 = 16;
/// How many documents serve as samples.
const SAMPLES: u64 = 24;
/// How many values are looked at one by one rather than filtered when they are drawn.
const FEW: usize = 512;

/// Payloads for one JSON Schema document: valid ones, and ones that meet a chosen goal.
///
/// Built once per schema; strategies are built when they are asked for. Everything follows from
/// the schema and the seed, and nothing else.
#[derive(Debug)]
pub struct Generator {
    outline: Outline,
    formats: Formats,
    oracle: Arc<Oracle>,
    reading: Result<Reading, Refusal>,
    goals: Vec<Goal>,
    planned: BTreeMap<Goal, Planned>,
    complete: bool,
    valid: OnceLock<Result<Arc<Program>, Refusal>>,
    samples: OnceLock<Vec<Value>>,
}

/// How far from the root a pointer leads.
fn depth(pointer: &str) -> usize {
    pointer.matches('/').count()
}

impl Generator {
    /// Reads a schema document, self-contained but for its references to itself.
    ///
    /// Fails with [`Refusal::BadSchema`] where the document is not a schema, or has a reference
    /// that does not resolve within it. A schema that nothing satisfies is read; asking it for
    /// values is what is refused.
    pub fn new(schema: &Value, formats: Formats) -> Result<Self, Refusal> {
        Self::near(schema, formats, usize::MAX)
    }

    /// As [`Self::new`], with goals at so many places only: the nearest to the root. Schemas that refer to all objects
    /// that an API has speak of ten thousands.
    ///
    /// Fails as that does.
    pub fn near(schema: &Value, formats: Formats, most: usize) -> Result<Self, Refusal> {
        crate::schema::check(schema)?;
        let oracle = Arc::new(Oracle::new(schema, formats)?);
        let reading = Reading::new(schema, formats)
            .map_err(|message| Refusal::Unsupported { pointer: String::new(), message });
        let outline = Outline::of(schema);
        let mut places = places(&outline);
        if places.found.len() > most {
            places.cut = true;
            let mut depths: Vec<usize> = places.found.iter().map(|place| depth(&place.pointer)).collect();
            depths.sort_unstable();
            let deepest = depths.get(most).copied().unwrap_or_default();
            places.found.retain(|place| depth(&place.pointer) < deepest.max(1));
        }
        let mut goals = Vec::new();
        let mut planned = BTreeMap::new();
        for one in places.found.iter().flat_map(|place| aims(&outline, formats, place)) {
            if !planned.contains_key(&one.goal) {
                goals.push(one.goal.clone());
                planned.insert(one.goal.clone(), one);
            }
        }
        let complete = !places.cut;
        Ok(Self {
            outline,
            formats,
            oracle,
            reading,
            goals,
            planned,
            complete,
            valid: OnceLock::new(),
            samples: OnceLock::new(),
        })
    }

    /// Whether [`Self::goals`] covers every place that the schema speaks of: a schema that spells out very
    /// many, or nests very deep, is covered in part.
    pub fn complete(&self) -> bool {
        self.complete
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
        let program = self.valid_program()?;
        strategy(Values(program))
    }

    /// A few valid documents, always the same ones, for who wants something that stands in many of them; none where
    /// there is none.
    pub(crate) fn samples(&self) -> &[Value] {
        self.samples.get_or_init(|| {
            let seeds = Seeds::new(0, "samples");
            let random = self.valid().into_iter().flat_map(|valid| {
                (0..SAMPLES).filter_map(|index| draw(&valid, seeds.at(index)).ok()).collect::<Vec<_>>()
            });
            random.collect()
        })
    }

    /// How many values [`Self::valid`] has made so far, and how many candidates its filters rejected on
    /// the way. What is built needs no filter, so the second number stays small.
    pub fn filtered(&self) -> (u64, u64) {
        self.valid
            .get()
            .and_then(|program| program.as_ref().ok())
            .map_or((0, 0), |program| program.tally.read())
    }

    /// Every goal, valid and violating: by place, parents first, in an order that follows from the
    /// schema alone. Whether one can be met at all is said by [`Self::edits`].
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// The goals that payloads are to meet, or to violate, in the order that covers most soonest: one side of
    /// every keyword at every place, then another of each that has more.
    pub fn rounds(&self, valid: bool) -> Vec<&Goal> {
        rounds(self.goals.iter().filter(|goal| goal.valid == valid))
    }

    /// Valid documents that between them meet every valid goal that can be met, many at once.
    pub fn boundaries(&self, run_seed: u64) -> Boundaries<'_> {
        Boundaries::new(self, run_seed)
    }

    /// What to do at [`Self::edited`] in some base document that reaches there.
    ///
    /// Fails where the goal is not one of the schema's, cannot be met, or costs too much.
    pub fn edits(&self, goal: &Goal) -> Result<SBoxedStrategy<Edit>, Refusal> {
        self.meeting().edits(self.plan(goal)?).and_then(|met| strategy(met.edits))
    }

    /// What looks for values of valid goals, where there are valid values at all.
    pub(crate) fn finder(&self) -> Option<Finder<'_>> {
        self.valid_program().ok().map(|program| Finder::new(&self.outline, self.formats, program))
    }

    pub(crate) fn found(&self, finder: &Finder<'_>, goal: &Goal, seed: &[u8; 32]) -> Option<Value> {
        finder.value(self.planned.get(goal)?, seed)
    }

    /// JSON pointer into the instance where the edits of the goal are done: mostly its own, and where the
    /// keyword applies under a condition that of the value that has to satisfy the condition.
    pub fn edited<'a>(&'a self, goal: &'a Goal) -> &'a str {
        self.planned.get(goal).map_or(goal.pointer.as_str(), |planned| match &planned.place.origin {
            Some(origin) => &origin.pointer,
            None => &planned.edited,
        })
    }

    /// Whole documents that meet the goal, each confirmed by the oracle: valid, or failing the goal's keyword at
    /// its pointer, and nothing else where that is possible.
    pub fn documents(&self, goal: &Goal) -> Result<SBoxedStrategy<Value>, Refusal> {
        self.documents_at(goal, &goal.pointer)
    }

    /// The same, with the names of the pointer where the goal's has `*`.
    pub fn documents_at(&self, goal: &Goal, pointer: &str) -> Result<SBoxedStrategy<Value>, Refusal> {
        let planned = self.plan(goal)?;
        let meeting = self.meeting();
        let named = Goal { pointer: pointer.to_owned(), ..goal.clone() };
        let at = if self.edited(goal) == goal.pointer { pointer } else { self.edited(goal) };
        let check = |alone| Check { oracle: Arc::clone(&self.oracle), goal: named.clone(), alone };
        let edited = |only: bool| {
            let met = meeting.edits(planned)?;
            if only && !met.alone {
                return Err(unsatisfiable(goal));
            }
            let base = self.base(at, &met.edits)?;
            strategy(Document { base, edit: met.edits, edited: at.to_owned(), check: check(only) })
        };
        // What an edit cannot do without breaking more, the rewritten schema may.
        let whole = |only: bool| {
            meeting.whole(planned).and_then(|program| strategy(Checked { program, check: check(only) }))
        };
        let reason = match edited(true) {
            Ok(alone) => return Ok(alone),
            Err(reason) => reason,
        };
        let others =
            || if goal.valid { Err(reason.clone()) } else { edited(false).or_else(|_| whole(false)) };
        whole(true).or_else(|_| others()).map_err(|_| reason.clone())
    }

    /// A document for the edits to be done in: the target is put into it where it can be, a new member needs
    /// its parent only.
    fn base(&self, edited: &str, edits: &Edits) -> Result<Base, Refusal> {
        match edits {
            // What is replaced whole may be anything.
            Edits::Replace(_) if edited.is_empty() => Ok(Base::Own(Box::new(Program::fixed(Value::Null)))),
            Edits::Replace(_) => self.replaceable(edited),
            _ => self.reaching(&pointer::tokens(edited)),
        }
    }

    /// Valid documents in which an edit at the pointer can be done.
    pub(crate) fn bases(&self, edited: &str) -> Result<SBoxedStrategy<Value>, Refusal> {
        self.replaceable(edited).and_then(strategy)
    }

    /// Valid documents with something at the pointer, or else with the parent that it could be put into.
    fn replaceable(&self, edited: &str) -> Result<Base, Refusal> {
        let tokens = pointer::tokens(edited);
        let parents = tokens.split_last().map_or(&[][..], |(_, parents)| parents);
        self.reaching(&tokens).or_else(|_| self.reaching(parents))
    }

    fn reaching(&self, tokens: &[String]) -> Result<Base, Refusal> {
        if let Ok(program) = self.valid_program()
            && let Some(way) = Way::find(&program, tokens)
        {
            return Ok(Base::Led(program, way));
        }
        self.program(tokens).map(|program| Base::Own(Box::new(program)))
    }

    fn valid_program(&self) -> Result<Arc<Program>, Refusal> {
        self.valid.get_or_init(|| self.program(&[]).map(Arc::new)).clone()
    }

    /// Whether `value` meets the goal: passes the oracle for a valid goal; for a violating one fails
    /// with the goal's keyword at its pointer, among whatever else.
    pub fn confirms(&self, goal: &Goal, value: &Value) -> bool {
        super::document::confirms(&self.oracle, goal, value)
    }

    /// Whether nothing fails but the goal's keyword at its pointer; for a valid goal, whether nothing fails.
    pub fn alone(&self, goal: &Goal, value: &Value) -> bool {
        super::document::alone(&self.oracle, goal, value)
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
        let Reading { normals, exact, listed } = self.reading.as_ref().map_err(Clone::clone)?;
        let options = Options { formats: self.formats, ascii: false };
        let built = match listed {
            Some(values) => program_of_values(values.clone(), demand),
            None => program_of_any(normals, demand, options),
        };
        let built = match built {
            Ok(program)
                if !exact || (listed.is_none() && demand.is_empty() && self.is_doubtful(&program)) =>
            {
                self.filtered_by_oracle(program, normals, demand)
            }
            other => other,
        };
        match built {
            Err(Refusal::Unsatisfiable { .. }) if !exact => Err(Refusal::GaveUp {
                message: "the schema has no normal form, and nothing satisfies what can stand in for it"
                    .to_owned(),
            }),
            Err(Refusal::Unsatisfiable { .. }) if demand.is_empty() => {
                Err(clash::explain(&self.outline.document, self.formats))
            }
            // Where nothing satisfies the schema at all, that is why nothing is at the place.
            Err(Refusal::Unsatisfiable { pointer, keywords, message }) => Err(match self.valid_program() {
                Err(refusal @ Refusal::Unsatisfiable { .. }) => refusal,
                _ => Refusal::Unsatisfiable { pointer, keywords, message },
            }),
            other => other,
        }
    }

    /// The values of the program that the oracle passes: where they are few, found out here and now.
    fn filtered_by_oracle(
        &self,
        program: Program,
        normals: &[Normal],
        demand: &[String],
    ) -> Result<Program, Refusal> {
        if let [normal] = normals
            && let Some(mut values) = domain::list(normal, self.formats, FEW)
        {
            values.retain(|value| self.oracle.is_valid(value));
            return program_of_values(values, demand);
        }
        let root = Plan::Guarded(Box::new(program.root), Arc::clone(&self.oracle));
        Ok(Program::new(root, program.definitions))
    }

    /// Whether values of the program have to be filtered, although the normal form should say what the schema
    /// does: it has been seen to take one of several patterns of member names for another.
    fn is_doubtful(&self, program: &Program) -> bool {
        let overlapping = rewrite::any(&self.outline.document, &|node| {
            node.get("patternProperties")
                .and_then(Value::as_object)
                .is_some_and(|patterns| patterns.len() > 1)
        });
        let wrong = |seed: u64| {
            program.make(&mut Source::fresh(seed)).is_some_and(|value| !self.oracle.is_valid(&value))
        };
        overlapping || (0..TRIALS).any(wrong)
    }

    fn plan(&self, goal: &Goal) -> Result<&Planned, Refusal> {
        self.planned.get(goal).ok_or_else(|| Refusal::Unsupported {
            pointer: goal.schema_pointer.clone(),
            message: format!("the schema has no goal {} {} at {:?}", goal.keyword, goal.side, goal.pointer),
        })
    }

    fn meeting(&self) -> Meeting<'_> {
        Meeting { outline: &self.outline, formats: self.formats }
    }
}
