//! How many requests of a script are under way at the same time, and the script that makes do with fewer.

use super::model::{Case, Plan};
use super::rule::Rule;
use super::script::{Script, Step, Times};

impl Case {
    /// How many requests at the same time the case is about at the least: a burst of any size is two, and where any
    /// history can be judged, so is any number of requests.
    pub fn at_once(&self) -> usize {
        match &self.plan {
            Plan::Written(script) => {
                let most = if matches!(self.rule, Rule::History) { 2 } else { usize::MAX };
                groups(script).map(|group| group.iter().map(least).sum::<usize>().min(most)).max()
            }
            // What overlaps in a program can as well be sent one after the other.
            Plan::Programs(_) | Plan::Goal(_) | Plan::Bound(_) | Plan::Samples => None,
        }
        .unwrap_or(1)
    }
}

impl Script {
    /// The same with no more than so many requests at the same time: bursts are cut, and where that is not enough,
    /// requests that go out together go out one after the other.
    #[must_use]
    pub fn within(mut self, most: usize) -> Self {
        let mut start = 0;
        while start < self.0.len() {
            let beside = self.0.iter().skip(start + 1).take_while(|step| step.beside).count();
            let end = start + beside + 1;
            if let Some(group) = self.0.get_mut(start..end) {
                cut(group, most.max(1));
            }
            start = end;
        }
        self
    }
}

/// Steps that go out together.
fn groups(script: &Script) -> impl Iterator<Item = &[Step]> {
    script.0.chunk_by(|_, next| next.beside)
}

/// How many requests of a step are under way at the same time.
fn copies(step: &Step) -> usize {
    if let Times::Burst(count) = step.times { count } else { 1 }
}

fn least(step: &Step) -> usize {
    copies(step).min(2)
}

fn cut(group: &mut [Step], most: usize) {
    while group.iter().map(copies).sum::<usize>() > most {
        let largest = group.iter_mut().max_by_key(|step| copies(step)).filter(|step| copies(step) > 2);
        let Some(step) = largest else { break };
        step.times = Times::Burst(copies(step) - 1);
    }
    let mut under_way = 0;
    for step in group {
        let count = copies(step);
        if step.beside && under_way + count > most {
            (step.beside, step.delay, under_way) = (false, 0, 0);
        }
        under_way += count;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]

    use super::Script;

    fn script(json: &str) -> Script {
        serde_json::from_str(json).unwrap()
    }

    fn within(most: usize, json: &str) -> String {
        serde_json::to_string(&script(json).within(most)).unwrap()
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let all = r#"[{"as":"a","times":{"burst":16}},{"as":"b","times":{"series":40}},{"as":"c","beside":true,"delay":5}]"#;
        assert_eq!(within(16, all), all);
    }

    #[test]
    fn bursts_are_cut_and_the_rest_goes_out_in_turn() {
        assert_eq!(within(5, r#"[{"as":"a","times":{"burst":16}}]"#), r#"[{"as":"a","times":{"burst":5}}]"#);
        assert_eq!(
            within(5, r#"[{"as":"a","times":{"burst":8}},{"as":"b","beside":true}]"#),
            r#"[{"as":"a","times":{"burst":4}},{"as":"b","beside":true}]"#
        );
        assert_eq!(
            within(
                2,
                r#"[{"as":"a"},{"as":"b","beside":true,"delay":3},{"as":"c","beside":true,"delay":4}]"#
            ),
            r#"[{"as":"a"},{"as":"b","beside":true,"delay":3},{"as":"c"}]"#
        );
    }
}
