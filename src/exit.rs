//! Exit codes: a promise to scripts.

/// What the process says when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every MUST held; with a snapshot, nothing newly broke.
    Held = 0,
    /// A MUST broke; with a snapshot, something newly broke, or is stale where that is forbidden.
    Broken = 1,
    /// The command line, configuration, contract or a case file is wrong, or no case is selected. No
    /// request was sent.
    BadInput = 2,
    /// The target could not be judged.
    Unjudged = 3,
    /// proofmark itself failed.
    OwnFailure = 4,
    /// Interrupted; what was judged so far is reported.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
