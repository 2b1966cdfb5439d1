//! `proofmark verify`.

use super::args::VerifyArgs;
use super::bundle::{self, Named};
use super::output::{self, Failure};
use crate::evidence::check::{self, Refusal};
use crate::evidence::dsse::Envelope;
use crate::evidence::keys::{KeyError, VerifyingKey};
use crate::evidence::statement::{self, Descriptor, Parts, Statement};
use crate::exit::Exit;
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
    let suite = bundle::suite(&report, &args.suite)?;
    let name = file.name();
    let mut refusals = check::itself(&name, &report);
    refusals.extend(check::suite(&name, &report, &suite));
    let own = Parts {
        subject: Vec::new(),
        configuration: Vec::new(),
        url: None,
        rejudged: attested.predicate.proofmark.rejudged,
        cases: suite.cases.len(),
    };
    refusals.extend(attested.against(&statement::of(&report, own)));
    refusals.extend(configuration(&attested, &bundle::materials(&suite, &args.suite)?));
    if !refusals.is_empty() {
        return Err(bundle::refused(&refusals));
    }
    text.push_str(&format!(
        "suite      {} {}, as this proofmark has it\n",
        report.suite.name, report.suite.version
    ));
    text.push_str(&format!("verdict    {}\n", report.verdict.as_str()));
    output::print(&text);
    output::note("no journal: the verdicts were not judged again, and are worth what their signer is");
    Ok(super::run::verdict(&report, None))
}

/// The key. One that was changed is refused like anything else that was.
fn key(path: &Path) -> Result<VerifyingKey, Failure> {
    let text = Zeroizing::new(super::input::text(path)?);
    VerifyingKey::from_pem(&text, bundle::password().as_deref()).map_err(|error| {
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
        let marks =
            ["\"payload", "payloadType", "signatures", "\"sig\"", super::super::evidence::dsse::IN_TOTO];
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
