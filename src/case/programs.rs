//! Programs of requests over a few keys: what a model-based case sends.
//!
//! A program is drawn as a list of small numbers, so that one seed always gives the same one, and becomes a script
//! like any that is written by hand.

use super::script::{Key, MAX_COPIES, Script, Step};
use crate::generate::{Refusal, draw, seed};
use proptest::collection::vec;
use proptest::strategy::{SBoxedStrategy, Strategy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How often in a hundred a request goes out together with the one before.
const TOGETHER: f64 = 0.4;

/// What the programs of a case are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programs {
    /// The most requests of one program, from 2 to 100; those that ask for each key once more in the end come on top.
    pub requests: usize,
    /// How many keys they share.
    pub keys: usize,
    /// The most requests that are under way at the same time.
    #[serde(default = "one")]
    pub together: usize,
    /// The longest that one of them waits once it is released, in milliseconds.
    #[serde(default)]
    pub delay: u64,
    /// What a request may be: steps without a name, key and number of copies.
    pub kinds: Vec<Map<String, Value>>,
}

fn one() -> usize {
    1
}

/// One request of a program: key, kind, whether it goes out with the one before, and how long it waits then.
type Operation = (usize, usize, bool, u64);

impl Programs {
    /// The kinds as steps.
    ///
    /// # Errors
    /// The place of the kind that is no step, and why.
    pub fn steps(&self) -> Result<Vec<Step>, (usize, String)> {
        let step = |(index, kind): (usize, &Map<String, Value>)| {
            let own = ["as", "key", "times", "beside", "delay", "probe", "feed"];
            if let Some(name) = kind.keys().find(|name| own.contains(&name.as_str())) {
                return Err((index, format!("`{name}` is the program's own")));
            }
            let mut kind = kind.clone();
            kind.insert("as".to_owned(), Value::from("kind"));
            serde_json::from_value(Value::Object(kind)).map_err(|error| (index, error.to_string()))
        };
        self.kinds.iter().enumerate().map(step).collect()
    }

    /// What keeps programs from being made of this, and the member at fault.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        if self.kinds.is_empty() {
            return Some(("/kinds", "there is no kind of request".to_owned()));
        }
        let within = |at, what: &str, value: usize, least: usize, most: usize| {
            (!(least..=most).contains(&value))
                .then(|| (at, format!("{value} {what}: from {least} to {most} are possible")))
        };
        within("/requests", "requests", self.requests, 2, MAX_COPIES / 10)
            .or_else(|| within("/keys", "keys", self.keys, 1, 16))
            .or_else(|| within("/together", "requests at the same time", self.together, 1, 64))
    }

    /// The script of one sample.
    ///
    /// # Errors
    /// [`Refusal`] where the kinds are no steps, which reading the case file rules out.
    pub fn script(&self, case: &str, run_seed: u64, sample: u64) -> Result<Script, Refusal> {
        let kinds = self.steps().map_err(|(_, message)| Refusal::GaveUp { message })?;
        let program = draw(&self.strategy(), seed(run_seed, case, sample))?;
        Ok(self.written(&kinds, &program))
    }

    fn strategy(&self) -> SBoxedStrategy<Vec<Operation>> {
        let together = if self.together > 1 { TOGETHER } else { 0.0 };
        let operation =
            (0..self.keys, 0..self.kinds.len(), proptest::bool::weighted(together), 0..=self.delay);
        vec(operation, 2..=self.requests).sboxed()
    }

    fn written(&self, kinds: &[Step], program: &[Operation]) -> Script {
        let mut first: Vec<Option<String>> = vec![None; self.keys];
        let mut steps: Vec<Step> = Vec::new();
        let mut under_way = 1;
        for (index, (key, kind, together, delay)) in program.iter().enumerate() {
            let Some(mut step) = kinds.get(*kind).cloned() else { continue };
            step.role = format!("r{}", index + 1);
            step.beside = *together && index > 0 && under_way < self.together;
            under_way = if step.beside { under_way + 1 } else { 1 };
            if step.beside {
                step.delay = *delay;
            }
            if let Some(first) = first.get_mut(*key) {
                step.key = Key { of: first.clone(), ..Key::default() };
                step.probe = first.is_none();
                first.get_or_insert_with(|| step.role.clone());
            }
            steps.push(step);
        }
        // Whatever was left open is asked for once more.
        for (key, of) in first.into_iter().enumerate().filter_map(|(key, role)| Some((key, role?))) {
            let asked_as = steps.iter().find(|step| step.role == of).cloned();
            let last = asked_as.map(|step| Step {
                set: step.set,
                remove: step.remove,
                vary: step.vary,
                ..Step::new("last")
            });
            let mut last = last.unwrap_or_else(|| Step::new("last"));
            last.role = format!("last{}", key + 1);
            last.key.of = Some(of);
            steps.push(last);
        }
        Script(steps)
    }
}
