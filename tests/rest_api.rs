//! A REST API of another style is judged by data alone: a contract in two files, no case file, and a small server
//! with mistakes that can be turned on together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "rest/server.rs"]
mod server;

use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::config::Config;
use proofmark::config::probe::Probe;
use proofmark::config::secret::Secret;
use proofmark::contract::lint;
use proofmark::report::model::{Overall, Report, Verdict};
use proofmark::run::session::Session;
use proofmark::run::{Options, Stop, run};
use proofmark::target::stamp::Stamps;
use server::Mistake;
use std::path::Path;
use std::sync::Arc;

const TOKEN: &str = "token/of the+caller";

fn suite() -> Suite {
    let contract = lint::load(Path::new("tests/rest/openapi.yaml"), None).expect("a sound contract");
    assert_eq!(contract.warnings, []);
    Suite::new(contract, &[]).expect("cases")
}

async fn judged(mistakes: &[Mistake]) -> Report {
    let url = server::start(TOKEN, mistakes).await;
    let config = Config {
        secrets: [("tokens.bearerAuth".to_owned(), Secret::new("tokens.bearerAuth", TOKEN.to_owned()))]
            .into(),
        probes: [("probe.bookings".to_owned(), Probe::Url(format!("{url}/count?key={{key}}")))].into(),
        ..Config::default()
    };
    let session = Session::new(Arc::new(suite()), config, &url, 7, Stamps::new(7)).unwrap();
    run(
        Arc::new(session),
        &Selection::default(),
        &Options { samples: 1, ..Options::default() },
        Stop::default(),
        &|_| {},
    )
    .await
    .report
}

fn broken(report: &Report) -> Vec<&str> {
    let cases = report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Warn));
    cases.map(|case| case.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn correct_servers_conform() {
    for variant in [&[][..], &[Mistake::SlowAndBusy]] {
        let report = judged(variant).await;
        let found: Vec<_> = report.cases.iter().filter(|case| case.finding.is_some()).collect();
        assert!(found.is_empty(), "{found:#?}");
        assert_eq!(report.verdict, Overall::Conforms);
        let open: Vec<_> = report
            .cases
            .iter()
            .filter(|case| case.verdict != Verdict::Pass)
            .map(|case| (&case.id, &case.reason))
            .collect();
        assert!(open.len() <= 6, "{open:#?}");
        assert!(!serde_json::to_string(&report).unwrap().contains(TOKEN));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mistake_is_found_by_data_alone() {
    for (mistakes, wanted) in [
        (&[Mistake::OneGuestMore][..], &["createBooking/request/body/guests/maximum/above"][..]),
        (&[Mistake::NoteOneShort], &["createBooking/request/body/note/maxLength/at"]),
        (&[Mistake::LimitUnchecked], &["listBookings/request/query/limit/maximum/above"]),
        (&[Mistake::TagsUnchecked], &["listBookings/request/query/tag/maxItems/above"]),
        (&[Mistake::ReplayBooksTwice], &["createBooking/idempotency/replay"]),
        (&[Mistake::OtherPayloadTaken], &["createBooking/idempotency/other-payload-refused"]),
        (&[Mistake::TwinsBothBooked], &["createBooking/idempotency/concurrent"]),
        (&[Mistake::KeyNotNeeded], &["createBooking/idempotency/missing-key"]),
        (&[Mistake::OtherStatus], &["createBooking/response/documented"]),
        (&[Mistake::SchemaBroken], &["getBooking/response/schema"]),
        (&[Mistake::NoTokenNeeded], &["getBooking/credentials/missing"]),
        (&[Mistake::AnyTokenTaken], &["listBookings/credentials/made-up"]),
        (&[Mistake::MalformedBreaksDown], &["createBooking/robustness/malformed-body"]),
        (&[Mistake::PlainProblems], &["createBooking/response/documented-malformed"]),
        (&[Mistake::AnyMethod], &["getBooking/robustness/unserved-method"]),
        (
            &[Mistake::OneGuestMore, Mistake::NoTokenNeeded, Mistake::ReplayBooksTwice],
            &[
                "createBooking/request/body/guests/maximum/above",
                "createBooking/credentials/missing",
                "createBooking/idempotency/replay-one-effect",
            ],
        ),
    ] {
        let report = judged(mistakes).await;
        let found = broken(&report);
        for id in wanted {
            assert!(found.contains(id), "{mistakes:?} is not noticed by {id}: {found:#?}");
        }
    }
}

#[test]
fn what_a_request_cannot_show_makes_no_case() {
    let suite = suite();
    let ids: Vec<&str> = suite.cases.iter().map(|case| case.id.as_str()).collect();
    for id in [
        "createBooking/request/header/Idempotency-Key/maxLength/above",
        "createBooking/request/header/Idempotency-Key/required/missing",
        "createBooking/request/body/contact/friend/name/minLength/below",
        "listBookings/request/query/limit/type/string",
        "listBookings/request/query/price/from/type/string",
        "getBooking/request/path/bookingId/pattern/mismatch",
    ] {
        assert!(ids.contains(&id), "{id} is missing in {ids:#?}");
    }
    for id in [
        // A number in a query is a text as well, and an empty list is not there.
        "createBooking/request/header/Idempotency-Key/type/integer",
        "listBookings/request/query/limit/type/null",
        // A path without its parameter is another path.
        "getBooking/request/path/bookingId/required/missing",
        "getBooking/request/path/required/missing",
        // Header fields hold no such text.
        "createBooking/request/header/Idempotency-Key/type/text-emoji",
        "createBooking/request/header/Idempotency-Key/maxLength/at-two-byte",
        // The target gives the id.
        "createBooking/request/body/id/type/integer",
    ] {
        assert!(!ids.contains(&id), "{id} cannot be seen by the target");
    }
    let refused = |id: &str| ids.iter().any(|known| known.starts_with(id));
    assert!(!refused("listBookings/request/query/type"), "a query is always an object");
}
