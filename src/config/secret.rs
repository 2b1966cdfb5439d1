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
    pub fn new(name: &str, value: impl Into<Zeroizing<String>>) -> Self {
        Self { name: name.to_owned(), value: value.into(), variable: None }
    }

    /// The secret parts of a URL: a password or token before its host, and the values of its query.
    pub fn of_url(name: &str, text: &str) -> Vec<Self> {
        let Ok(url) = url::Url::parse(text) else { return Vec::new() };
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = [url.username(), url.password().unwrap_or_default()].map(decoded);
        let query = url.query_pairs().map(|(_, value)| value.into_owned());
        // What is short, or the place of a key, is no secret.
        let secret = |value: &String| value.len() >= 6 && !value.contains(['{', '}']);
        user.into_iter().chain(query).filter(secret).map(|value| Self::new(name, value)).collect()
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

/// A URL of which nothing is shown but where it leads: what else it holds may be a secret.
pub(super) fn place(url: &str) -> String {
    let origin = url::Url::parse(url).map(|url| url.origin().ascii_serialization());
    origin.map_or_else(|_| "…".to_owned(), |origin| format!("{origin}/…"))
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "«redacted:{}»", self.name)
    }
}
