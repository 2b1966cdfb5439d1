//! The files of a bundle: report, journals, attestation, key.

use super::args::SuiteArgs;
use super::input;
use super::output::Failure;
use crate::case::suite::Suite;
use crate::evidence::check::Refusal;
use crate::evidence::cosign;
use crate::evidence::digest::sha256;
use crate::evidence::material;
use crate::evidence::statement::Descriptor;
use crate::exit::Exit;
use crate::report::json;
use crate::report::model::Report;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that was read.
pub(super) struct Named {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl Named {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self { path: path.to_owned(), bytes }),
            Err(error) => {
                Err(Failure::input(format!("{} cannot be read: {error} (check the path)", path.display())))
            }
        }
    }

    /// The name without its folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// What a statement says of it.
    pub(super) fn descriptor(&self, role: &str) -> Descriptor {
        Descriptor::new(&self.name(), &sha256(&self.bytes), vec![("role".to_owned(), json!(role))])
    }

    pub(super) fn report(&self) -> Result<Report, Failure> {
        json::parse(&self.bytes, &self.path).map_err(Failure::input)
    }
}

/// The password of a key that cosign encrypted.
pub(super) fn password() -> Option<String> {
    std::env::var(cosign::PASSWORD).ok()
}

/// The suite that a report names, unless arguments say otherwise.
pub(super) fn suite(report: &Report, args: &SuiteArgs) -> Result<Arc<Suite>, Failure> {
    let mut args = args.clone();
    if args.contract.is_none() && args.names.is_empty() {
        args.names = report.suite.name.split(", ").map(ToOwned::to_owned).collect();
    }
    let dialect = report.suite.dialect.as_deref();
    input::suite(&args, dialect).map_err(|failure| {
        Failure::input(format!(
            "{}\nthe report was judged by {} {} (name its files with --contract, --cases and --dialect where they are not built in)",
            failure.message, report.suite.name, report.suite.version
        ))
    })
}

/// What the report was judged by, and who attests.
pub(super) fn materials(suite: &Suite, args: &SuiteArgs) -> Result<Vec<Descriptor>, Failure> {
    let mut files = Vec::new();
    for path in &args.cases {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        files.push((name, input::text(path)?));
    }
    Ok(material::of(suite, &files))
}

/// Ends a command with what is refused.
pub(super) fn refused(refusals: &[Refusal]) -> Failure {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = refusals.iter().take(SHOWN).map(ToString::to_string).collect();
    if let Some(more) = refusals.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("refused: {more} more contradictions like these"));
    }
    Failure { exit: Exit::Broken, message: lines.join("\n") }
}
