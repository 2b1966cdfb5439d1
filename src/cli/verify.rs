//! `proofmark verify`.

use super::args::VerifyArgs;
use super::bundle::{self, Named, Set};
use super::output::{self, Failure};
use crate::evidence::certificate::{self, Certified};
use crate::evidence::check::{Basis, Refusal};
use crate::evidence::dsse::{self, Envelope};
use crate::evidence::keys::{KeyError, VerifyingKey};
use crate::evidence::requirements::{Meets, Requirements};
use crate::evidence::statement::{self, Descriptor, Parts, Statement};
use crate::exit::Exit;
use crate::report::write::write_atomically;
use std::path::{Component, Path, PathBuf};
use zeroize::Zeroizing;

/// `proofmark verify`.
pub(super) fn verify(args: &VerifyArgs) -> Result<Exit, Failure> {
    let key = key(&args.key)?;
    let attestation = Named::read(&args.attestation)?;
    let envelope = envelope(&attestation)?;
    let payload = envelope.open(&key).map_err(|refusal| bundle::refused(&[refusal]))?;
    let attested = Statement::parse(&payload).map_err(|refusal| bundle::refused(&[refusal]))?;
    let mut text = format!("signature  holds, of the key {} ({})\n", key.id(), key.kind());

    let Some(subject) = attested.subjects("report").next() else {
        let what = "has no subject that is a report";
        return Err(bundle::refused(&[Refusal::new("the statement", what, "it attests nothing")]));
    };
    let Some(path) = args.report.clone().or_else(|| beside(&args.attestation, subject)) else {
        let message =
            format!("the report {:?} is not beside the attestation (name it with --report)", subject.name);
        return Err(Failure::input(message));
    };
    let file = Named::read(&path)?;
    same(&file, subject, "report").map_err(|refusal| bundle::refused(&[refusal]))?;
    text.push_str(&format!("report     {} is the one that was attested\n", file.name()));

    let report = file.report()?;
    let set = set(args, &attested)?;
    let suite = bundle::suite(&report, &args.suite)?;
    let examined = bundle::examined(&file, &report, &suite, set.as_ref())?;
    let own = Parts {
        subject: Vec::new(),
        configuration: Vec::new(),
        url: None,
        rejudged: attested.subjects("journal").next().is_some(),
        cases: examined.cases,
        // What the statement does not say of a set that is named here is no contradiction.
        standing: bundle::standing(&examined, set.as_ref()).filter(|_| names_set(&attested)),
    };
    let mut refusals = attested.against(&statement::of(&report, own));
    if examined.basis == Basis::Own {
        refusals.extend(configuration(&attested, &bundle::materials(&suite, &args.suite)?));
    }
    if !refusals.is_empty() {
        return Err(bundle::refused(&refusals));
    }
    let (name, version) = (&report.suite.name, &report.suite.version);
    text.push_str(&match (examined.basis, &set) {
        (Basis::Frozen, Some(set)) => {
            format!("suite      {name} {version}, as {} froze it\n", set.requirements.id)
        }
        _ => format!("suite      {name} {version}, as this proofmark has it\n"),
    });
    let recorded = journals(args, &attested)?;
    let again = if recorded.is_empty() {
        None
    } else {
        let journals = bundle::journals(&recorded)?;
        Some(bundle::rejudged(&file, &report, &suite, &examined, journals)?)
    };
    if let Some(again) = &again {
        text.push_str(&bundle::again(again, &report, recorded.len()));
    }
    text.push_str(&bundle::outcome(&report, examined.standing.as_ref()));
    bundle::print(&text);
    if again.is_none() {
        output::note(if attested.predicate.proofmark.rejudged {
            "no journal beside the attestation: the verdicts were not judged again here (get those that it names)"
        } else {
            "no journal was attested: no verdict can be judged again, and they are worth what their signer is"
        });
    }
    let mut exit = match &examined.standing {
        None => super::run::verdict(&report, None),
        Some(standing) => match standing.verdict {
            Meets::Conforms => Exit::Held,
            Meets::Fails => Exit::Broken,
            Meets::Incomplete => Exit::Unjudged,
        },
    };
    // What cannot be judged again may have been edited in report and journal alike.
    if exit == Exit::Held
        && again.as_ref().is_some_and(|again| again.taken_on_trust(&report).next().is_some())
    {
        exit = Exit::Unjudged;
    }
    if let Some(path) = &args.certificate {
        let (Some(set), Some(standing)) = (&set, &examined.standing) else {
            return Err(Failure::input(
                "--certificate: no requirement set is named (name one with --requirements)",
            ));
        };
        let Some(again) = &again else {
            return Err(Failure::input(
                "--certificate: no verdict was judged again, for want of a journal (attest one, and name it with --journal)",
            ));
        };
        if exit != Exit::Held {
            output::note(
                "no certificate is written: the report does not conform under the set, or not all of it could be judged again",
            );
            return Ok(exit);
        }
        let mut files = vec![attestation.descriptor("attestation")];
        files.extend(attested.subject.iter().chain(&attested.predicate.configuration).cloned());
        let (key, kind, rejudged) = (key.id(), key.kind(), again.follow);
        let certified =
            Certified { report: &report, set: &set.requirements, standing, files, key, kind, rejudged };
        write_atomically(path, &certificate::render(&certified)).map_err(Failure::unwritten)?;
        output::page(&format!("certificate {}\n", path.display()));
    }
    Ok(exit)
}

/// The journals that were attested, where they are named or lie beside the attestation; all of them or none.
fn journals(args: &VerifyArgs, attested: &Statement) -> Result<Vec<Named>, Failure> {
    let subjects: Vec<&Descriptor> = attested.subjects("journal").collect();
    let mut given = args.journals.iter().map(|path| Named::read(path)).collect::<Result<Vec<_>, _>>()?;
    let mut refusals = Vec::new();
    for file in &given {
        let own = file.descriptor("journal");
        if !subjects.iter().any(|subject| subject.sha256() == own.sha256()) {
            let what = format!("its SHA-256 is {}, and no journal with it was attested", own.sha256());
            let means = "the journal was changed after it was attested, or is another one";
            refusals.push(Refusal::new(file.name(), what, means));
        }
    }
    if !refusals.is_empty() {
        return Err(bundle::refused(&refusals));
    }
    let mut missing = Vec::new();
    for subject in subjects {
        if given.iter().any(|file| file.descriptor("journal").sha256() == subject.sha256()) {
            continue;
        }
        match beside(&args.attestation, subject) {
            Some(path) => {
                let file = Named::read(&path)?;
                same(&file, subject, "journal").map_err(|refusal| bundle::refused(&[refusal]))?;
                given.push(file);
            }
            None => missing.push(format!("{:?}", subject.name)),
        }
    }
    if !missing.is_empty() && !given.is_empty() {
        let message = format!(
            "journals that were attested are not here: {} (name each with --journal, or put them beside the attestation)",
            missing.join(", ")
        );
        return Err(Failure::input(message));
    }
    Ok(given)
}

/// The set that is asked for, or the one that the attestation names; of these two, the same.
fn set(args: &VerifyArgs, attested: &Statement) -> Result<Option<Set>, Failure> {
    let said = attested.predicate.configuration.iter().find(|one| one.role() == "requirements");
    let set = match (&args.requirements, said) {
        (Some(name), _) => bundle::set(name)?,
        (None, Some(said)) if Requirements::names().contains(&said.name) => bundle::set(&said.name)?,
        (None, Some(said)) => {
            let message = format!(
                "the attestation is about the requirement set {:?}, which is not built in (name its file with --requirements)",
                said.name
            );
            return Err(Failure::input(message));
        }
        (None, None) => return Ok(None),
    };
    match said {
        Some(said) if said.name == set.requirements.id && said.sha256() != set.descriptor().sha256() => {
            let what =
                format!("its SHA-256 is {}, and {} was attested", set.descriptor().sha256(), said.sha256());
            let means = "the set was changed after it was frozen, here or where it was attested";
            Err(bundle::refused(&[Refusal::new(&said.name, what, means)]))
        }
        Some(said) if said.name != set.requirements.id => Err(Failure::input(format!(
            "--requirements: the attestation is about {:?}, not {:?} (leave it out)",
            said.name, set.requirements.id
        ))),
        _ => Ok(Some(set)),
    }
}

fn names_set(attested: &Statement) -> bool {
    attested.predicate.configuration.iter().any(|one| one.role() == "requirements")
}

/// The key. One that was changed is refused like anything else that was.
fn key(path: &Path) -> Result<VerifyingKey, Failure> {
    let text = Zeroizing::new(super::input::text(path)?);
    VerifyingKey::from_pem(&text, bundle::password().as_ref().map(|text| text.as_str())).map_err(|error| {
        let message = format!("--key {}: {error}", path.display());
        match error {
            KeyError::Unfit(_) => Failure::input(message),
            KeyError::Damaged(_) => Failure { exit: Exit::Broken, message: format!("refused: {message}") },
        }
    })
}

/// The envelope in a file. What has the marks of one and cannot be read was changed.
fn envelope(file: &Named) -> Result<Envelope, Failure> {
    let name = file.name();
    serde_json::from_slice(&file.bytes).map_err(|error| {
        let text = String::from_utf8_lossy(&file.bytes);
        let marks = ["\"payload", "payloadType", "signatures", "\"sig\"", dsse::IN_TOTO];
        if marks.iter().filter(|mark| text.contains(**mark)).count() >= 2 {
            let means = "it was changed after it was signed";
            bundle::refused(&[Refusal::new(name, format!("is no DSSE envelope any more: {error}"), means)])
        } else {
            Failure::input(format!(
                "{}: is no DSSE envelope: {error} (name a file that `proofmark attest` wrote)",
                file.path.display()
            ))
        }
    })
}

/// The file of a subject beside the attestation, where it is there. A name with a folder in it is not followed.
fn beside(attestation: &Path, subject: &Descriptor) -> Option<PathBuf> {
    let name = Path::new(&subject.name);
    let mut parts = name.components();
    let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    let path = attestation.parent()?.join(name);
    (plain && path.is_file()).then_some(path)
}

/// Whether a file is the one that was attested.
fn same(file: &Named, subject: &Descriptor, role: &str) -> Result<(), Refusal> {
    let own = file.descriptor(role);
    if own.sha256() == subject.sha256() {
        return Ok(());
    }
    let what = format!("its SHA-256 is {}, and {} was attested", own.sha256(), subject.sha256());
    Err(Refusal::new(
        file.name(),
        what,
        format!("the {role} was changed after it was attested, or is another one"),
    ))
}

/// What of the contract, the dialect and the cases is not as the statement has it.
fn configuration(attested: &Statement, own: &[Descriptor]) -> Vec<Refusal> {
    let judged = |one: &&Descriptor| ["contract", "dialect", "cases", "suite"].contains(&one.role());
    let said: Vec<&Descriptor> = attested.predicate.configuration.iter().filter(judged).collect();
    let differs = |one: &&Descriptor| !own.contains(one);
    let means = "whoever signed it judged by something else than it says";
    let refuse = |one: &Descriptor| {
        let what =
            format!("/predicate/configuration has {} {:?}, which is another here", one.role(), one.name);
        Refusal::new("the statement", what, means)
    };
    let mut refusals: Vec<Refusal> = said.iter().copied().filter(differs).map(refuse).collect();
    if refusals.is_empty() && said.len() != own.len() {
        refusals.push(Refusal::new(
            "the statement",
            "/predicate/configuration lacks a part of the suite",
            means,
        ));
    }
    refusals
}
