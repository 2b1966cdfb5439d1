//! Values that must not be shown.

use std::fmt;
use zeroize::Zeroizing;

/// A secret: it prints as its name only, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret {
    name: String,
    value: Zeroizing<String>,
    variable: Option<String>,
}

impl Secret {
    /// A secret and the name under which reports speak of it.
    pub fn new(name: &str, value: String) -> Self {
        Self { name: name.to_owned(), value: Zeroizing::new(value), variable: None }
    }

    /// The same secret, with the environment variable it was read from.
    #[must_use]
    pub fn from_variable(mut self, variable: &str) -> Self {
        self.variable = Some(variable.to_owned());
        self
    }

    /// The name under which reports speak of it, such as `tokens.valid`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The environment variable that a reproduction reads it from: the one of the configuration, or one
    /// made from the name.
    pub fn variable(&self) -> String {
        self.variable.clone().unwrap_or_else(|| format!("PROOFMARK_{}", in_upper_case(&self.name)))
    }

    /// The value itself, for sending and for finding it in what is to be shown.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

/// A name as a part of an environment variable's name.
pub fn in_upper_case(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(fits).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "«redacted:{}»", self.name)
    }
}
