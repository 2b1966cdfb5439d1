//! `proofmark attest`.

use super::args::AttestArgs;
use super::bundle::{self, Named};
use super::output::{self, Failure};
use crate::evidence::dsse::Envelope;
use crate::evidence::keys::SigningKey;
use crate::evidence::material;
use crate::evidence::statement::{self, Parts};
use crate::exit::Exit;
use crate::report::write::write_atomically;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// `proofmark attest`.
pub(super) fn attest(args: &AttestArgs) -> Result<Exit, Failure> {
    let key = Zeroizing::new(super::input::text(&args.key)?);
    let key = SigningKey::from_pem(&key, bundle::password().as_ref().map(|text| text.as_str()))
        .map_err(|error| Failure::input(format!("--key {}: {error}", args.key.display())))?;
    let file = Named::read(&args.report)?;
    let report = file.report()?;
    let output = output(args)?;
    let set = args.requirements.as_deref().map(bundle::set).transpose()?;
    let suite = bundle::suite(&report, &args.suite)?;
    let examined = bundle::examined(&file, &report, &suite, set.as_ref())?;

    let recorded = args.journals.iter().map(|path| Named::read(path)).collect::<Result<Vec<_>, _>>()?;
    let again = if recorded.is_empty() {
        None
    } else {
        let journals = bundle::journals(&recorded)?;
        Some(bundle::rejudged(&file, &report, &suite, &examined, journals)?)
    };

    let mut configuration = bundle::materials(&suite, &args.suite)?;
    configuration.push(tool()?);
    configuration.extend(set.as_ref().map(bundle::Set::descriptor));
    let parts = Parts {
        subject: std::iter::once(file.descriptor("report"))
            .chain(recorded.iter().map(|journal| journal.descriptor("journal")))
            .collect(),
        configuration,
        url: args.url.clone(),
        rejudged: again.is_some(),
        cases: examined.cases,
        standing: bundle::standing(&examined, set.as_ref()),
    };
    let statement = statement::of(&report, parts);
    let envelope = Envelope::sign(statement.to_json().as_bytes(), &key).map_err(Failure::own)?;
    let mut text = serde_json::to_string(&envelope).map_err(Failure::own)?;
    text.push('\n');
    write_atomically(&output, &text).map_err(Failure::unwritten)?;
    if again.is_none() {
        output::note(
            "no journal: nobody can judge these verdicts again, and no certificate comes of them (keep one with `run --report ndjson=FILE`, and give it with --journal)",
        );
    }
    let public = key.public().map_err(Failure::own)?;
    let mut text = format!("attested   {} in {}\n", file.name(), output.display());
    text.push_str(&format!("key        {} ({})\n", public.id(), public.kind()));
    if let Some(again) = &again {
        text.push_str(&bundle::again(again, &report, recorded.len()));
    }
    text.push_str(&bundle::outcome(&report, examined.standing.as_ref()));
    bundle::print(&text);
    Ok(Exit::Held)
}

/// The file to write: the report's name with another end, where none is named.
fn output(args: &AttestArgs) -> Result<PathBuf, Failure> {
    let output = args.output.clone().unwrap_or_else(|| args.report.with_extension("intoto.json"));
    let same = |path: &Path| {
        path == output
            || path.canonicalize().ok().is_some_and(|path| output.canonicalize().ok() == Some(path))
    };
    let given = [&args.report, &args.key].into_iter().chain(&args.journals);
    match given.into_iter().find(|path| same(path)) {
        Some(path) => Err(Failure::input(format!(
            "--output {}: would replace {} (name another file)",
            output.display(),
            path.display()
        ))),
        None => Ok(output),
    }
}

/// This program.
fn tool() -> Result<statement::Descriptor, Failure> {
    let read = std::env::current_exe().and_then(std::fs::read);
    let program = read.map_err(|error| Failure::own(format!("this program cannot be read: {error}")))?;
    Ok(material::tool(&program))
}
