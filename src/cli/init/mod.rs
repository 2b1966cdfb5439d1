//! `proofmark init`: a configuration, or an overlay for an OpenAPI document.

mod ask;
mod draft;
mod overlay;
mod wants;

use super::args::{InitAnswers, InitArgs, SuiteArgs};
use super::input;
use super::output::{self, Failure};
use crate::config::secret::Secret;
use crate::config::{Config, check_url};
use crate::contract::suites;
use crate::exit::Exit;
use crate::report::write::write_atomically;
use crate::target::keys::{SigningKey, VerifyingKey};
use ask::Questions;
use draft::{Draft, Place};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use wants::Wants;

/// The configuration where no other file is named.
const CONFIG: &str = "proofmark.toml";

/// `proofmark init`.
pub(super) fn init(args: &InitArgs) -> Result<Exit, Failure> {
    match &args.document {
        Some(document) => overlay::write(args, document),
        None => configuration(args),
    }
}

fn configuration(args: &InitArgs) -> Result<Exit, Failure> {
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(CONFIG));
    // Found out before anything is asked.
    if path.exists() && !args.force {
        return Err(Failure::input(format!(
            "--output {}: is there already (choose another file, or give --force)",
            path.display()
        )));
    }
    let mut answers = args.answers.clone();
    let suite = SuiteArgs {
        names: answers.suites.clone(),
        contract: None,
        cases: Vec::new(),
        dialect: answers.dialect.clone(),
    };
    let wants = Wants::of(&*input::suite(&suite, None)?);
    if answers.target.is_none() {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::input(
                "there is nobody to ask where the target is (give --target URL, or run `proofmark init` on a terminal)",
            ));
        }
        Questions::new().fill(&mut answers, &wants)?;
    }
    let draft = draft(&answers, &wants, &path)?;
    let text = draft::toml(&draft, &wants);
    check(&path, &text)?;
    write_atomically(&path, &text).map_err(Failure::unwritten)?;
    tell(&path, &answers, &draft, &wants);
    Ok(Exit::Held)
}

/// What is written, once it is known to be right.
fn draft(answers: &InitAnswers, wants: &Wants, path: &Path) -> Result<Draft, Failure> {
    let url = answers.target.clone().unwrap_or_default();
    check_url(&url)
        .map_err(|message| Failure::input(format!("--target: {message} (write http://… or https://…)")))?;
    let private_key = answers.private_key.as_deref().map(|key| key_file("--private-key", key, path, signs));
    let public_key =
        answers.server_public_key.as_deref().map(|key| key_file("--server-public-key", key, path, verifies));
    let kind = |kind: &Option<String>, first: Option<&str>, option: &str| {
        kind.clone().or_else(|| first.map(str::to_owned)).ok_or_else(|| {
            Failure::input(format!("{option}: the suite names no kind of its own (write it as KIND=…)"))
        })
    };
    let mut tokens = Vec::new();
    for (name, variable) in &answers.token_env {
        let name = kind(name, wants.tokens().next(), "--token-env")?;
        check_variable(variable).map_err(|message| Failure::input(format!("--token-env: {message}")))?;
        tokens.push((name, Place::Env(variable.clone())));
    }
    for (name, file) in &answers.token_file {
        let name = kind(name, wants.tokens().next(), "--token-file")?;
        let file = Path::new(file);
        if !file.is_file() {
            return Err(Failure::input(format!(
                "--token-file {}: there is no such file (write the token into it first)",
                file.display()
            )));
        }
        tokens.push((name, Place::File(beside(file, path))));
    }
    let mut probes = Vec::new();
    for (name, url) in &answers.probe {
        probes.push((
            kind(name, wants.probes.first().map(|probe| probe.name.as_str()), "--probe")?,
            url.clone(),
        ));
    }
    Ok(Draft {
        url,
        dialect: answers
            .dialect
            .clone()
            .map(|name| if Path::new(&name).is_file() { beside(Path::new(&name), path) } else { name }),
        client_id: answers.client_id.clone(),
        key_version: answers.key_version,
        private_key: private_key.transpose()?,
        server_public_key: public_key.transpose()?,
        tokens,
        template: answers.template.clone(),
        parameters: answers.template_parameter.clone(),
        fixtures: answers.fixture.clone(),
        probes,
        suites: answers.suites.clone(),
    })
}

/// A key's file as the configuration names it, once it is known that it can be used.
fn key_file(option: &str, key: &Path, config: &Path, works: Works) -> Result<String, Failure> {
    works(key).map_err(|message| Failure::input(format!("{option} {}: {message}", key.display())))?;
    Ok(beside(key, config))
}

/// Finds out whether a key can be used.
type Works = fn(&Path) -> Result<(), String>;

fn signs(file: &Path) -> Result<(), String> {
    SigningKey::from_pem(&pem(file)?).map(drop)
}

fn verifies(file: &Path) -> Result<(), String> {
    VerifyingKey::from_pem(&pem(file)?).map(drop)
}

fn pem(file: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(file);
    text.map(|text| Secret::new("the file", text))
        .map_err(|error| format!("cannot be read: {error} (check the path)"))
}

/// The name of an environment variable, and no token that was pasted in its place: what is said here is kept.
fn check_variable(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = name.len() <= 64
        && name.starts_with(|c: char| fits(c) && !c.is_ascii_digit())
        && name.chars().all(fits);
    if is_name {
        return Ok(());
    }
    Err("is no name of an environment variable (put the token into one, such as WALLET_TOKEN, and give its name)".to_owned())
}

/// How the configuration names a file: files are looked for beside it.
fn beside(file: &Path, config: &Path) -> String {
    let folder = |path: &Path| {
        let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        parent.canonicalize().ok()
    };
    let (own, there) = (folder(config), file.canonicalize().ok());
    let inside =
        own.zip(there.as_deref()).and_then(|(own, there)| there.strip_prefix(own).ok().map(Path::to_owned));
    let name = inside.or(there).unwrap_or_else(|| file.to_owned());
    name.to_string_lossy().replace('\\', "/")
}

/// Makes sure that what is about to be written can be read again, whatever the environment holds now.
fn check(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let any = |_: &str| Some("set when it is used".to_owned());
    Config::parse(&path.display().to_string(), text, folder, None, &any).map(drop).map_err(Failure::input)
}

/// Says what was written, what it lacks, and what comes next.
fn tell(path: &Path, answers: &InitAnswers, draft: &Draft, wants: &Wants) {
    output::page(&format!("written: {}\n", path.display()));
    let unset = draft.tokens.iter().filter_map(|(_, place)| match place {
        Place::Env(name) => Some(name).filter(|name| std::env::var_os(name).is_none()),
        Place::File(_) => None,
    });
    for name in unset {
        output::page(&format!("not set yet: the environment variable {name}\n"));
    }
    for need in wants.needs.iter().filter(|need| !draft.has(&need.name)) {
        output::page(&format!("left open: {}; {}\n", need.name, need.skipped()));
    }
    let config =
        if path == Path::new(CONFIG) { String::new() } else { format!(" --config {}", path.display()) };
    let suites: String = answers.suites.iter().flat_map(|name| [" --suite ", name]).collect();
    let family = answers.suites.iter().any(|name| name == suites::FAMILY);
    let narrow = if family { " --level must" } else { "" };
    output::page(&format!("next:\n  proofmark run{config}{suites}{narrow} --report html=report.html\n"));
}
