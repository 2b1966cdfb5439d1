//! `proofmark completions` and `proofmark man`: what a shell and `man` know of the command line.

use super::args;
use super::output::{self, Failure};
use crate::exit::Exit;
use crate::report::write::write_atomically;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::Path;

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "proofmark", &mut script);
    output::print(&String::from_utf8_lossy(&script));
    Exit::Held
}

/// Prints the manual page of the program, or writes one for it and each command into a folder.
pub(super) fn man(folder: Option<&Path>) -> Result<Exit, Failure> {
    let mut program = args::command().disable_help_subcommand(true);
    program.build();
    let Some(folder) = folder else {
        output::print(&rendered(&program)?.1);
        return Ok(Exit::Held);
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!(
            "--output {}: cannot be made: {error} (name another folder)",
            folder.display()
        ))
    })?;
    let mut pages = Vec::new();
    render_all(&program, &mut pages)?;
    for (name, text) in &pages {
        write_atomically(&folder.join(name), text).map_err(Failure::unwritten)?;
    }
    let shown = folder.display();
    output::note(&format!(
        "{} manual pages are in {shown}; read one with\n  man {shown}/proofmark.1",
        pages.len()
    ));
    Ok(Exit::Held)
}

/// The pages of a command and of those below it.
fn render_all(command: &Command, pages: &mut Vec<(String, String)>) -> Result<(), Failure> {
    pages.push(rendered(command)?);
    let mut below = command.get_subcommands().filter(|below| below.get_name() != "help");
    below.try_for_each(|below| render_all(below, pages))
}

/// The name of a command's page, and its text.
fn rendered(command: &Command) -> Result<(String, String), Failure> {
    let source = concat!("proofmark ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source).manual("proofmark manual");
    let mut text = Vec::new();
    man.render(&mut text).map_err(Failure::own)?;
    Ok((man.get_filename(), String::from_utf8_lossy(&text).into_owned()))
}
