//! What may become of a case.

use serde::{Deserialize, Serialize};

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The clause held.
    Pass,
    /// A MUST broke.
    Fail,
    /// A SHOULD or MAY broke.
    Warn,
    /// The target was asked and the answer does not decide.
    Inconclusive,
    /// The case was not run; its reason says what is missing.
    Skipped,
    /// The harness or the environment failed, not the target.
    Error,
}

impl Verdict {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
            Self::Error => "error",
        }
    }
}
