//! A cause in words: its title, and what speaks for it.

use super::super::group::Group;
use super::super::model::{Law, Verdict};
use super::super::text;
use super::bits::Bits;
use super::facts::Facts;
use super::phrase;
use super::search::{Cluster, Hypothesis, is_told_by_code, shared};
use std::collections::{BTreeMap, BTreeSet};

/// Cases named as counterexamples.
const NAMED: usize = 3;

/// Fewer cases than this say nothing of all requests.
const FEW: usize = 10;
/// With more findings than this, nobody reads which cases held.
const MANY: usize = 300;

/// A cause before it has words.
pub(super) struct About<'f, 'a> {
    pub(super) facts: &'f Facts<'a>,
    pub(super) cluster: &'f Cluster,
    pub(super) cases: &'f Bits,
    pub(super) groups: &'f [Group<'a>],
    pub(super) hypothesis: &'f Hypothesis,
}

impl About<'_, '_> {
    pub(super) fn title(&self) -> String {
        let headline = self.headline();
        match (self.asked(), self.scope()) {
            (Some(asked), _) => format!("{headline} (asked: {asked})"),
            (None, Some(scope)) => format!("{scope}: {headline}"),
            (None, None) => headline,
        }
    }

    /// What went wrong: the summary, or what several have in common.
    fn headline(&self) -> String {
        let atoms = || self.cluster.atoms.iter().filter_map(|at| self.facts.atoms.get(*at));
        let mut said: BTreeMap<&str, usize> = BTreeMap::new();
        for atom in atoms() {
            *said.entry(atom.summary).or_default() += atom.cases.count();
        }
        // What most cases say; of equals, what the shortest request says.
        let lead =
            self.groups.first().and_then(|group| group.finding).map(|finding| finding.summary.as_str());
        let most = said.values().copied().max().unwrap_or_default();
        let loudest = said.iter().filter(|(_, cases)| **cases == most).map(|(summary, _)| *summary);
        let summary =
            loudest.clone().find(|summary| Some(*summary) == lead).or_else(|| loudest.clone().next());
        let summary = summary.unwrap_or_default();
        let codes: Vec<Option<&str>> = atoms().map(|atom| atom.code).collect();
        let rules: BTreeSet<&str> = atoms().map(|atom| atom.rule).collect();
        let coded = rules.len() > 1 && rules.iter().all(|rule| is_told_by_code(rule));
        match codes.first() {
            Some(Some(code)) if coded && codes.iter().all(|other| *other == Some(code)) => {
                format!("the answer is code {code}, which is not due")
            }
            _ if said.len() > 1 => summary.split(" although ").next().unwrap_or(summary).to_owned(),
            _ => summary.to_owned(),
        }
    }

    /// What a single case asks, where its title says nothing else.
    fn asked(&self) -> Option<&str> {
        let title = self.groups.first().map(|group| group.lead.title.as_str())?;
        (self.cases.count() == 1 && !title.contains(": ")).then_some(title)
    }

    /// What the cases are about.
    fn scope(&self) -> Option<String> {
        let shared = shared(self.facts, self.cluster);
        let names: Vec<&str> = shared.iter().map(|at| self.facts.name(at)).collect();
        if self.cases.count() == 1 {
            // What a generated case is about stands before its colon.
            let (subject, _) = self.groups.first()?.lead.title.rsplit_once(": ")?;
            return Some(subject.trim_end_matches(',').to_owned());
        }
        if self.hypothesis.traits.is_empty() {
            // Not where some case could not be judged, and not on the word of a few.
            let judged = self.facts.broke.count() + self.hypothesis.telling.count();
            let all = judged == self.facts.cases.len() && judged >= FEW;
            return (all && self.hypothesis.against == 0).then(|| "whatever is sent".to_owned());
        }
        let exact = self.cases.count() * 2 > self.hypothesis.against;
        if !exact {
            return None;
        }
        let generated = names.iter().any(|name| matches!(*name, "allowed" | "forbidden"));
        let chosen: Vec<&str> = if generated {
            let telling = ["at:", "keyword:", "side:", "characters:"];
            names.iter().copied().filter(|name| telling.iter().any(|kind| name.starts_with(kind))).collect()
        } else {
            let told = self.hypothesis.traits.iter().map(|at| self.facts.name(*at));
            // That most of an operation broke says nothing of what broke it.
            told.filter(|name| self.hypothesis.against == 0 || !name.starts_with("operation:")).collect()
        };
        phrase::of(&chosen)
    }

    /// What speaks for it.
    pub(super) fn evidence(&self) -> Vec<String> {
        let facts = self.facts;
        let broke = self.cases.count();
        let mut evidence = Vec::new();
        let alike = facts.with(&self.hypothesis.traits);
        let program = facts.number("program").and_then(|number| facts.having.get(number));
        let lucky = program.map_or(0, |program| alike.and(program).and(&facts.held).count());
        let judged = alike.and(&self.hypothesis.telling).count() + alike.and(&facts.broke).count();
        let judged = judged + if self.is_about_keys() { lucky } else { 0 };
        let within = alike.and(self.cases).count();
        let names: Vec<&str> = self.hypothesis.traits.iter().map(|at| facts.name(*at)).collect();
        let about =
            phrase::of(&names).map_or(String::new(), |about| format!(" that have in common: {about}"));
        if within == broke && broke > 1 {
            let how = if judged == broke { format!("all {judged}") } else { format!("{broke} of {judged}") };
            evidence.push(format!("{how} judged cases broke{about}"));
            let open = alike.without(&facts.held).without(&facts.broke).count();
            if open > 0 {
                evidence.push(format!("{} of this kind could not be judged", text::count(open, "more case")));
            }
        }
        let near = self.nearest();
        if !near.is_empty() {
            evidence.push(format!("these held, so it is no wider: {}", near.join(", ")));
        }
        evidence
    }

    /// Whether it shows in histories, as programs do.
    fn is_about_keys(&self) -> bool {
        self.groups.iter().any(|group| group.lead.law == Law::Idempotency)
    }

    /// Cases that held although they have most in common with those that broke.
    fn nearest(&self) -> Vec<&str> {
        let facts = self.facts;
        if facts.atoms.len() > MANY {
            return Vec::new();
        }
        let shared: Vec<usize> = shared(facts, self.cluster).iter().collect();
        let mut near: Vec<(usize, usize)> = self
            .hypothesis
            .telling
            .iter()
            .map(|case| {
                let common = |at: &&usize| facts.having.get(**at).is_some_and(|cases| cases.has(case));
                (shared.iter().filter(common).count(), case)
            })
            .collect();
        let most = near.iter().map(|(common, _)| *common).max().unwrap_or_default();
        near.retain(|(common, _)| *common == most && *common > 2);
        near.iter()
            .take(NAMED)
            .filter_map(|(_, case)| facts.cases.get(*case))
            .filter(|case| case.verdict == Verdict::Pass)
            .map(|case| case.id.as_str())
            .collect()
    }
}
