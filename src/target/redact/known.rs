//! Secrets, and where they stand in bytes.
//!
//! Every window of six bytes is looked up among the windows of all secrets, and what is found is grown as far as the
//! two agree. So bytes are read once however many secrets there are, and a part of a secret is found as well as all of
//! it. Letters match in either case: names of header fields change theirs on the way.

use crate::config::secret::Secret;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// The length of a window, in bytes. What is shorter is looked for as it stands only, since it is a part of many words.
pub(super) const WINDOW: usize = 6;
/// The beginning or end of a secret at least this long is a part of one, in bytes.
const PART: usize = 12;
/// The same for what stands within it, which in a secret made of words may be in other texts as well.
const WITHIN: usize = 20;
/// The least text of a signature, in bytes.
const SIGNED: usize = 64;
const MASK: u64 = (1 << (8 * WINDOW)) - 1;
/// The bits of a hash that the filter knows.
const BITS: u32 = 16;

/// How much of a value has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// All of it, as it stands and in no encoding: no secret, but another text in each run.
    AsItStands,
    /// All of it.
    Whole,
    /// All of it, or a part that is long enough.
    Parts,
    /// What follows it: it is no secret, but the name of one.
    Next,
}

struct Entry {
    value: Zeroizing<Vec<u8>>,
    mark: String,
    part: String,
    take: Take,
    /// Where the secret begins: what stands before is the same in everybody's.
    from: usize,
}

/// Secrets that are looked for.
#[derive(Default)]
pub(super) struct Known {
    entries: Vec<Entry>,
    /// Entries and places in them, by the window there.
    windows: HashMap<u64, Vec<(usize, usize)>>,
    filter: Vec<u64>,
    /// Entries shorter than a window.
    short: Vec<usize>,
}

/// A place where a secret, or a part of one, stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) mark: &'a str,
    /// Whether all of it stands there, and in the same case.
    pub(super) rank: u8,
}

impl Known {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes a secret in: as text, and a key also as its lines and its bytes.
    pub(super) fn secret(&mut self, secret: &Secret, mark: &str) {
        let value = secret.expose();
        if !value.contains("-----BEGIN ") {
            self.text(value, mark);
            return;
        }
        self.add(value.as_bytes(), mark, Take::Whole);
        for line in value.lines().map(str::trim).filter(|line| !line.contains("-----")) {
            if line.len() >= PART {
                self.add(line.as_bytes(), mark, Take::Parts);
            }
        }
        if let Ok(key) = PrivateKeyDer::from_pem_slice(value.as_bytes()).map(Zeroizing::new) {
            self.add(key.secret_der(), mark, Take::Parts);
        }
    }

    /// Takes a secret text in.
    pub(super) fn text(&mut self, value: &str, mark: &str) {
        self.add(value.as_bytes(), mark, Take::Parts);
        if value.contains(' ') {
            // As forms write a space.
            self.add(value.replace(' ', "+").as_bytes(), mark, Take::Parts);
        }
    }

    /// Takes a value in.
    pub(super) fn add(&mut self, value: &[u8], mark: &str, take: Take) {
        if value.is_empty() || self.entries.iter().any(|known| *known.value == value) {
            return;
        }
        let index = self.entries.len();
        if value.len() < WINDOW {
            self.short.push(index);
        } else {
            let last = if take == Take::Parts && value.len() >= PART { value.len() - WINDOW } else { 0 };
            for place in (0..=last).step_by(WINDOW) {
                let window = value[place..place + WINDOW].iter().copied().fold(0, slid);
                self.windows.entry(window).or_default().push((index, place));
                self.filter.resize(1 << (BITS - 6), 0);
                let (word, bit) = bit(window);
                self.filter[word] |= bit;
            }
        }
        let name = mark.strip_prefix("«redacted:").unwrap_or(mark);
        let part = format!("«redacted:part of {name}");
        let from = common(value);
        self.entries.push(Entry {
            value: Zeroizing::new(value.to_vec()),
            mark: mark.to_owned(),
            part,
            take,
            from,
        });
    }

    /// Finds everything that stands in the bytes, which are shown as they stand or are what an encoding holds.
    pub(super) fn find<'a>(&'a self, bytes: &[u8], as_they_stand: bool, found: &mut dyn FnMut(Place<'a>)) {
        if as_they_stand {
            for entry in self.short.iter().filter_map(|index| self.entries.get(*index)) {
                let length = entry.value.len();
                let places =
                    bytes.windows(length).enumerate().filter(|(_, window)| *window == entry.value.as_slice());
                for (start, _) in places {
                    found(Place { start, end: start + length, mark: &entry.mark, rank: 2 });
                }
            }
        }
        if self.filter.is_empty() {
            return;
        }
        let mut window = 0;
        // The entry, its place in the bytes and its end there.
        let mut last = (usize::MAX, 0, 0);
        for (at, byte) in bytes.iter().enumerate() {
            window = slid(window, *byte);
            let (word, bit) = bit(window);
            if at + 1 < WINDOW || self.filter[word] & bit == 0 {
                continue;
            }
            let start = at + 1 - WINDOW;
            for (index, place) in self.windows.get(&window).into_iter().flatten() {
                let Some(entry) = self.entries.get(*index) else { continue };
                // What was grown already covers the further windows of the same place.
                let same_place = last.0 == *index && start.wrapping_sub(*place) == last.1;
                if same_place && at < last.2 {
                    continue;
                }
                if entry.take == Take::AsItStands && !as_they_stand {
                    continue;
                }
                if let Some(grown) = entry.grown(bytes, start, *place) {
                    last = (*index, start.wrapping_sub(*place), grown.end);
                    found(grown);
                }
            }
        }
    }
}

impl Entry {
    /// As much as agrees around a window that does.
    fn grown(&self, bytes: &[u8], start: usize, place: usize) -> Option<Place<'_>> {
        let alike = |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other);
        let before =
            self.value[..place].iter().rev().zip(bytes[..start].iter().rev()).take_while(alike).count();
        let after = self.value[place..].iter().zip(&bytes[start..]).take_while(alike).count();
        if self.take == Take::Next {
            return self.next(bytes, start);
        }
        let (from, to) = (place - before, place + after);
        let all = from == 0 && to == self.value.len();
        let there = &bytes[start - before..start + after];
        let same = all && *there == **self.value;
        let enough = match self.take {
            Take::AsItStands => same,
            Take::Whole => all,
            Take::Next => false,
            Take::Parts => {
                let least = if from <= self.from || to == self.value.len() { PART } else { WITHIN };
                all || to.saturating_sub(from.max(self.from)) >= least
            }
        };
        enough.then(|| Place {
            start: start - before,
            end: start + after,
            mark: if all { &self.mark } else { &self.part },
            rank: u8::from(all) + u8::from(same),
        })
    }
}

impl Entry {
    /// What follows the name of a secret, where that is long enough to be one.
    fn next(&self, bytes: &[u8], start: usize) -> Option<Place<'_>> {
        let end = start + self.value.len();
        bytes.get(start..end)?.eq_ignore_ascii_case(&self.value).then_some(())?;
        let is = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=_-%".contains(byte);
        let length = bytes[end..].iter().take_while(is).count();
        (length >= SIGNED).then(|| Place { start: end, end: end + length, mark: &self.mark, rank: 1 })
    }
}

fn slid(window: u64, byte: u8) -> u64 {
    (window << 8 | u64::from(byte.to_ascii_lowercase())) & MASK
}

/// The place of a window in the filter.
fn bit(window: u64) -> (usize, u64) {
    let hash = window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS);
    (usize::try_from(hash >> 6).unwrap_or_default(), 1 << (hash & 63))
}

/// How long the beginning is that a value has in common with everybody's: the head of a JWT (RFC 7519).
fn common(value: &[u8]) -> usize {
    let point = value.iter().position(|byte| *byte == b'.');
    point.filter(|_| value.starts_with(b"eyJ")).map_or(0, |point| point + 1)
}
