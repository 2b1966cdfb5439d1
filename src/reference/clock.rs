//! Times on the wire: ISO 8601 with an offset, at least to the second.

use jiff::Timestamp;

use super::conduct::Conduct;
use super::fault::Flaw;

/// The current time as the wallet writes it into `Response-Time`.
pub(super) fn now_text() -> String {
    text_in(0)
}

/// The time in so many hours.
pub(super) fn text_in(hours: i64) -> String {
    let time = crate::clock::now() + jiff::SignedDuration::from_hours(hours);
    time.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string() + "+00:00"
}

/// How long ago a time is: by the clock as it is, or as it was before it was set, whichever says less.
pub(super) fn since(time: Timestamp) -> jiff::SignedDuration {
    let (is, was) = (Timestamp::now().duration_since(time), crate::clock::now().duration_since(time));
    if is.abs() < was.abs() { is } else { was }
}

/// Reads a `Request-Time`. `None` unless it has date, time to the second and an offset or `Z`.
pub(super) fn parse(text: &[u8]) -> Option<Timestamp> {
    if !has_wire_form(text) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The same by a wallet that may be broken.
pub(super) fn read(text: &[u8], conduct: &Conduct) -> Option<Timestamp> {
    let utc = text.ends_with(b"Z");
    let refused = utc && conduct.has(Flaw::TimeNeedsOffset)
        || !utc && conduct.has(Flaw::TimeNeedsUtc)
        || text.contains(&b'.') && conduct.has(Flaw::MillisecondsRefused);
    if refused {
        return None;
    }
    if conduct.has(Flaw::OffsetIgnored) && text.len() > CLOCK_FACE {
        return parse(&[&text[..CLOCK_FACE], b"Z"].concat());
    }
    let read = parse(text);
    if read.is_none() && conduct.has(Flaw::UnzonedTimeAccepted) {
        return parse(&[text, b"Z"].concat());
    }
    if read.is_none() && conduct.has(Flaw::EpochTimeAccepted) {
        let digits = std::str::from_utf8(text).ok()?;
        return Timestamp::from_millisecond(digits.parse().ok()?).ok();
    }
    read
}

/// How long date and time to the second are.
const CLOCK_FACE: usize = "2019-05-28T12:12:12".len();

/// The date parser takes more forms than ISO 8601 (a space for the `T`, zone annotations), so the form is
/// checked first.
fn has_wire_form(text: &[u8]) -> bool {
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    let Some((head, tail)) = text.split_at_checked(pattern.len()) else { return false };
    head.iter().zip(pattern).all(|(byte, wanted)| fits(*byte, *wanted)) && is_offset(skip_fraction(tail))
}

fn fits(byte: u8, wanted: u8) -> bool {
    if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted }
}

fn skip_fraction(tail: &[u8]) -> &[u8] {
    let Some(rest) = tail.strip_prefix(b".") else { return tail };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // A lone point is no fraction: leave it, so that the offset check refuses the text.
    if (1..=9).contains(&digits) { &rest[digits..] } else { tail }
}

fn is_offset(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        [b'+' | b'-', digits @ ..] => {
            let form: &[u8] = if digits.len() == 5 { b"dd:dd" } else { b"dddd" };
            digits.len() == form.len() && digits.iter().zip(form).all(|(byte, wanted)| fits(*byte, *wanted))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{now_text, parse};

    #[test]
    fn reads_what_the_family_sends() {
        for good in [
            "2019-05-28T12:12:12+08:00",
            "2019-04-04T12:08:56.253+05:30",
            "2019-04-04T12:08:56.253Z",
            "2019-04-04T12:08:56-0330",
        ] {
            assert!(parse(good.as_bytes()).is_some(), "{good}");
        }
        assert!(parse(now_text().as_bytes()).is_some());
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [
            "",
            "yesterday",
            "1559016732000",
            "2019-05-28",
            "2019-05-28T12:12Z",
            "2019-05-28T12:12:12",
            "2019-05-28 12:12:12Z",
            "2019-13-28T12:12:12Z",
            "2019-05-28T12:12:12.Z",
            "2019-05-28T12:12:12+08:00[Asia/Baghdad]",
            "2019-05-28T12:12:12z",
        ] {
            assert!(parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
