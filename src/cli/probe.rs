//! `proofmark probe`.

use super::args::ProbeArgs;
use super::input;
use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::config::Config;
use crate::contract::dialect::{DEFAULT, Dialect};
use crate::contract::{self, signing::SignedPath};
use crate::exit::Exit;
use crate::report::text;
use crate::report::write::write_atomically;
use crate::run::session::Session;
use crate::run::survey::{Nearest, Signed, Spoken, Survey, nearest, survey};
use crate::target::stamp::Stamps;
use std::path::Path;
use std::sync::Arc;

/// Asks a target how it speaks, says what was asked and seen, and writes a configuration to start with.
pub(super) fn probe(args: &ProbeArgs) -> Result<Exit, Failure> {
    let config = input::config(&args.config)?;
    let Some(url) = config.url.clone() else {
        return Err(Failure::input(
            "there is no target to ask (give --target, or [target] url in the configuration)",
        ));
    };
    if args.output.exists() && !args.force {
        return Err(Failure::input(format!(
            "--output {}: is there already (name another file, or add --force)",
            args.output.display()
        )));
    }
    let dialects = spoken(args.operation.as_deref())?;
    let suite = Arc::new(Suite::builtin().map_err(Failure::own)?);
    let stamps = Stamps::random().map_err(Failure::own)?;
    let session = Arc::new(Session::new(suite, config.clone(), &url, 1, stamps).map_err(Failure::input)?);
    let found = super::drive::wait_for(survey(&session, &dialects))?.map_err(Failure::own)?;
    for asked in &found.asked {
        output::page(&format!("asked  {}\n  saw  {}\n", asked.what, asked.saw));
    }
    if let Some(reason) = found.unanswered {
        output::error(&format!(
            "the target {url} cannot be asked: {} (check host and port, and that the target is up)",
            reason.describe()
        ));
        return Ok(Exit::Unjudged);
    }
    let Some(near) = nearest(&found, &dialects) else {
        output::error(&format!(
            "nothing at {url} answers like the operation (check the base path; every place that was asked is above)"
        ));
        return Ok(Exit::Unjudged);
    };
    let lines = told(&found, &near, &config);
    output::line("");
    for line in &lines {
        output::page(line);
    }
    let text = toml(&url, &near, &lines, &config);
    write_atomically(&args.output, &text).map_err(Failure::unwritten)?;
    output::page(&format!("written: {}\n", name(&args.output)));
    Ok(Exit::Held)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The operation in every built-in dialect, the default one first.
fn spoken(operation: Option<&str>) -> Result<Vec<Spoken>, Failure> {
    let default = Dialect::builtin(DEFAULT).map_err(Failure::own)?;
    let wanted = operation.or(default.operations.first().map(String::as_str)).unwrap_or_default();
    let mut all = Vec::new();
    for name in Dialect::names() {
        let dialect = Dialect::builtin(&name).map_err(Failure::own)?;
        let contract = contract::suites::chosen_in(&[], &dialect).map_err(Failure::own)?;
        let Some(operation) = contract.operation(wanted) else {
            let known: Vec<&str> = contract.operations.iter().map(|one| one.id.as_str()).collect();
            return Err(Failure::input(format!(
                "--operation {wanted}: there is none (name one of: {})",
                known.join(", ")
            )));
        };
        all.push((name, operation.clone()));
    }
    Ok(all)
}

/// What was found out and what was not, a line each.
fn told(found: &Survey, near: &Nearest, config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(place) = &found.place {
        lines.push(format!("the operation answers at {}", place.path));
    }
    lines.push(match &found.taken {
        None if config.client.id.is_none() => {
            "not found out: which signatures are taken, for which [client] id and private_key are needed".to_owned()
        }
        None => "not found out: which signatures are taken, for which [client] private_key is needed".to_owned(),
        Some(taken) if taken.is_empty() => {
            "not found out: which signatures are taken; each is answered like a wrong one, so the key or the client is \
             another, or the body is looked at first"
                .to_owned()
        }
        Some(taken) => {
            let ways: Vec<String> = taken
                .iter()
                .map(|(path, encoding)| match path {
                    SignedPath::Sent => encoding.name().to_owned(),
                    SignedPath::Operation => format!("{} without the base path", encoding.name()),
                })
                .collect();
            format!("signatures are taken in {}", ways.join(", "))
        }
    });
    lines.push(match found.signed {
        None => "not found out: whether answers are signed".to_owned(),
        Some(Signed::Not) => "answers are not signed".to_owned(),
        Some(Signed::As(encoding, verified)) => {
            let how = encoding.map_or(String::new(), |encoding| format!(" in {}", encoding.name()));
            let holds = match verified {
                None => "; whether the signature holds is not found out without [client] server_public_key",
                Some(true) => "; the signature holds",
                Some(false) => "; the signature does not hold with the configured key",
            };
            format!("answers are signed{how}{holds}")
        }
    });
    lines.push(match found.layered {
        None => "not found out: which HTTP statuses refusals have".to_owned(),
        Some(true) => "refusals have HTTP statuses of their own".to_owned(),
        Some(false) => "refusals are HTTP 200".to_owned(),
    });
    lines.push(format!("the nearest dialect is {}", near.dialect));
    lines.extend(near.differs.iter().map(|words| format!("  it differs: {words}")));
    lines
}

/// A configuration to start with.
fn toml(url: &str, near: &Nearest, lines: &[String], config: &Config) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut text = "# Written by `proofmark probe`. What it found out:\n".to_owned();
    text.extend(lines.iter().map(|line| format!("# {}\n", text::line(line))));
    text.push_str(&format!(
        "\n[target]\nurl = {}\ndialect = {}\n\n[client]\n",
        quoted(url),
        quoted(&near.dialect)
    ));
    match &config.client.id {
        Some(id) => text.push_str(&format!("id = {}\n", quoted(id))),
        None => text.push_str("# id = \"TEST_CLIENT\"\n"),
    }
    text.push_str(&format!("key_version = {}\n", config.client.key_version.unwrap_or(1)));
    text.push_str(
        "# private_key = { file = \"client.pem\" }            # or { env = \"NAME\" }; without it requests go unsigned\n\
         # server_public_key = { file = \"wallet.pub.pem\" }   # without it the signatures of answers are not verified\n\n\
         [tokens]\n\
         # valid = { env = \"WALLET_TOKEN\" }                  # without it most cases are skipped\n\n\
         [template]                                          # what the target really has\n\
         # code = \"A_TEMPLATE\"\n\
         # parameters = { Title = \"hello\" }\n",
    );
    text
}
