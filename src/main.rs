//! The command `proofmark`; everything is in [`proofmark::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    proofmark::cli::main()
}
