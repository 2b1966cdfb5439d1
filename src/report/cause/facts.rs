//! What a report says of its cases, laid out for the search: which case has which trait, which broke, which held.

use super::super::group::{Group, by_fingerprint};
use super::super::model::{CaseReport, Report, Verdict};
use super::bits::Bits;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that is known, by number: traits, and the cases that held, broke or were not judged.
pub(super) struct Facts<'a> {
    /// The traits, sorted.
    pub(super) names: Vec<String>,
    /// By trait, the cases that have it.
    pub(super) having: Vec<Bits>,
    /// The report's cases.
    pub(super) cases: Vec<&'a CaseReport>,
    /// Those that held.
    pub(super) held: Bits,
    /// Those that broke.
    pub(super) broke: Bits,
    /// The smallest things that are told apart.
    pub(super) atoms: Vec<Atom<'a>>,
}

/// All findings of one fingerprint.
pub(super) struct Atom<'a> {
    pub(super) groups: Vec<Group<'a>>,
    /// Its cases.
    pub(super) cases: Bits,
    /// The traits that all its cases have.
    pub(super) shared: Bits,
    pub(super) rule: &'a str,
    pub(super) place: &'a str,
    pub(super) summary: &'a str,
    /// The code of the refusal or unknown outcome that was met.
    pub(super) code: Option<&'a str>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let cases: Vec<&CaseReport> = report.cases.iter().collect();
        let of_cases = traits(&cases);
        let names: Vec<String> =
            of_cases.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let numbers: HashMap<&str, usize> =
            names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let sets: Vec<Bits> = of_cases
            .iter()
            .map(|of_case| of_case.iter().filter_map(|name| numbers.get(name.as_str()).copied()).collect())
            .collect();
        let mut having = vec![Bits::default(); names.len()];
        for (case, set) in sets.iter().enumerate() {
            for at in set.iter() {
                if let Some(cases) = having.get_mut(at) {
                    cases.insert(case);
                }
            }
        }
        let of = |wanted: &[Verdict]| {
            cases
                .iter()
                .enumerate()
                .filter(|(_, case)| wanted.contains(&case.verdict))
                .map(|(at, _)| at)
                .collect()
        };
        let (held, broke) = (of(&[Verdict::Pass]), of(&[Verdict::Fail, Verdict::Warn]));
        let atoms = atoms(report, &sets);
        Self { names, having, cases, held, broke, atoms }
    }

    /// The cases with all of these traits.
    pub(super) fn with(&self, traits: &[usize]) -> Bits {
        let mut all: Option<Bits> = None;
        for cases in traits.iter().filter_map(|at| self.having.get(*at)) {
            all = Some(all.map_or_else(|| cases.clone(), |all| all.and(cases)));
        }
        all.unwrap_or_else(|| (0..self.cases.len()).collect())
    }

    /// A trait's number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

/// The traits of each case, with those that follow from the rest of what a report says of it, and for traits with a
/// number (`kind#8`) those of the ranges that it lies in (`kind>=8`, `kind<=8`).
fn traits(cases: &[&CaseReport]) -> Vec<Vec<String>> {
    let mut numbers: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (kind, number) in cases.iter().flat_map(|case| &case.traits).filter_map(|name| numbered(name)) {
        numbers.entry(kind).or_default().insert(number);
    }
    let of_case = |case: &&CaseReport| {
        let mut all =
            vec![format!("operation:{}", case.operation), format!("law:{}", super::words::law(case.law))];
        for name in &case.traits {
            let Some((kind, number)) = numbered(name) else {
                all.push(name.clone());
                continue;
            };
            for bound in numbers.get(kind).into_iter().flatten().take(64) {
                all.extend((number >= *bound).then(|| format!("{kind}>={bound}")));
                all.extend((number <= *bound).then(|| format!("{kind}<={bound}")));
            }
        }
        all
    };
    cases.iter().map(of_case).collect()
}

fn numbered(name: &str) -> Option<(&str, u64)> {
    let (kind, number) = name.split_once('#')?;
    Some((kind, number.parse().ok()?))
}

fn atoms<'a>(report: &'a Report, sets: &[Bits]) -> Vec<Atom<'a>> {
    let places: HashMap<&str, usize> =
        report.cases.iter().enumerate().map(|(at, case)| (case.id.as_str(), at)).collect();
    let mut atoms: Vec<Atom<'a>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for group in
        [Verdict::Fail, Verdict::Warn].into_iter().flat_map(|verdict| by_fingerprint(report, verdict))
    {
        let members = std::iter::once(group.lead).chain(group.others.iter().copied());
        let cases: Bits = members.filter_map(|case| places.get(case.id.as_str()).copied()).collect();
        let shared = shared(&cases, sets);
        let same = group.finding.and_then(|finding| known.get(finding.fingerprint.as_str()).copied());
        if let Some(atom) = same.and_then(|at| atoms.get_mut(at)) {
            atom.shared = atom.shared.and(&shared);
            cases.iter().for_each(|case| atom.cases.insert(case));
            atom.groups.push(group);
            continue;
        }
        let finding = group.finding;
        known.extend(finding.map(|finding| (finding.fingerprint.as_str(), atoms.len())));
        atoms.push(Atom {
            cases,
            shared,
            rule: finding.map_or(
                "",
                |finding| {
                    if finding.rule.is_empty() { &finding.summary } else { &finding.rule }
                },
            ),
            place: finding.map_or("", |finding| finding.place.as_str()),
            summary: finding.map_or(group.lead.reason.as_str(), |finding| finding.summary.as_str()),
            code: finding.and_then(|finding| finding.code.as_deref()),
            groups: vec![group],
        });
    }
    atoms
}

/// The traits that all these cases have.
fn shared(cases: &Bits, sets: &[Bits]) -> Bits {
    let mut sets = cases.iter().filter_map(|case| sets.get(case));
    let first = sets.next().cloned().unwrap_or_default();
    sets.fold(first, |all, set| all.and(set))
}
