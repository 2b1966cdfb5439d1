//! Idempotency keys of a script: fresh, or those of an earlier step, with a small difference.

use super::script::is_default;
use serde::{Deserialize, Serialize};

/// Where a step's idempotency key comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Key {
    /// The step whose key is used again; a fresh key without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// What is changed in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<KeyChange>,
    /// Whether a fresh key consists of digits only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub digits: bool,
    /// The length of a fresh key, in code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Whether the value that `set` puts at the key's place is made fresh by overwriting its beginning.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stamp: bool,
}

/// A small difference between two keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChange {
    /// Upper case becomes lower case and the other way round.
    SwapCase,
    /// The last character is another one; a digit becomes another digit.
    LastCharacter,
    /// The character right behind the first so many is another one; a shorter key has one more.
    ReplaceAt(usize),
    /// This text is added at the end.
    Append(String),
    /// This text is added at the beginning.
    Prepend(String),
    /// The first text becomes the second, wherever it stands.
    Replace(String, String),
}
