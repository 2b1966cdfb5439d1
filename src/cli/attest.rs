//! `proofmark attest`.

use super::args::AttestArgs;
use super::bundle::{self, Named};
use super::output::{self, Failure};
use crate::evidence::check;
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
    let key = SigningKey::from_pem(&key, bundle::password().as_deref())
        .map_err(|error| Failure::input(format!("--key {}: {error}", args.key.display())))?;
    let file = Named::read(&args.report)?;
    let report = file.report()?;
    let output = args.output.clone().unwrap_or_else(|| beside(&args.report));
    if output == args.report || output == args.key {
        return Err(Failure::input(format!(
            "--output {}: would replace what is attested (name another)",
            output.display()
        )));
    }
    let suite = bundle::suite(&report, &args.suite)?;
    let name = file.name();
    let mut refusals = check::itself(&name, &report);
    refusals.extend(check::suite(&name, &report, &suite));
    if !refusals.is_empty() {
        return Err(bundle::refused(&refusals));
    }
    let subject = vec![file.descriptor("report")];
    let mut configuration = bundle::materials(&suite, &args.suite)?;
    configuration.push(tool()?);
    let statement = statement::of(
        &report,
        Parts { subject, configuration, url: args.url.clone(), rejudged: false, cases: suite.cases.len() },
    );
    let envelope = Envelope::sign(statement.to_json().as_bytes(), &key).map_err(Failure::own)?;
    let mut text = serde_json::to_string(&envelope).map_err(Failure::own)?;
    text.push('\n');
    write_atomically(&output, &text).map_err(Failure::input)?;
    if args.journals.is_empty() {
        output::note(
            "no journal: nobody can judge these verdicts again, and no certificate comes of them (keep one with `run --report ndjson=FILE`, and give it with --journal)",
        );
    }
    let public = key.public().map_err(Failure::own)?;
    output::print(&format!(
        "{} attests {}: {}\nkey {} ({})\n",
        output.display(),
        name,
        report.verdict.as_str(),
        public.id(),
        public.kind()
    ));
    Ok(Exit::Held)
}

/// The report's path with another end.
fn beside(report: &Path) -> PathBuf {
    report.with_extension("intoto.json")
}

/// This program.
fn tool() -> Result<statement::Descriptor, Failure> {
    let read = std::env::current_exe().and_then(std::fs::read);
    let program = read.map_err(|error| Failure::own(format!("this program cannot be read: {error}")))?;
    Ok(material::tool(&program))
}
