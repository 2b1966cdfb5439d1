//! `proofmark diff`.

use super::args::{DiffArgs, Form, Page};
use super::output::{self, Failure};
use super::reports;
use crate::exit::Exit;
use crate::report::diff;

pub(super) fn diff(args: &DiffArgs) -> Result<Exit, Failure> {
    check_writable(&args.reports)?;
    let (old, new) = (reports::read(&args.old)?, reports::read(&args.new)?);
    let diff = diff::between(&old, &new, args.names.clone().map(|names| names.0));
    let written = write(&args.reports, |form| match form {
        Form::Markdown => diff::markdown(&diff),
        Form::Html => diff::html(&diff),
        Form::Json => diff::json(&diff),
    });
    output::print(&diff::render(&diff, output::style(args.quiet)));
    written?;
    Ok(if diff.newly_broke() { Exit::Broken } else { Exit::Held })
}

/// Finds out before any work is done whether every page can have a file of its own.
pub(super) fn check_writable(pages: &[Page]) -> Result<(), Failure> {
    let options = pages.iter().map(|page| {
        let option = format!("--report {}={}", page.form.as_str(), page.path.display());
        (option, page.path.as_path())
    });
    reports::check_places(options.clone())?;
    reports::check_written(options)
}

/// Writes every page, each whole or not at all. One that cannot be written does not cost the others.
pub(super) fn write(pages: &[Page], render: impl Fn(Form) -> String) -> Result<(), Failure> {
    let write = |page: &Page| {
        let text = render(page.form);
        output::save(&page.path, &mut |out| out.write_all(text.as_bytes())).err()
    };
    let failed: Vec<String> = pages.iter().filter_map(write).map(|error| error.to_string()).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::own(failed.join("\n"))) }
}
