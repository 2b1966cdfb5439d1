//! Whether `format` asserts.

use serde::{Deserialize, Serialize};

/// What the `format` keyword does (JSON Schema 2020-12 validation, section 7: annotation unless asserted).
///
/// It is an input everywhere, because a payload that breaks a format only is invalid under one
/// reading and valid under the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Formats {
    /// `format` only annotates: any string passes it.
    #[default]
    Annotated,
    /// `format` asserts: a string that does not have the format fails.
    Asserted,
}

impl Formats {
    /// Whether a value that does not have the format fails.
    pub fn asserted(self) -> bool {
        self == Self::Asserted
    }
}
