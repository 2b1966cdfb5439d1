//! The fewest requests that break a clause in the same way.
//!
//! A script is made smaller step by step: steps go, copies go, and what makes a step special goes. Each attempt has
//! fresh keys and counts only if it breaks with the same fingerprint, while nothing else is sent: what breaks beside
//! other requests only is no reproduction. Requests that overlap need luck to break, so those are tried several times.

use super::finding::{Broken, Repeats};
use super::journal::Purpose;
use super::judge::{Trial, breaks_alike};
use super::judged::Tally;
use super::lane::Lane;
use super::schedule::Cut;
use crate::case::Case;
use crate::case::rule::Rule;
use crate::case::script::{Key, Script, Step, Times};
use std::collections::BTreeSet;

/// The rule that only a probe can show to be broken.
const COUNTED: &str = "effect-count";
/// How many smaller scripts one finding may cost.
const BUDGET: usize = 40;
/// How often a script with requests that overlap is tried before it counts as one that does not break.
const TRIES: usize = 3;
/// How often the smallest of those is sent again to see how often it breaks.
const REPEATS: usize = 5;

/// Looks for the smallest script, and for how often it breaks where that takes luck.
pub(super) async fn smallest(
    lane: &Lane,
    case: &Case,
    sample: u64,
    broken: Broken,
    cut: &Cut,
    tally: &mut Tally,
) -> Broken {
    // Each attempt would wait as long as the first did.
    if broken.script.age().is_some() {
        return broken;
    }
    let (lane, label) = (&lane.alone(), format!("{}#{sample}", case.id));
    let purpose = Purpose::Shrinking;
    let mut search = Search { lane, case, cut, label, sample, purpose, best: broken, tally, attempt: 0 };
    // A search that fails leaves the best it had.
    let _ = search.run().await;
    search.best
}

struct Search<'a> {
    lane: &'a Lane,
    case: &'a Case,
    cut: &'a Cut,
    label: String,
    sample: u64,
    purpose: Purpose,
    best: Broken,
    tally: &'a mut Tally,
    attempt: usize,
}

impl Search<'_> {
    async fn run(&mut self) -> Result<(), String> {
        let mut script = self.best.script.clone();
        if self.best.breach.rule == COUNTED && self.best.breach.place.starts_with("fewer") {
            // What is missing shows only once all patience has ended, so that one attempt has to do.
            if let Some(script) = self.by_itself() {
                self.once(&script).await?;
            }
            return Ok(());
        }
        let counted = matches!(self.case.rule, Rule::Effects { .. }) || self.best.breach.rule == COUNTED;
        if !counted {
            // What the answers show takes no probe, and asking it takes most of the time.
            script.0.iter_mut().for_each(|step| step.probe = false);
        }
        // What breaks one after the other as well takes no luck, and the same path to the smallest every time.
        let orderly = overlaps(&script) && self.once(&one_by_one(&script)).await?;
        if !orderly && !self.breaks(&script).await? {
            // It takes what else was sent at the time, so that no smaller one would show more.
            self.best.repeats = Some(Repeats { failed: 0, of: tries(&script) });
            return Ok(());
        }
        let (mut tried, mut asked, mut larger) = (BTreeSet::new(), 0, Vec::new());
        'smaller: while asked < BUDGET {
            for script in smaller(&self.best.script, &self.case.rule) {
                let name = serde_json::to_string(&script).unwrap_or_default();
                if asked >= BUDGET || !tried.insert(name) {
                    continue;
                }
                asked += 1;
                let before = self.best.clone();
                if self.breaks(&script).await? {
                    larger.push(before);
                    continue 'smaller;
                }
            }
            break;
        }
        // What broke by luck alone is no reproduction, as long as a larger one breaks more surely.
        while overlaps(&self.best.script) {
            let best = self.best.clone();
            let mut failed = 0;
            self.purpose = Purpose::Repeat;
            for _ in 0..REPEATS {
                failed += usize::from(self.once(&best.script).await?);
            }
            self.best = Broken { repeats: Some(Repeats { failed, of: REPEATS }), ..best };
            match larger.pop() {
                Some(before) if failed == 0 => self.best = before,
                _ => break,
            }
        }
        Ok(())
    }

    /// The first request that shows the breach, and nothing else, where there is anything else.
    fn by_itself(&self) -> Option<Script> {
        let shown = self.best.history.exchanges.get(*self.best.breach.show.first()?)?;
        let step = self.best.script.0.iter().find(|step| step.role == shown.role)?;
        let alone = Step { beside: false, delay: 0, times: Times::Once, probe: true, ..step.clone() };
        let script = Script(vec![Step { key: Key { of: None, change: None, ..alone.key }, ..alone }]);
        (script != self.best.script && is_fed(&script)).then_some(script)
    }

    async fn breaks(&mut self, script: &Script) -> Result<bool, String> {
        for _ in 0..tries(script) {
            if self.once(script).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a script breaks the clause in the same way; if so it is the best so far.
    async fn once(&mut self, script: &Script) -> Result<bool, String> {
        if self.cut.reason().is_some() {
            return Ok(false);
        }
        self.attempt += 1;
        let label = format!("{}#smaller{}", self.label, self.attempt);
        let floor = self.lane.session.floor.write().await;
        let alike = &self.best.fingerprint;
        let trial = Trial { label, purpose: self.purpose, sample: self.sample };
        let broken = breaks_alike(self.lane, self.case, script, trial, alike, self.tally).await?;
        drop(floor);
        let Some(broken) = broken else { return Ok(false) };
        self.best = broken;
        Ok(true)
    }
}

/// The same requests one after the other, each with its answer.
fn one_by_one(script: &Script) -> Script {
    let mut steps = script.0.clone();
    for step in &mut steps {
        (step.beside, step.delay, step.cut_after) = (false, 0, None);
        if let Times::Burst(_) = step.times {
            step.times = Times::Once;
        }
    }
    Script(steps)
}

fn tries(script: &Script) -> usize {
    if overlaps(script) { TRIES } else { 1 }
}

fn overlaps(script: &Script) -> bool {
    script.0.iter().any(Step::overlaps)
}

/// Scripts that are a little smaller, the smallest first.
fn smaller(script: &Script, rule: &Rule) -> Vec<Script> {
    let steps = &script.0;
    let mut all = Vec::new();
    // Steps of several operations lead to each other: without one of them the rest may be right. A history is judged by
    // what was sent in it, whatever that is.
    let apart = matches!(rule, Rule::History);
    let flow = steps.iter().any(|step| (step.operation.is_some() && !apart) || !step.feed.is_empty());
    for index in (0..steps.len()).rev().filter(|_| steps.len() > 1 && !flow) {
        all.push(without(steps, index));
    }
    let mut change = |index: usize, edit: &dyn Fn(&mut Step)| {
        let mut changed = steps.clone();
        if let Some(step) = changed.get_mut(index) {
            edit(step);
        }
        if changed != *steps {
            all.push(Script(changed));
        }
    };
    for (index, step) in steps.iter().enumerate() {
        match step.times {
            Times::Burst(count) if count > 2 => {
                change(index, &|step| step.times = Times::Burst(2));
                change(index, &|step| step.times = Times::Burst(count / 2));
            }
            Times::Series(count) if count > 1 => {
                change(index, &|step| step.times = if count == 2 { Times::Once } else { Times::Series(2) });
                change(index, &|step| step.times = Times::Series((count / 2).max(2)));
                change(index, &|step| step.times = Times::Series((count - 1).max(2)));
            }
            _ => {}
        }
        change(index, &|step| step.beside = false);
        change(index, &|step| step.delay = 0);
        change(index, &|step| step.cut_after = None);
        change(index, &|step| step.new_connection = false);
        let plain = Step::new(&step.role);
        change(index, &|step| step.write.clone_from(&plain.write));
        change(index, &|step| step.time.clone_from(&plain.time));
    }
    all.retain(is_fed);
    all
}

/// Whether each step has what it takes out of the answers to earlier ones.
fn is_fed(script: &Script) -> bool {
    let steps = &script.0;
    steps.iter().enumerate().all(|(at, step)| {
        step.feed.values().all(|feed| {
            // It has to be answered before this one is released.
            let apart =
                |from: usize| steps.get(from + 1..=at).is_some_and(|later| later.iter().any(|s| !s.beside));
            steps.iter().take(at).position(|before| before.role == feed.of).is_some_and(apart)
        })
    })
}

/// The steps without one of them; the first that used its key makes it afresh, for the others.
fn without(steps: &[Step], index: usize) -> Script {
    let mut left = steps.to_vec();
    let gone = left.remove(index);
    let mut heir: Option<String> = None;
    for step in left.iter_mut().filter(|step| step.key.of.as_ref() == Some(&gone.role)) {
        match &heir {
            Some(heir) => step.key.of = Some(heir.clone()),
            None if step.key.change.is_none() => {
                step.key.of.clone_from(&gone.key.of);
                step.probe |= gone.probe;
                if gone.key.of.is_none() {
                    heir = Some(step.role.clone());
                }
            }
            None => {}
        }
    }
    // What went out with it goes out by itself.
    if let Some(next) = left.get_mut(index).filter(|_| !gone.beside) {
        next.beside = false;
    }
    Script(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Script {
        serde_json::from_str(text).unwrap_or_default()
    }

    #[test]
    fn a_key_outlives_the_step_that_made_it() {
        let whole = script(
            r#"[{"as":"a","probe":true},{"as":"b","key":{"of":"a"}},{"as":"c","key":{"of":"a"},"beside":true}]"#,
        );
        let left = without(&whole.0, 0);
        assert_eq!(left, script(r#"[{"as":"b","probe":true},{"as":"c","key":{"of":"b"},"beside":true}]"#));
        assert_eq!(without(&left.0, 0), script(r#"[{"as":"c","probe":true}]"#));
    }

    #[test]
    fn every_smaller_script_can_be_sent() {
        let whole = script(
            r#"[{"as":"a","times":{"burst":16}},{"as":"b","times":{"series":20},"key":{"of":"a"}},{"as":"c","key":{"of":"b"}}]"#,
        );
        let all = smaller(&whole, &Rule::History);
        assert!(all.len() > 5, "{all:?}");
        for script in all {
            assert!(script.0.iter().all(|step| step.check().is_ok()), "{script:?}");
            let roles: Vec<&str> = script.0.iter().map(|step| step.role.as_str()).collect();
            for of in script.0.iter().filter_map(|step| step.key.of.as_deref()) {
                assert!(roles.contains(&of), "{script:?}");
            }
        }
    }
}
