//! `proofmark requirements`.

use super::args::{FreezeArgs, Listing, RequirementsAction, RequirementsArgs};
use super::input;
use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::evidence::requirements::{Drift, Freeze, Optional, Requirements, drift, freeze, render};
use crate::exit::Exit;
use crate::report::write::write_atomically;
use serde_json::{Value, json};
use std::path::Path;

/// `proofmark requirements`.
pub(super) fn requirements(args: &RequirementsArgs) -> Result<Exit, Failure> {
    match &args.action {
        None => list(args.format),
        Some(RequirementsAction::Freeze(args)) => make(args),
    }
}

/// The built-in set of this name, or the one in this file, and its text.
pub(super) fn named(option: &str, name: &str) -> Result<(Requirements, String), Failure> {
    let (file, text) = if Requirements::names().iter().any(|known| known == name) {
        let (file, text) = Requirements::builtin_text(name).map_err(Failure::own)?;
        (file, text.to_owned())
    } else if Path::new(name).is_file() {
        (name.to_owned(), input::text(Path::new(name))?)
    } else {
        return Err(Failure::input(format!(
            "{option} {name}: neither a built-in requirement set nor a file (name a file, or one of: {})",
            Requirements::names().join(", ")
        )));
    };
    let set = Requirements::parse(&file, &text).map_err(Failure::input)?;
    Ok((set, text))
}

/// What became of a set's cases since it was frozen, seen in a dialect too.
pub(super) fn since(set: &Requirements, suite: &Suite, dialect: Option<&str>) -> Result<Drift, Failure> {
    drift(set, suite, dialect).map_err(Failure::own)
}

fn list(format: Listing) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    for name in Requirements::names() {
        let set = Requirements::builtin(&name).map_err(Failure::own)?;
        let suite = Suite::chosen(std::slice::from_ref(&set.suite)).map_err(Failure::own)?;
        let drift = since(&set, &suite, None)?;
        rows.push((set, drift));
    }
    if let Listing::Json = format {
        let row = |(set, drift): &(Requirements, Drift)| {
            let dialects: Vec<&String> = set.contract.keys().collect();
            json!({
                "id": set.id, "title": set.title, "frozen": set.frozen, "suite": set.suite, "version": set.version,
                "dialects": dialects, "cases": set.cases.len(), "changed": drift.changed, "later": drift.later,
            })
        };
        let list: Vec<Value> = rows.iter().map(row).collect();
        output::print(&format!("{}\n", serde_json::to_string_pretty(&list).map_err(Failure::own)?));
        return Ok(Exit::Held);
    }
    let mut text = String::new();
    for (set, drift) in &rows {
        let dialects: Vec<&str> = set.contract.keys().map(String::as_str).collect();
        text.push_str(&format!(
            "{}\n    {}\n    frozen {}: {} cases of {} {}\n    dialects: {}\n    since then: {} changed, {} later\n",
            set.id,
            set.title,
            set.frozen,
            set.cases.len(),
            set.suite,
            set.version,
            dialects.join(", "),
            drift.changed.len(),
            drift.later.len()
        ));
        for optional in &set.optional {
            text.push_str(&format!(
                "    may stay undecided: {}\n        {}\n",
                optional.cases.join(", "),
                optional.reason
            ));
        }
    }
    text.push_str(&format!("{} requirement sets\n", rows.len()));
    output::page(&text);
    Ok(Exit::Held)
}

fn make(args: &FreezeArgs) -> Result<Exit, Failure> {
    if args.output.exists() {
        return Err(Failure::input(format!(
            "--output {}: is there already, and a set is never changed once it is (give the new one another id)",
            args.output.display()
        )));
    }
    let like = args.like.as_deref().map(|name| named("--like", name)).transpose()?.map(|(set, _)| set);
    let suite = input::suite(&args.suite, None)?;
    let mut optional = like.as_ref().map(|set| set.optional.clone()).unwrap_or_default();
    for (glob, reason) in &args.optional {
        match optional.iter_mut().find(|known| known.reason == *reason) {
            Some(known) => known.cases.push(glob.clone()),
            None => optional.push(Optional { cases: vec![glob.clone()], reason: reason.clone() }),
        }
    }
    let title = args.title.clone().or_else(|| like.map(|set| set.title));
    let contract = &suite.contract;
    let title =
        title.unwrap_or_else(|| format!("who serves {}, version {}", contract.title, contract.version));
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let set = freeze(&suite, Freeze { id: args.id.clone(), title, frozen: today, optional });
    let text = render(&set.map_err(Failure::own)?);
    // What is written can be read: an id or a pattern may be wrong.
    let set = Requirements::parse(&args.output.display().to_string(), &text).map_err(Failure::input)?;
    write_atomically(&args.output, &text).map_err(Failure::unwritten)?;
    output::page(&format!("{} holds {}, {} cases\n", args.output.display(), set.id, set.cases.len()));
    Ok(Exit::Held)
}
