//! Which findings one mistake explains.
//!
//! Findings with the same symptom are one cause where some traits single them out: each case that has all of them
//! broke, so that no case which held speaks against it. The shortest such description wins, and of those the one that
//! covers most. Findings for which there is none stay apart.

use super::bits::Bits;
use super::facts::{Atom, Facts};
use std::collections::HashSet;

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
}

/// What findings must have in common to be tried as one.
type Symptom<'f> = (u8, &'f str, &'f str);

/// The findings by cause.
pub(super) fn clusters(facts: &Facts<'_>) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = (0..facts.atoms.len()).map(|at| Cluster { atoms: vec![at] }).collect();
    for symptom in [by_place, by_code, by_rule] {
        clusters = merged(facts, clusters, symptom);
    }
    absorbed(facts, clusters)
}

/// The same rule in the same place.
fn by_place<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    Some((0, atom.rule, atom.place))
}

/// The same refusal where none or another one was due.
fn by_code<'f>(atom: &'f Atom<'_>) -> Option<Symptom<'f>> {
    atom.code.filter(|_| !FORM.contains(&atom.rule)).map(|code| (1, code, ""))
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
    for cluster in clusters {
        let of: HashSet<Option<Symptom<'_>>> =
            cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at)).map(symptom).collect();
        let mut of = of.into_iter();
        let one = if let (Some(one), None) = (of.next(), of.next()) { one } else { None };
        match alike.iter_mut().find(|(known, _)| one.is_some() && *known == one) {
            Some((_, clusters)) => clusters.push(cluster),
            None => alike.push((one, vec![cluster])),
        }
    }
    let mut out = Vec::new();
    for (_, mut rest) in alike {
        while rest.len() > 1
            && let Some(taken) = best(facts, &rest)
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
fn best(facts: &Facts<'_>, clusters: &[Cluster]) -> Option<Bits> {
    let shared: Vec<Bits> = clusters.iter().map(|cluster| shared(facts, cluster)).collect();
    let excused = excused(facts, clusters.iter().flat_map(|cluster| &cluster.atoms));
    let form = clusters.iter().flat_map(|cluster| &cluster.atoms).all(|at| is_form(facts, *at));
    let mut covers: Vec<(usize, Bits)> = Vec::new();
    for name in (0..facts.names.len()).filter(|name| form || !is_answer(facts, *name)) {
        let having: Bits =
            shared.iter().enumerate().filter(|(_, set)| set.has(name)).map(|(at, _)| at).collect();
        if having.count() > 1 {
            covers.push((name, having));
        }
    }
    let against = |traits: &[usize]| facts.with(traits).and(&facts.held).without(&excused).count();
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
    // All that they share, where few of the cases that share it too held: luck has a part in requests that overlap.
    let common = shared.iter().skip(1).fold(shared.first()?.clone(), |all, set| all.and(set));
    let common: Vec<usize> = common.iter().filter(|name| form || !is_answer(facts, *name)).collect();
    let broke: usize = clusters
        .iter()
        .flat_map(|cluster| &cluster.atoms)
        .filter_map(|at| facts.atoms.get(*at))
        .map(|atom| atom.cases.count())
        .sum();
    if found.as_ref().is_none_or(|(most, ..)| *most < clusters.len()) && against(&common) * 5 <= broke {
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
        let descriptions = descriptions(facts, &big);
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
    let against = |traits: &[usize]| facts.with(traits).and(&facts.held).count();
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

/// The description of a cluster that is shown: the shortest that no case speaks against, else all that it shares.
pub(super) fn description(facts: &Facts<'_>, cluster: &Cluster) -> Hypothesis {
    let excused = excused(facts, cluster.atoms.iter());
    let against = |traits: &[usize]| facts.with(traits).and(&facts.held).without(&excused).count();
    if against(&[]) == 0 {
        return Hypothesis { traits: Vec::new(), against: 0 };
    }
    let mut found = descriptions(facts, cluster);
    // What takes in most of what broke is the more general of two that are as short.
    found.sort_by_key(|traits| {
        (traits.len(), std::cmp::Reverse(facts.with(traits).and(&facts.broke).count()))
    });
    if let Some(traits) = found.into_iter().next() {
        return Hypothesis { traits, against: 0 };
    }
    let form = cluster.atoms.iter().all(|at| is_form(facts, *at));
    let traits: Vec<usize> =
        shared(facts, cluster).iter().filter(|name| form || !is_answer(facts, *name)).collect();
    Hypothesis { against: against(&traits), traits }
}

/// The traits that all cases of a cluster have.
pub(super) fn shared(facts: &Facts<'_>, cluster: &Cluster) -> Bits {
    let mut sets = cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at)).map(|atom| &atom.shared);
    let first = sets.next().cloned().unwrap_or_default();
    sets.fold(first, |all, set| all.and(set))
}

/// Cases that held although they met the same refusal, because it was due there: they speak against nothing.
fn excused<'i>(facts: &Facts<'_>, atoms: impl Iterator<Item = &'i usize>) -> Bits {
    let codes: HashSet<Option<&str>> =
        atoms.filter_map(|at| facts.atoms.get(*at)).map(|atom| atom.code).collect();
    let mut codes = codes.into_iter();
    let (Some(Some(code)), None) = (codes.next(), codes.next()) else { return Bits::default() };
    let number = facts.number(&format!("code:{code}"));
    number.and_then(|number| facts.having.get(number)).cloned().unwrap_or_default()
}

fn is_form(facts: &Facts<'_>, atom: usize) -> bool {
    facts.atoms.get(atom).is_some_and(|atom| FORM.contains(&atom.rule))
}

fn is_answer(facts: &Facts<'_>, name: usize) -> bool {
    ANSWERS.iter().any(|kind| facts.name(name).starts_with(kind))
}
