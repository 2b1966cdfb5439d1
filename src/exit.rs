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

impl Exit {
    /// All of them, the least first.
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Broken, Self::BadInput, Self::Unjudged, Self::OwnFailure, Self::Interrupted];

    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it says, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Held => "Every MUST held. With --snapshot: nothing newly broke.",
            Self::Broken => {
                "A MUST broke. With --snapshot: something newly broke; what the snapshot accepts as broken does not \
                 count."
            }
            Self::BadInput => {
                "The command line, the configuration, the contract or a case file is wrong, or the selection matches no \
                 case. No request was sent."
            }
            Self::Unjudged => {
                "The target could not be judged: it cannot be reached, TLS was refused, every exchange failed, or the \
                 budget ended before any MUST was decided."
            }
            Self::OwnFailure => {
                "proofmark itself failed, or a report could not be written. It is never the target's fault; what was \
                 judged so far is reported."
            }
            Self::Interrupted => "Interrupted. What was judged so far is reported.",
        }
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Held => {
                "Nothing has to be done. Cases that were skipped or did not decide are no failures; the report says why."
            }
            Self::Broken => {
                "Read the findings: `proofmark explain CASE_ID` says what the contract asks for and how to mend the \
                 target, `proofmark replay` sends a finding again. Retrying the job changes nothing."
            }
            Self::BadInput => {
                "The message names the place and the mend. `proofmark COMMAND --help` lists the options, `proofmark \
                 lint FILE` checks a contract or a case file, `proofmark init` writes a configuration."
            }
            Self::Unjudged => {
                "Check host, port, certificates and proxy; `proofmark probe` says what the target answers. This is the \
                 only code for which a job may be tried again as it is."
            }
            Self::OwnFailure => {
                "If a report could not be written, make room or name another folder; if not, report it with the line \
                 that was printed."
            }
            Self::Interrupted => "Run again; what was reported covers a part of the cases only.",
        }
    }

    /// What other commands than `run` say with it, where that is something else.
    pub fn elsewhere(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Held => &[
                ("diff", "nothing newly broke"),
                ("replay", "the finding holds now"),
                ("selftest", "every fault was noticed, and no correct wallet was failed"),
                ("verify", "the evidence holds, and every MUST that it was asked about held"),
            ],
            Self::Broken => &[
                ("diff", "something newly broke"),
                ("replay", "the finding still breaks"),
                ("generate", "there is no such payload (`unsatisfiable:`)"),
                ("selftest", "a fault went unnoticed, or a correct wallet was failed"),
                ("attest", "the report contradicts itself, its suite or its journals"),
                ("verify", "something was changed or does not follow, or a MUST broke"),
            ],
            Self::Unjudged => &[
                ("generate", "no such payload was found in time (`gave up:`)"),
                ("probe", "nothing answers like the operation"),
                ("replay", "the answers do not decide"),
                ("verify", "the evidence holds, and is not enough to tell"),
            ],
            Self::BadInput | Self::OwnFailure | Self::Interrupted => &[],
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
