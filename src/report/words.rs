//! The words of the report for its enumerations, as the JSON has them.

use super::model::{Law, Level, TargetInfo, Verdict};

/// Every law in the order in which reports list them.
pub(super) const LAWS: [Law; 6] =
    [Law::Shape, Law::Status, Law::Code, Law::Idempotency, Law::Header, Law::Robustness];

/// Every verdict in the order in which totals list them.
pub(super) const VERDICTS: [Verdict; 6] =
    [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Inconclusive, Verdict::Skipped, Verdict::Error];

/// Every level, the most binding first.
pub(super) const LEVELS: [Level; 3] = [Level::Must, Level::Should, Level::May];

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Warn => "warn",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Skipped => "skipped",
        Verdict::Error => "error",
    }
}

pub(super) fn law(law: Law) -> &'static str {
    match law {
        Law::Shape => "shape",
        Law::Status => "status",
        Law::Code => "code",
        Law::Idempotency => "idempotency",
        Law::Header => "header",
        Law::Robustness => "robustness",
    }
}

pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::May => "may",
    }
}

/// RFC 2119 in capitals, for prose.
pub(super) fn level_capitals(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::Should => "SHOULD",
        Level::May => "MAY",
    }
}

/// What is unusual about the way to the target.
pub(super) fn way(target: &TargetInfo) -> impl Iterator<Item = &'static str> {
    let http = (target.http.as_deref() == Some("2")).then_some("HTTP/2");
    http.into_iter().chain(target.proxy.then_some("through a proxy"))
}
