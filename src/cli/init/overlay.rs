//! `proofmark init DOCUMENT`.

use crate::cli::args::InitArgs;
use crate::cli::input;
use crate::cli::output::{self, Failure};
use crate::contract::guess;
use crate::exit::Exit;
use crate::report::write::write_atomically;
use std::path::Path;

/// Writes an overlay with what is guessed of a document, and says what that is and why.
pub(super) fn write(args: &InitArgs, document: &Path) -> Result<Exit, Failure> {
    let contract = input::contract(document)?;
    if contract.operations.iter().any(|operation| !operation.guessed) {
        return Err(Failure::input(format!(
            "{}: has x-proofmark already (edit it there; `proofmark lint` checks it)",
            document.display()
        )));
    }
    let extends = reference(document, args.output.as_deref());
    let skeleton = guess::skeleton(&contract, &extends);
    match &args.output {
        None => output::print(&skeleton.overlay),
        Some(path) if path.exists() && !args.force => {
            return Err(Failure::input(format!(
                "--output {}: is there already (choose another file, or give --force)",
                path.display()
            )));
        }
        Some(path) => write_atomically(path, &skeleton.overlay).map_err(Failure::unwritten)?,
    }
    for note in &skeleton.notes {
        output::note(note);
    }
    input::warn(&contract.warnings);
    if let Some(path) = &args.output {
        let path = path.display();
        output::note(&format!(
            "next:\n  proofmark lint {path}\n  proofmark run --contract {path} --target URL"
        ));
    }
    Ok(Exit::Held)
}

/// How the overlay names the document: from the overlay's own folder.
fn reference(document: &Path, output: Option<&Path>) -> String {
    let folder = output.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let same = |folder: &Path| folder.canonicalize().ok() == parent(document).canonicalize().ok();
    let shown = match folder {
        None => document.to_path_buf(),
        Some(folder) if same(folder) => {
            document.file_name().map_or_else(|| document.to_path_buf(), Into::into)
        }
        Some(_) => document.canonicalize().unwrap_or_else(|_| document.to_path_buf()),
    };
    shown.to_string_lossy().replace('\\', "/")
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
