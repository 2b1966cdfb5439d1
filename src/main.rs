//! The command `proofmark`; everything is in [`proofmark::cli`].
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    proofmark::cli::main()
}
