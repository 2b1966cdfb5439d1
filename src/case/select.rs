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
///
/// A case is in the part whose place, counted from 0, is the remainder of the first eight bytes of the BLAKE3 hash of
/// its id, read as a little-endian number, divided by `of`. It is a promise: a case stays in its part as long as the
/// number of parts does.
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

    /// Reads `I/N` with I from 1 to N, or `index:I/N` with I from 0 to N-1, as schedulers count that number from 0.
    fn from_str(text: &str) -> Result<Self, String> {
        let (first, parts) = text.strip_prefix("index:").map_or((1, text), |parts| (0, parts));
        let parts = parts.split_once('/').and_then(|(i, n)| Some((i.parse::<u32>().ok()?, n.parse().ok()?)));
        let index = |i: u32| i.checked_sub(first).and_then(|i| i.checked_add(1));
        match parts.and_then(|(i, of)| Some((index(i)?, of))) {
            Some((index, of)) if index <= of => Ok(Self { index, of }),
            _ => Err(format!(
                "`{text}` is no shard: write I/N with I from 1 to N, such as 2/5, or index:I/N with I from 0, such as index:1/5"
            )),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_read_from_either_count() {
        let read = |text: &str| text.parse::<Shard>().map(|shard| shard.to_string());
        assert_eq!(read("2/5"), read("index:1/5"));
        assert_eq!(read("index:0/7").as_deref(), Ok("1/7"));
        for wrong in
            ["0/5", "6/5", "index:5/5", "index:-1/5", "index:4294967295/4294967295", "1/0", "1", "", "a/b"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_case_stays_in_its_shard_from_version_to_version() {
        let place = |id: &str, of: u32| {
            (1..=of).filter(|index| Shard { index: *index, of }.takes(id)).collect::<Vec<_>>()
        };
        assert_eq!(place("sendInbox/wire/trailing-slash", 7), [1]);
        assert_eq!(place("sendInbox/idempotency/replay-same-result", 4), [2]);
    }
}
