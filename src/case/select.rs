//! Choosing cases by id, level and shard.

use super::Case;
use super::grade::Level;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::fmt;
use std::str::FromStr;

/// Which cases a run judges.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    only: Option<GlobSet>,
    skip: GlobSet,
    level: Option<Level>,
    shard: Option<Shard>,
}

impl Selection {
    /// A selection from patterns on case ids, in which `*` also stands for `/`.
    ///
    /// # Errors
    /// A sentence that names the pattern which cannot be read.
    pub fn new(
        only: &[String],
        skip: &[String],
        level: Option<Level>,
        shard: Option<Shard>,
    ) -> Result<Self, String> {
        let only = if only.is_empty() { None } else { Some(set(only)?) };
        Ok(Self { only, skip: set(skip)?, level, shard })
    }

    /// Whether the patterns take an id.
    pub fn takes_id(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.is_match(id)) && !self.skip.is_match(id)
    }

    /// Whether a case is judged. A level includes the more binding ones.
    pub fn takes(&self, case: &Case) -> bool {
        self.takes_id(&case.id)
            && self.level.is_none_or(|level| case.level <= level)
            && self.shard.is_none_or(|shard| shard.takes(&case.id))
    }
}

fn set(patterns: &[String]) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder
            .add(Glob::new(pattern).map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))?);
    }
    builder.build().map_err(|error| error.to_string())
}

/// One of `of` parts of a suite, chosen by a hash of the case id so that it does not depend on the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// 1-based.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    fn takes(self, id: &str) -> bool {
        let hash = blake3::hash(id.as_bytes());
        let mut head = [0; 8];
        head.copy_from_slice(&hash.as_bytes()[..8]);
        u64::from_le_bytes(head) % u64::from(self.of) == u64::from(self.index - 1)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((index, of)) if index >= 1 && index <= of => Ok(Self { index, of }),
            _ => Err(format!("`{text}` is no shard: write I/N with I from 1 to N, such as 2/5")),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.of)
    }
}
