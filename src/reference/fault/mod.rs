//! The tables of faults, one for each operation or group of them. A fault is one row there and one `if` where the
//! behaviour lives.

pub(super) mod inbox;
pub(super) mod inquiry_payment;
pub(super) mod inquiry_refund;
pub(super) mod message;
pub(super) mod pay;
pub(super) mod platform;
pub(super) mod refund;
mod send_inbox;
pub(super) mod token;

pub(super) use send_inbox::Flaw;

use std::sync::LazyLock;

/// A way in which the reference wallet can be broken on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name on the command line, in kebab case.
    pub name: &'static str,
    /// What it breaks, in one sentence.
    pub summary: &'static str,
    /// The law that it breaks: shape, status, code, idempotency, header or robustness.
    pub law: &'static str,
    /// Whether it shows only when requests overlap, so that a run may miss it by chance.
    pub race: bool,
    /// Globs on the ids of the cases that must notice it.
    pub noticed_by: &'static [&'static str],
}

impl Fault {
    /// Whether it names cases of an operation: whether some pattern begins with its id.
    pub fn names(&self, operation: &str) -> bool {
        self.noticed_by.iter().any(|glob| glob.split('/').next() == Some(operation))
    }
}

static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    [
        send_inbox::FAULTS,
        token::FAULTS,
        inbox::FAULTS,
        message::FAULTS,
        platform::FAULTS,
        pay::FAULTS,
        inquiry_payment::FAULTS,
        refund::FAULTS,
        inquiry_refund::FAULTS,
    ]
    .concat()
});

/// Every fault that the wallet knows.
pub fn faults() -> &'static [Fault] {
    &FAULTS
}

/// The fault of that name.
pub fn fault(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}

/// Declares the faults of a table: `Flaw = name, law, summary, globs;`, with `race` behind the globs where chance
/// plays a part.
macro_rules! fault_table {
    (@race) => { false };
    (@race race) => { true };
    ($($flaw:ident = $name:literal, $law:literal, $summary:literal, $globs:expr $(, $race:ident)?;)+) => {
        /// What the code asks for; each has one row in the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::reference) enum Flaw { $($flaw),+ }

        impl From<Flaw> for &'static str {
            fn from(flaw: Flaw) -> Self {
                FAULTS[flaw as usize].name
            }
        }

        pub(super) static FAULTS: &[super::Fault] = &[$(super::Fault {
            name: $name,
            summary: $summary,
            law: $law,
            race: fault_table!(@race $($race)?),
            noticed_by: &$globs,
        }),+];
    };
}

use fault_table;
