//! How the wallet speaks each dialect: a table of its own, so that harness and wallet do not share a mistake.

/// How the bytes of a signature are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Base64,
    UrlEncoded,
    Base64Url,
}

/// One way to speak.
#[derive(Debug)]
pub struct Dialect {
    /// Its name on the command line, that of the dialect file.
    pub name: &'static str,
    /// What may stand before every path.
    bases: &'static [&'static str],
    /// What stands behind every path.
    suffix: &'static str,
    /// Whether the base path is part of what is signed.
    signs_base: bool,
    /// How signatures of clients may be written; the wallet writes its own in the first way.
    pub(super) encodings: &'static [Encoding],
    /// Whether refusals have HTTP statuses of their own.
    pub(super) layered: bool,
    /// Whether there is a code for expired tokens.
    pub(super) tells_expiry: bool,
}

use Encoding::{Base64, Base64Url, UrlEncoded};

/// The wallet as it is, which other dialects differ from.
pub(super) static DEFAULT: Dialect = Dialect {
    name: "default",
    bases: &[""],
    suffix: "",
    signs_base: true,
    encodings: &[Base64, UrlEncoded, Base64Url],
    layered: false,
    tells_expiry: true,
};

static DIALECTS: [&Dialect; 7] = [
    &DEFAULT,
    &Dialect { name: "qi", bases: &["", "/api"], signs_base: false, encodings: &[Base64], ..DEFAULT },
    &Dialect { name: "tng", bases: &["/acl/api"], encodings: &[Base64Url], ..DEFAULT },
    &Dialect { name: "gcash", suffix: ".htm", encodings: &[Base64Url], ..DEFAULT },
    &Dialect {
        name: "alipay-connect",
        bases: &["/api/open"],
        encodings: &[UrlEncoded, Base64Url],
        tells_expiry: false,
        ..DEFAULT
    },
    &Dialect { name: "mpesa", bases: &["/miniprogram/api"], tells_expiry: false, ..DEFAULT },
    &Dialect { name: "rebell", encodings: &[Base64, Base64Url], layered: true, ..DEFAULT },
];

/// Every dialect that the wallet speaks, the default one first.
pub fn dialects() -> &'static [&'static Dialect] {
    &DIALECTS
}

/// The dialect of that name.
pub fn dialect(name: &str) -> Option<&'static Dialect> {
    DIALECTS.into_iter().find(|dialect| dialect.name == name)
}

impl Dialect {
    /// The API's own path in one that was called; nothing where it is not below a base path.
    pub(super) fn plain<'a>(&self, path: &'a str) -> Option<&'a str> {
        let below = self.bases.iter().rev().find_map(|base| path.strip_prefix(base))?;
        below.strip_suffix(self.suffix)
    }

    /// The part of path and query that is signed.
    pub(super) fn signed<'a>(&self, target: &'a str) -> &'a str {
        if self.signs_base {
            return target;
        }
        self.bases.iter().rev().find_map(|base| target.strip_prefix(base)).unwrap_or(target)
    }
}
