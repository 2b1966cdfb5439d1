//! The tables of variants: behaviour that differs from the default and is just as right.
//!
//! Some ways need no variant, since the default takes them: header names in lower case, duplicates that wait for the
//! first answer, no messageId on F.

pub(super) mod payment;
mod shared;
pub(super) mod token;

pub(super) use shared::Habit;

use std::sync::LazyLock;

/// A way in which a correct wallet may differ from the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name on the command line, in kebab case.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Whether its clients have no key to verify its answers with.
    pub unverified: bool,
    /// Whether its clients have to speak HTTP/2; it has no TLS, so they have to know that beforehand.
    pub http2: bool,
    /// The operations that it concerns; all of them where it names none.
    pub operations: &'static [&'static str],
}

static VARIANTS: LazyLock<Vec<Variant>> =
    LazyLock::new(|| [shared::VARIANTS, token::VARIANTS, payment::VARIANTS].concat());

/// Every variant that the wallet knows.
pub fn variants() -> &'static [Variant] {
    &VARIANTS
}

/// The variant of that name.
pub fn variant(name: &str) -> Option<&'static Variant> {
    VARIANTS.iter().find(|variant| variant.name == name)
}

/// Declares the variants of a table: `Habit = name, summary;`, with `=>` and the operations that it concerns behind it
/// where these are not all, and with `unverified` where clients have no key, or `http2` where they speak that.
macro_rules! variant_table {
    (@unverified unverified) => { true };
    (@http2 http2) => { true };
    (@unverified $($other:ident)?) => { false };
    (@http2 $($other:ident)?) => { false };
    (@of) => { &[] };
    (@of $operations:expr) => { &$operations };
    ($($habit:ident = $name:literal, $summary:literal $(=> $operations:expr)? $(, $clients:ident)?;)+) => {
        /// What the code asks for; each has one row in the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::reference) enum Habit { $($habit),+ }

        impl From<Habit> for &'static str {
            fn from(habit: Habit) -> Self {
                VARIANTS[habit as usize].name
            }
        }

        pub(super) static VARIANTS: &[super::Variant] = &[$(super::Variant {
            name: $name,
            summary: $summary,
            unverified: variant_table!(@unverified $($clients)?),
            http2: variant_table!(@http2 $($clients)?),
            operations: variant_table!(@of $($operations)?),
        }),+];
    };
}

use variant_table;
