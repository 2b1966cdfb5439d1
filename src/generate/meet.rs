//! From a planned goal to the edits that meet it, or to whole documents that do.

use super::aim::{Aim, Insert, Planned, Target};
use super::build::{Options, program};
use super::document::Edits;
use super::embed;
use super::goal::Goal;
use super::outline::Outline;
use super::place::Place;
use super::plan::{Plan, Program};
use super::refusal::Refusal;
use super::route::Route;
use super::target::{self, Without};
use super::text::LONGEST;
use crate::schema::canonical::Satisfiable;
use crate::schema::{Formats, pointer};
use serde_json::{Value, json};
use std::sync::Arc;

/// How goals are met in one document.
pub(crate) struct Meeting<'a> {
    pub(crate) outline: &'a Outline,
    pub(crate) formats: Formats,
}

/// Edits that meet a goal.
pub(crate) struct Met {
    pub(crate) edits: Edits,
    /// Whether everything else at the place is satisfied, so that one keyword alone fails.
    pub(crate) alone: bool,
}

impl Meeting<'_> {
    /// The edits to do at the pointer that is planned.
    pub(crate) fn edits(&self, planned: &Planned) -> Result<Met, Refusal> {
        let goal = &planned.goal;
        if planned.place.origin.is_some() {
            return self
                .conditional(planned)
                .map(|program| Met { edits: Edits::Replace(program), alone: true });
        }
        let sure = |edits| Ok(Met { edits, alone: true });
        match &planned.aim {
            Aim::Remove => sure(Edits::Remove),
            Aim::Fixed(value) => sure(fixed(value.clone())),
            Aim::Filled(filled) if filled.length() > LONGEST => Err(too_long(filled.length())),
            Aim::Filled(filled) => sure(fixed(Value::String(filled.text()))),
            Aim::Insert(insert) => {
                let value = match &insert.not {
                    None => Program::new(Plan::Anything(1), Vec::new()),
                    Some(not) => self.satisfying(goal, &json!({ "not": not }))?,
                };
                sure(Edits::insert(insert.taken.clone(), &insert.patterns, value))
            }
            Aim::Value(target) => self.values(planned, target),
        }
    }

    /// Whole documents that meet the goal, from the schema rewritten all the way to its keyword. Dearer than an
    /// edit, and surer: whatever else the document says takes part.
    pub(crate) fn whole(&self, planned: &Planned) -> Result<Program, Refusal> {
        self.widened(planned, |instead| self.rooted(planned, instead))
    }

    /// What is made for the very side, or else for the wider one.
    fn widened(
        &self,
        planned: &Planned,
        make: impl Fn(&Value) -> Result<Program, Refusal>,
    ) -> Result<Program, Refusal> {
        make(&self.instead(planned, false)?).or_else(|reason| match &planned.aim {
            Aim::Value(Target { wider: Some(_), .. }) => make(&self.instead(planned, true)?),
            _ => Err(reason),
        })
    }

    fn rooted(&self, planned: &Planned, instead: &Value) -> Result<Program, Refusal> {
        let route = Route { outline: self.outline, to: &planned.at, instead };
        let tokens = pointer::tokens(&planned.place.pointer);
        let rewritten = route.rewritten("", &tokens).ok_or_else(|| unsatisfiable(&planned.goal))?;
        self.satisfying(&planned.goal, &rewritten)
    }

    /// Values for the place at which the condition is decided that the goal's place stands under.
    fn conditional(&self, planned: &Planned) -> Result<Program, Refusal> {
        let origin = planned.place.origin.as_deref().unwrap_or(&planned.place);
        self.widened(planned, |instead| self.decided(planned, origin, instead))
    }

    fn decided(&self, planned: &Planned, origin: &Place, instead: &Value) -> Result<Program, Refusal> {
        let route = Route { outline: self.outline, to: &planned.at, instead };
        let tokens = pointer::tokens(planned.place.pointer.strip_prefix(&origin.pointer).unwrap_or_default());
        let rewritten = origin.nodes.iter().find_map(|node| Some((node, route.branched(node, &tokens)?)));
        let (replaced, rewritten) = rewritten.ok_or_else(|| unsatisfiable(&planned.goal))?;
        let others: Vec<String> = origin.nodes.iter().filter(|node| *node != replaced).cloned().collect();
        let rules = target::compose(self.outline, &others, None, Without::Nothing, &rewritten);
        self.satisfying(&planned.goal, &rules)
    }

    /// What is to stand in place of the schema object that holds the goal's keyword.
    fn instead(&self, planned: &Planned, wide: bool) -> Result<Value, Refusal> {
        let mut node = target::bare(self.outline, &planned.at);
        if !planned.goal.valid {
            node.remove(planned.keyword());
        }
        let further = match &planned.aim {
            Aim::Value(target) => {
                if let Some(keyword) = &target.without {
                    node.remove(keyword);
                }
                let side = target.wider.as_ref().filter(|_| wide).unwrap_or(&target.side);
                let not = target.not.iter().map(|not| json!({ "not": not }));
                [side.clone()].into_iter().chain(not).collect()
            }
            Aim::Fixed(value) => vec![json!({ "const": value })],
            Aim::Filled(filled) if filled.length() > LONGEST => return Err(too_long(filled.length())),
            Aim::Filled(filled) => vec![json!({ "const": filled.text() })],
            Aim::Remove => {
                let name = pointer::split_last(&planned.edited).map(|(_, name)| name).unwrap_or_default();
                if !planned.goal.valid {
                    let all = self.outline.node(&planned.at).and_then(|node| node.get("required"));
                    let others = all.and_then(Value::as_array).into_iter().flatten();
                    let others: Vec<&Value> = others.filter(|other| other.as_str() != Some(&name)).collect();
                    node.insert("required".to_owned(), json!(others));
                }
                vec![json!({"type": "object", "not": {"required": [name]}})]
            }
            Aim::Insert(insert) => vec![extra(insert, self.outline)],
        };
        let mut all = vec![Value::Object(node)];
        all.extend(further);
        Ok(json!({ "allOf": all }))
    }

    /// Values for a target: first with everything else there satisfied, and where that is impossible with
    /// as little else broken as the keyword leaves room for.
    fn values(&self, planned: &Planned, target: &Target) -> Result<Met, Refusal> {
        let Target { kind, without, side, wider, not } = target;
        let attempts = match without {
            None => vec![Without::Nothing],
            Some(keyword) => vec![
                Without::Keyword(&planned.at, keyword),
                Without::Everywhere(keyword),
                Without::Widely(keyword),
                Without::Everything,
            ],
        };
        let mut refusal = None;
        let mut tried = Vec::new();
        for without in attempts {
            for side in [Some(side), wider.as_ref()].into_iter().flatten() {
                let rules = target::compose(self.outline, &planned.place.nodes, *kind, without, side);
                if tried.contains(&rules) {
                    continue;
                }
                match self.except(&planned.goal, &rules, not.as_ref()) {
                    Ok(program) => {
                        let alone = !matches!(without, Without::Widely(_) | Without::Everything);
                        return Ok(Met { edits: Edits::Replace(program), alone });
                    }
                    Err(reason) => {
                        refusal.get_or_insert(reason);
                    }
                }
                tried.push(rules);
            }
        }
        Err(refusal.unwrap_or_else(|| unsatisfiable(&planned.goal)))
    }

    fn except(&self, goal: &Goal, rules: &Value, not: Option<&Value>) -> Result<Program, Refusal> {
        let Some(not) = not else { return self.satisfying(goal, rules) };
        if !embed::heavy(self.outline, not) {
            let schema = json!({"allOf": [rules, {"not": not}]});
            match self.satisfying(goal, &schema) {
                // Where the negation has no normal form, values of the rest are filtered.
                Err(Refusal::Unsupported { .. }) => {}
                other => return other,
            }
        }
        let Some(oracle) = embed::oracle(self.outline, not, self.formats) else {
            return Err(Refusal::Unsupported {
                pointer: goal.schema_pointer.clone(),
                message: "what must not hold does not compile by itself".to_owned(),
            });
        };
        let rest = self.satisfying(goal, rules)?;
        Ok(Program::new(Plan::Barred(Box::new(rest.root), Arc::new(oracle)), rest.definitions))
    }

    fn satisfying(&self, goal: &Goal, schema: &Value) -> Result<Program, Refusal> {
        let normal = embed::normal(self.outline, schema, self.formats)?;
        if normal.satisfiable() == Satisfiable::No {
            return Err(unsatisfiable(goal));
        }
        let ascii = goal.keyword.ends_with("Length");
        program(&normal, &[], Options { formats: self.formats, ascii }).map_err(|refusal| match refusal {
            Refusal::Unsatisfiable { .. } => unsatisfiable(goal),
            other => other,
        })
    }
}

/// The schema of an object with a member that nobody named.
fn extra(insert: &Insert, outline: &Outline) -> Value {
    let mut name = "extra".to_owned();
    let taken = |name: &String| {
        insert.taken.contains(name) || insert.patterns.iter().any(|pattern| outline.matches(pattern, name))
    };
    while taken(&name) && name.len() < 40 {
        name.push('a');
    }
    let value = insert.not.as_ref().map_or_else(|| json!(true), |not| json!({ "not": not }));
    json!({"type": "object", "required": [name.clone()], "properties": { (name): value }})
}

/// The refusal of a goal that no value meets.
pub(crate) fn unsatisfiable(goal: &Goal) -> Refusal {
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

fn too_long(length: u64) -> Refusal {
    Refusal::GaveUp {
        message: format!("a string of {length} characters is not made, since it costs too much"),
    }
}

fn fixed(value: Value) -> Edits {
    Edits::Replace(Program::fixed(value))
}
