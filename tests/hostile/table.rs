//! All behaviours, each with what a run against it has to say.

use crate::expect::Verdict::{self, Conforms, Fails, Open, Unjudged};
use crate::play::Start::{self, Accept, Head, Once, Whole};
use crate::play::{Play, Scene};
use crate::plays::{body, end, head, json};
use std::time::Duration;

/// What a target does to all its callers.
pub(crate) struct Behaviour {
    pub(crate) name: &'static str,
    /// What it does, in words; the subject is the target.
    pub(crate) does: &'static str,
    pub(crate) start: Start,
    pub(crate) play: fn(&Scene) -> Play,
    /// What comes of it.
    pub(crate) verdict: Verdict,
    /// The cases that are judged; all where there are none.
    pub(crate) cases: &'static [&'static str],
    pub(crate) budget: Duration,
    /// The time limit of one exchange.
    pub(crate) timeout: Duration,
}

/// Cases with repeated, overlapping and plain requests, whose verdicts a good wallet decides in a moment.
const SOME: &[&str] =
    &["sendInbox/idempotency/*", "sendInbox/status/*", "sendInbox/code/*", "sendInbox/wire/*"];
/// A few for answers that are long to read, none of them about signatures: without optimisation each takes its time.
const FEW: &[&str] = &["sendInbox/status/success-code", "sendInbox/idempotency/replay-same-result"];

const IMPATIENT: Duration = Duration::from_millis(500);
const PATIENT: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_secs(4);
/// Enough to judge some answers that are long to read, without optimisation and on a busy machine.
const LONGER: Duration = Duration::from_secs(10);
/// Enough for a busy machine: these runs end by themselves.
const ENOUGH: Duration = Duration::from_mins(1);

fn row(
    name: &'static str,
    does: &'static str,
    start: Start,
    play: fn(&Scene) -> Play,
    verdict: Verdict,
) -> Behaviour {
    let (cases, budget) = if verdict == Conforms { (SOME, ENOUGH) } else { (&[][..], SHORT) };
    // Where something is to come, a busy machine must not let it come too late.
    let timeout = if verdict == LATE { IMPATIENT } else { PATIENT };
    Behaviour { name, does, start, play, verdict, cases, budget, timeout }
}

const LATE: Verdict = Unjudged("no complete answer within the time limit");
const CLOSED: Verdict = Unjudged("the connection was closed before the answer was complete");
const NO_HTTP: Verdict = Unjudged("the answer is not HTTP");
const ENDLESS: Verdict =
    Unjudged("the answer goes on after 64 KiB or 500 fields of head, or after 16 MiB of body");
const NO_JSON: Verdict = Fails("without a JSON body");

/// The same, for answers that are long to read.
fn heavy(
    name: &'static str,
    does: &'static str,
    start: Start,
    play: fn(&Scene) -> Play,
    verdict: Verdict,
) -> Behaviour {
    Behaviour { budget: LONGER, cases: FEW, ..row(name, does, start, play, verdict) }
}

/// All of them.
pub(crate) fn all() -> Vec<Behaviour> {
    let mut rows = connections();
    rows.extend(heads());
    rows.extend(bodies());
    rows.extend(documents());
    rows
}

fn connections() -> Vec<Behaviour> {
    vec![
        row("silent", "reads the request and says nothing", Whole, end::hang, LATE),
        row("deaf", "reads nothing and says nothing", Accept, end::hang, LATE),
        row("trickled-head", "sends its head a byte a second", Whole, end::trickled_head, LATE),
        row("trickled-body", "sends its body a byte a second", Whole, end::trickled_body, LATE),
        row("empty-answer", "closes without a word", Whole, end::close, CLOSED),
        row(
            "reset-on-accept",
            "resets each connection at once",
            Accept,
            end::reset,
            Unjudged("cannot be judged"),
        ),
        row("reset-after-request-head", "resets when it has the request's head", Head, end::reset, CLOSED),
        row("reset-after-request", "resets when it has the whole request", Whole, end::reset, CLOSED),
        row("reset-after-status", "resets behind its status line", Whole, end::reset_after_status, CLOSED),
        row("reset-in-head", "resets in the middle of its head", Whole, end::reset_in_head, CLOSED),
        row("reset-in-body", "resets in the middle of its body", Whole, end::reset_in_body, CLOSED),
        row(
            "half-close-after-head",
            "ends its side behind its head and reads on",
            Whole,
            end::half_close_after_head,
            CLOSED,
        ),
        row(
            "half-close-after-answer",
            "answers, ends its side unannounced and reads on",
            Whole,
            end::half_close_after_answer,
            Conforms,
        ),
        row("close-after-answer", "answers and closes unannounced", Whole, end::right_and_close, Conforms),
        row(
            "reset-at-reuse",
            "resets kept connections just as they are used again",
            Once,
            end::right,
            Conforms,
        ),
        row("two-answers", "sends a second answer, HTTP 500, behind each", Whole, end::two_answers, Conforms),
    ]
}

fn heads() -> Vec<Behaviour> {
    vec![
        row("continue-first", "sends 100 before each answer", Whole, head::go_on, Conforms),
        row(
            "early-hints-first",
            "sends 103 twice before each answer, naming another host",
            Whole,
            head::hints,
            Conforms,
        ),
        row("endless-continue", "sends 100 for ever", Whole, head::endless_go_on, LATE),
        row("endless-hints", "sends 103 for ever", Whole, head::endless_hints, LATE),
        row("switching-protocols", "answers 101 to who asked for nothing", Whole, head::switched, NO_JSON),
        row(
            "other-hosts",
            "names another host in all header fields that can",
            Whole,
            head::other_hosts,
            Conforms,
        ),
        row("cookies", "sets 400 cookies in each answer", Whole, head::some_cookies, Conforms),
        row("cookie-flood", "sets 20,000 cookies in each answer", Whole, head::many_cookies, ENDLESS),
        row("endless-fields", "sends header fields for ever", Whole, head::endless_fields, ENDLESS),
        row("endless-field", "sends one header field for ever", Whole, head::endless_field, ENDLESS),
        row("length-short", "says a Content-Length that is too short", Whole, head::length_short, NO_JSON),
        row(
            "length-long",
            "says a Content-Length that is too long, and closes",
            Whole,
            head::length_long_and_close,
            CLOSED,
        ),
        row(
            "length-long-open",
            "says a Content-Length that is too long, and waits",
            Whole,
            head::length_long_and_hang,
            LATE,
        ),
        row("length-negative", "says a negative Content-Length", Whole, head::length_negative, NO_HTTP),
        row("lengths-differ", "says two different Content-Lengths", Whole, head::lengths_differ, NO_HTTP),
        row(
            "length-and-chunks",
            "says a Content-Length beside the chunks that it sends",
            Whole,
            head::length_and_chunks,
            Conforms,
        ),
        row("http-0.9", "answers with a body alone", Whole, head::http_09, NO_HTTP),
        row("garbage", "answers with 20,000 bytes of noise", Whole, head::garbage, NO_HTTP),
        row("version-2.0", "answers `HTTP/2.0 200 OK`", Whole, head::version_2, NO_HTTP),
        row("version-none", "answers `HTTP/1.x 200 OK`", Whole, head::version_none, NO_HTTP),
        row("status-000", "answers HTTP 000", Whole, head::status_000, NO_HTTP),
        row("status-999", "answers HTTP 999", Whole, head::status_999, Fails("HTTP 999")),
        row("status-1000", "answers HTTP 1000", Whole, head::status_1000, NO_HTTP),
        row(
            "escapes",
            "sends terminal escapes and markup in codes and header fields",
            Whole,
            head::escapes,
            Fails("status is none"),
        ),
        row(
            "raw-escapes",
            "sends terminal escapes as they are in a header field",
            Whole,
            head::raw_escapes,
            NO_HTTP,
        ),
        row("nul-in-field", "sends NUL in a header field", Whole, head::nul_in_field, NO_HTTP),
        row("empty-body", "answers 200 with no body", Whole, head::empty, NO_JSON),
    ]
}

fn bodies() -> Vec<Behaviour> {
    let long = "longer than the 256 KiB that are read";
    let coded = "a content coding that was not asked for";
    vec![
        row("endless-length", "sends a body of 8 PiB", Whole, body::endless_length, ENDLESS),
        row("endless-chunks", "sends chunks for ever", Whole, body::endless_chunks, ENDLESS),
        row(
            "endless-small-chunks",
            "sends chunks of one byte for ever",
            Whole,
            body::endless_small_chunks,
            LATE,
        ),
        row(
            "endless-until-close",
            "sends a body for ever that would end with the connection",
            Whole,
            body::endless_until_close,
            ENDLESS,
        ),
        row(
            "endless-chunk-extension",
            "sends a chunk extension for ever",
            Whole,
            body::chunk_extensions,
            NO_HTTP,
        ),
        row("endless-trailers", "sends fields behind its body for ever", Whole, body::trailers, CLOSED),
        row(
            "chunk-size-wrong",
            "says a chunk size that is no number",
            Whole,
            body::chunk_size_wrong,
            NO_HTTP,
        ),
        row("chunk-size-huge", "says a chunk size of 76 bits", Whole, body::chunk_size_huge, NO_HTTP),
        row("chunk-last-missing", "closes without the last chunk", Whole, body::chunk_last_missing, CLOSED),
        Behaviour {
            cases: FEW,
            ..row("large-body", "pads each answer to 256 KiB", Whole, body::large, Conforms)
        },
        heavy("larger-body", "pads each answer to 5 MiB", Whole, body::larger, Open(long)),
        Behaviour {
            cases: FEW,
            ..row(
                "cookies-and-large-body",
                "sets 400 cookies and pads each answer to 200 KiB",
                Whole,
                head::cookies_and_long_body,
                Conforms,
            )
        },
        heavy("gzip-bomb", "sends 100 MiB of zeros in gzip", Whole, body::gzip_bomb, Open(coded)),
        heavy(
            "gzip-bomb-unsaid",
            "sends the same and does not say that it is gzip",
            Whole,
            body::gzip_unsaid,
            NO_JSON,
        ),
        row("brotli-bomb", "sends 64 MiB of zeros in brotli", Whole, body::brotli_bomb, Open(coded)),
        row("coding-wrong", "says brotli and sends JSON as it is", Whole, body::coding_wrong, Open(coded)),
    ]
}

fn documents() -> Vec<Behaviour> {
    let deep = "nested deeper than the 127 levels that are read";
    let many = "more than the 20,000 values that are read";
    vec![
        heavy("json-deep-arrays", "nests arrays 100,000 deep", Whole, json::deep_arrays, Open(deep)),
        heavy("json-deep-objects", "nests objects 40,000 deep", Whole, json::deep_objects, Open(deep)),
        heavy(
            "json-deep-unclosed",
            "opens 250,000 arrays and closes none",
            Whole,
            json::deep_unclosed,
            NO_JSON,
        ),
        heavy("json-many-keys", "sends an object of 22,000 members", Whole, json::many_keys, Open(many)),
        heavy(
            "json-million-keys",
            "sends an object of 1,000,000 members",
            Whole,
            json::million_keys,
            Open("longer than the 256 KiB that are read"),
        ),
        heavy(
            "json-many-items",
            "sends an array of 80,000 empty arrays",
            Whole,
            json::many_items,
            Open(many),
        ),
        row(
            "json-duplicate-keys",
            "says success and, under the same name, a refusal",
            Whole,
            json::duplicate_keys,
            Open("two members of one name"),
        ),
        row(
            "json-long-number",
            "sends a number of 10,000 digits",
            Whole,
            json::long_number,
            Open("a number outside of the range of doubles"),
        ),
        row("json-nan", "sends NaN", Whole, json::not_a_number, NO_JSON),
        row("json-lone-surrogate", "sends half of a surrogate pair", Whole, json::lone_surrogate, NO_JSON),
        row("utf-8-invalid", "sends bytes that are not UTF-8", Whole, json::not_utf8, NO_JSON),
        row("utf-8-mark", "sends a byte order mark before its JSON", Whole, json::byte_order_mark, NO_JSON),
        row("utf-16", "sends UTF-16 with a byte order mark", Whole, json::utf16, NO_JSON),
        row("nul-bytes", "sends a thousand NUL bytes behind its JSON", Whole, json::nul_bytes, NO_JSON),
        heavy(
            "text-of-frames",
            "sends 250 KB of text that almost looks like stack frames",
            Whole,
            json::frames,
            NO_JSON,
        ),
    ]
}
