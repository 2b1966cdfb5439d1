//! Which findings one mistake explains.
//!
//! Findings with the same symptom are one cause where some traits single them out: each case that has all of them
//! broke, so that no case which held speaks against it. The shortest such description wins, and of those the one that
//! covers most. Findings for which there is none stay apart.

use super::bits::Bits;
use super::facts::{Atom, Facts};
use crate::run::GENERAL;
use std::collections::{HashMap, HashSet};

/// Rules about the form of an answer, whose breach may follow from what kind of answer it is. Of the others the kind
/// of answer is what broke, which would explain everything.
const FORM: [&str; 12] = [
    "schema",
    "pairing",
    "http-status",
    "status-known",
    "media-type",
    "charset",
    "response-header",
    "response-signature",
    "member",
    "effect-id-missing",
    "effect-id-unexpected",
    "undocumented-code",
];
/// Rules that, beside the general ones, are broken by what an answer is, whatever a case asks: every case would have
/// noticed. Of the other rules only a case that is judged by the same one says something by holding.
const ANYWHERE: [&str; 5] =
    ["answer", "outcome", "client-error-unknown", "undocumented-code", "response-signature"];
/// Rules about a target that does not answer in order, by the HTTP status or the way in which it does not. The same
/// failure is one cause wherever it shows, even where nobody can tell what the requests have in common.
const DISORDER: [&str; 4] = ["answer", "outcome", "breakdown", "http-status"];
/// Rules whose breach does not lie in what kind of answer it was, so that this may explain it.
const COUNTS: [&str; 1] = ["effect-count"];
/// Kinds of traits that tell what was answered.
const ANSWERS: [&str; 2] = ["answered:", "code:"];
/// Traits that are looked at in pairs, at most; beyond, one at a time.
const PAIRS: usize = 250;
/// Causes that are held against each other, at most.
const CLUSTERS: usize = 300;

/// Findings that belong together.
#[derive(Clone)]
pub(super) struct Cluster {
    /// The atoms, by number.
    pub(super) atoms: Vec<usize>,
}

/// Traits that single out what broke, and the cases that held although they have them.
pub(super) struct Hypothesis {
    pub(super) traits: Vec<usize>,
    pub(super) against: usize,
    /// The cases that would have noticed, had they met it, and held.
    pub(super) telling: Bits,
}

/// The symptom that takes no description.
const DISORDERED: u8 = 3;
/// The symptom of a code, which says much by itself.
const CODED: u8 = 1;

/// Whether a rule is about what was answered, so that the code says what went wrong.
pub(super) fn is_told_by_code(rule: &str) -> bool {
    !FORM.contains(&rule) && !DISORDER.contains(&rule)
}

/// What findings must have in common to be tried as one.
type Symptom<'f> = (u8, &'f str, &'f str);

/// The findings by cause.
pub(super) fn clusters(facts: &Facts<'_>) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = (0..facts.atoms.len()).map(|at| Cluster { atoms: vec![at] }).collect();
    for symptom in [by_place, by_disorder, by_code, by_rule] {
        clusters = merged(facts, clusters, symptom);
    }
    absorbed(facts, clusters)
}

/// The same rule in the same place.
#[expect(clippy::unnecessary_wraps, reason = "symptoms are of one kind, and this one is always there")]
fn by_place<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    Some((0, atom.rule, atom.place))
}

/// The same disorder.
fn by_disorder<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    let status =
        if atom.rule == "outcome" { atom.place } else { atom.place.split(':').next().unwrap_or_default() };
    DISORDER.contains(&atom.rule).then_some((DISORDERED, status, ""))
}

/// The same refusal where none or another one was due.
fn by_code<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    atom.code.filter(|_| !FORM.contains(&atom.rule)).map(|code| (CODED, code, ""))
}

/// The same rule; a place of an answer is another mistake each.
fn by_rule<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    (!FORM.contains(&atom.rule)).then_some((2, atom.rule, ""))
}

fn merged(
    facts: &Facts<'_>,
    clusters: Vec<Cluster>,
    symptom: for<'f> fn(&'f Atom<'_>) -> Option<Symptom<'f>>,
) -> Vec<Cluster> {
    let mut alike: Vec<(Option<Symptom<'_>>, Vec<Cluster>)> = Vec::new();
    let mut known: HashMap<Symptom<'_>, usize> = HashMap::new();
    for cluster in clusters {
        let of: HashSet<Option<Symptom<'_>>> =
            cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at)).map(symptom).collect();
        let mut of = of.into_iter();
        let one = if let (Some(one), None) = (of.next(), of.next()) { one } else { None };
        let at = one.and_then(|one| known.get(&one).copied());
        if let Some((_, clusters)) = at.and_then(|at| alike.get_mut(at)) {
            clusters.push(cluster);
        } else {
            known.extend(one.map(|one| (one, alike.len())));
            alike.push((one, vec![cluster]));
        }
    }
    let mut out = Vec::new();
    for (symptom, mut rest) in alike {
        let kind = symptom.map_or(0, |(kind, ..)| kind);
        if kind == DISORDERED {
            out.push(Cluster { atoms: rest.into_iter().flat_map(|cluster| cluster.atoms).collect() });
            continue;
        }
        while rest.len() > 1
            && let Some(taken) = best(facts, &rest, kind == CODED)
        {
            let (one, other): (Vec<_>, Vec<_>) =
                rest.into_iter().enumerate().partition(|(at, _)| taken.has(*at));
            out.push(Cluster { atoms: one.into_iter().flat_map(|(_, cluster)| cluster.atoms).collect() });
            rest = other.into_iter().map(|(_, cluster)| cluster).collect();
        }
        out.append(&mut rest);
    }
    out
}

/// Which of these clusters one description covers, where there is one for two or more.
fn best(facts: &Facts<'_>, clusters: &[Cluster], coded: bool) -> Option<Bits> {
    let shared: Vec<Bits> = clusters.iter().map(|cluster| shared(facts, cluster)).collect();
    let telling = telling(facts, clusters.iter().flat_map(|cluster| &cluster.atoms));
    let form = clusters.iter().flat_map(|cluster| &cluster.atoms).all(|at| is_form(facts, *at));
    let mut covers: Vec<(usize, Bits)> = Vec::new();
    for name in (0..facts.names.len()).filter(|name| form || !is_answer(facts, *name)) {
        let having: Bits =
            shared.iter().enumerate().filter(|(_, set)| set.has(name)).map(|(at, _)| at).collect();
        if having.count() > 1 {
            covers.push((name, having));
        }
    }
    let against = |traits: &[usize]| facts.with(traits).and(&telling).count();
    let all: Bits = (0..clusters.len()).collect();
    if against(&[]) == 0 {
        return Some(all);
    }
    // More clusters first, then the shorter description; of equals, the first by name.
    let mut found: Option<(usize, usize, Bits)> = None;
    let mut offer = |size: usize, traits: &[usize], having: &Bits| {
        let count = having.count();
        let better = found.as_ref().is_none_or(|(most, least, _)| (count, *least) > (*most, size));
        if count > 1 && better && against(traits) == 0 {
            found = Some((count, size, having.clone()));
        }
    };
    for (name, having) in &covers {
        offer(1, &[*name], having);
    }
    if covers.len() <= PAIRS {
        for (nth, (one, having)) in covers.iter().enumerate() {
            for (other, also) in covers.iter().skip(nth + 1) {
                offer(2, &[*one, *other], &having.and(also));
            }
        }
    }
    let tolerance = if coded && clusters.len() > 4 { 2 } else { 5 };
    // All that they share, where few of the cases that share it too held: luck has a part in requests that overlap.
    let common = shared.iter().skip(1).fold(shared.first()?.clone(), |all, set| all.and(set));
    let common: Vec<usize> = common.iter().filter(|name| form || !is_answer(facts, *name)).collect();
    let broke: usize = clusters
        .iter()
        .flat_map(|cluster| &cluster.atoms)
        .filter_map(|at| facts.atoms.get(*at))
        .map(|atom| atom.cases.count())
        .sum();
    if found.as_ref().is_none_or(|(most, ..)| *most < clusters.len()) && against(&common) * tolerance <= broke
    {
        return Some(all);
    }
    found.map(|(_, _, having)| having)
}

/// Findings of other symptoms that a cause's description predicts belong to it.
fn absorbed(facts: &Facts<'_>, mut clusters: Vec<Cluster>) -> Vec<Cluster> {
    let cases = |cluster: &Cluster| -> usize {
        cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at)).map(|atom| atom.cases.count()).sum()
    };
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cases(cluster)));
    if clusters.len() > CLUSTERS {
        return clusters;
    }
    let mut at = 0;
    while at < clusters.len() {
        let Some(big) = clusters.get(at).cloned() else { break };
        // What is said of another symptom has to hold for all cases, whatever rule they are judged by.
        let mut descriptions = descriptions(facts, &big);
        descriptions.retain(|traits| facts.with(traits).and(&facts.held).count() * 2 <= cases(&big));
        let mut taken: Vec<usize> = Vec::new();
        for (nth, small) in clusters.iter().enumerate().skip(at + 1) {
            let own = shared(facts, small);
            if descriptions.iter().any(|traits| traits.iter().all(|name| own.has(*name))) {
                taken.push(nth);
            }
        }
        for nth in taken.into_iter().rev() {
            let small = clusters.remove(nth);
            if let Some(big) = clusters.get_mut(at) {
                big.atoms.extend(small.atoms);
            }
        }
        at += 1;
    }
    clusters
}

/// Every description of one or two traits that a cluster shares, and that no case speaks against.
fn descriptions(facts: &Facts<'_>, cluster: &Cluster) -> Vec<Vec<usize>> {
    let form = cluster.atoms.iter().all(|at| is_form(facts, *at));
    let shared: Vec<usize> =
        shared(facts, cluster).iter().filter(|name| form || !is_answer(facts, *name)).collect();
    let telling = telling(facts, cluster.atoms.iter());
    let against = |traits: &[usize]| facts.with(traits).and(&telling).count();
    if against(&[]) == 0 {
        return vec![Vec::new()];
    }
    let mut found: Vec<Vec<usize>> =
        shared.iter().filter(|one| against(&[**one]) == 0).map(|one| vec![*one]).collect();
    for (nth, one) in shared.iter().enumerate().take(PAIRS) {
        for other in shared.iter().skip(nth + 1).take(PAIRS) {
            if against(&[*one, *other]) == 0 {
                found.push(vec![*one, *other]);
            }
        }
    }
    found
}

/// The description of a cluster that is shown: the shortest that no case speaks against, else the shortest that as few
/// speak against as against all that it shares.
pub(super) fn description(facts: &Facts<'_>, cluster: &Cluster) -> Hypothesis {
    let telling = telling(facts, cluster.atoms.iter());
    let against = |traits: &[usize]| facts.with(traits).and(&telling).count();
    let mut found = descriptions(facts, cluster);
    // What takes in most of what broke is the more general of two that are as short.
    let broke = |traits: &Vec<usize>| facts.with(traits).and(&facts.broke).count();
    found.sort_by_cached_key(|traits| (traits.len(), std::cmp::Reverse(broke(traits))));
    if let Some(traits) = found.into_iter().next() {
        return Hypothesis { traits, against: 0, telling };
    }
    let form = cluster.atoms.iter().all(|at| is_form(facts, *at));
    let shared: Vec<usize> =
        shared(facts, cluster).iter().filter(|name| form || !is_answer(facts, *name)).collect();
    let least = against(&shared);
    let pairs = shared
        .iter()
        .enumerate()
        .flat_map(|(nth, one)| shared.iter().skip(nth + 1).map(|other| vec![*one, *other]));
    let short = shared.iter().map(|one| vec![*one]).chain(pairs).find(|traits| against(traits) == least);
    Hypothesis { traits: short.unwrap_or(shared), against: least, telling }
}

/// The traits that all cases of a cluster have.
pub(super) fn shared(facts: &Facts<'_>, cluster: &Cluster) -> Bits {
    let mut sets = cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at)).map(|atom| &atom.shared);
    let first = sets.next().cloned().unwrap_or_default();
    sets.fold(first, |all, set| all.and(set))
}

/// The cases whose holding says something of these findings: they are judged by a rule that would have noticed, and
/// did not meet the same refusal where it was due.
fn telling<'i>(facts: &Facts<'_>, atoms: impl Iterator<Item = &'i usize>) -> Bits {
    let atoms: Vec<&Atom<'_>> = atoms.filter_map(|at| facts.atoms.get(*at)).collect();
    let codes: HashSet<Option<&str>> = atoms.iter().map(|atom| atom.code).collect();
    let mut codes = codes.into_iter();
    let excused = if let (Some(Some(code)), None) = (codes.next(), codes.next()) {
        facts.number(&format!("code:{code}")).and_then(|number| facts.having.get(number))
    } else {
        None
    };
    let held = excused.map_or_else(|| facts.held.clone(), |excused| facts.held.without(excused));
    if atoms.iter().any(|atom| GENERAL.contains(&atom.rule) || ANYWHERE.contains(&atom.rule)) {
        return held;
    }
    let rules = facts.names.iter().enumerate().filter(|(_, name)| name.starts_with("rule:"));
    let judged = rules.filter_map(|(at, _)| facts.having.get(at));
    let broke: Bits = atoms.iter().flat_map(|atom| atom.cases.iter()).collect();
    let alike: Vec<&Bits> = judged.filter(|judged| judged.and(&broke).count() > 0).collect();
    if alike.is_empty() {
        // A report of a version that did not tell rules.
        return held;
    }
    let alike = held.and(&alike.into_iter().flat_map(Bits::iter).collect());
    // Programs draw what they do, so that one may have held by never doing it.
    let program = facts.number("program").and_then(|number| facts.having.get(number));
    program.map_or(alike.clone(), |program| alike.without(program))
}

fn is_form(facts: &Facts<'_>, atom: usize) -> bool {
    facts.atoms.get(atom).is_some_and(|atom| FORM.contains(&atom.rule) || COUNTS.contains(&atom.rule))
}

fn is_answer(facts: &Facts<'_>, name: usize) -> bool {
    ANSWERS.iter().any(|kind| facts.name(name).starts_with(kind))
}
