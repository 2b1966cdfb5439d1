//! Rate and concurrency, as the target sees them.

use crate::gauge::Gauge;
use crate::support::{Place, Serve, ids};
use serde_json::Value;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// A wallet, a gauge before it, and the configuration that names the gauge everywhere, its probe included.
fn measured(place: &Place, more: &str, hold: Duration) -> (Serve, Gauge) {
    let serve = Serve::start(place, more);
    let gauge = Gauge::start(&serve.url, hold);
    let toml = place.read("conf/proofmark.toml").replace(&serve.url, &gauge.url);
    place.write("conf/p.toml", toml);
    (serve, gauge)
}

fn run(place: &Place, line: &str) -> Value {
    let done = place.run(&format!("run --config conf/p.toml --report json=r.json {line}"));
    assert!(matches!(done.code, Some(0 | 1)), "{}", done.all());
    place.json("r.json")
}

/// No second holds more requests than the rate. While this process is kept from looking, requests pile up in front of
/// it that came apart, which is no fault of who sent them; on a machine that has time for it, that allows for nothing.
#[track_caller]
fn keeps(gauge: &Gauge, rate: usize) {
    let blind = usize::try_from(gauge.stall().as_millis().saturating_sub(10)).unwrap() * rate / 1_000;
    let busiest = gauge.busiest(SECOND);
    assert!(busiest <= rate + blind, "{busiest} requests in a second, blind for {:?}", gauge.stall());
}

/// Bursts, programs, twins, probes, requests that are cut off, replays at the end, the greeting and the search for a
/// smaller request all count.
#[test]
fn no_second_holds_more_requests_than_the_rate() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "--fault race-without-lock", Duration::ZERO);
    let only = "--only sendInbox/idempotency/*";
    let report = run(&place, &format!("{only} --rate 40 --samples 1 --retention 2s"));
    assert!(ids(&report, "fail").contains(&"sendInbox/idempotency/burst-agrees".to_owned()), "{report:#}");
    assert!(gauge.requests() > 200, "{}", gauge.requests());
    keeps(&gauge, 40);
    // And not much fewer, where bursts take twice the time that is theirs.
    let asked = f64::from(u32::try_from(gauge.requests()).unwrap()) / gauge.span().as_secs_f64();
    assert!(asked > 16.0, "{asked} requests a second");
}

/// The pace is even: in a tenth of a second comes a tenth of what a second allows, and the one that begins it.
#[test]
fn the_pace_is_even() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "", Duration::ZERO);
    run(&place, "--only sendInbox/request/requestId/* --rate 50");
    assert!(gauge.requests() > 30, "{}", gauge.requests());
    let blind = usize::try_from(gauge.stall().as_millis() / 20 + 1).unwrap();
    assert!(gauge.busiest(SECOND / 10) <= 5 + blind, "{}", gauge.busiest(SECOND / 10));
    keeps(&gauge, 50);
}

/// Single-use codes are asked for at the target itself, for most cases one.
#[test]
fn a_supply_of_credentials_keeps_to_the_rate() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "", Duration::ZERO);
    run(&place, "--suite applyToken --only applyToken/flow/* --rate 25");
    assert!(gauge.requests() > 20, "{}", gauge.requests());
    keeps(&gauge, 25);
}

#[test]
fn no_more_requests_are_open_than_the_concurrency() {
    for most in [2, 5, 16] {
        let place = Place::new();
        let (_serve, gauge) = measured(&place, "", Duration::from_millis(15));
        run(&place, &format!("--concurrency {most}"));
        // There is a burst of as many.
        assert_eq!(gauge.most(), most);
    }
}

/// The configuration is as good as the command line, and a rate that a burst would break cuts it as well.
#[test]
fn the_configuration_limits_as_well() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "", Duration::from_millis(15));
    let toml = place.read("conf/p.toml");
    place.write("conf/p.toml", format!("{toml}\n[limits]\nconcurrency = 4\nrate = 60\n"));
    let report = run(&place, "--only sendInbox/idempotency/* --only sendInbox/robustness/*");
    assert!(ids(&report, "skipped").is_empty() && ids(&report, "fail").is_empty(), "{report:#}");
    assert_eq!(gauge.most(), 4);
    keeps(&gauge, 60);
}

/// A case that needs two requests at once says so where that is not allowed, and claims nothing.
#[test]
fn one_at_a_time_skips_what_takes_two() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "", Duration::from_millis(2));
    for limit in ["--concurrency 1", "--rate 1 --only sendInbox/idempotency/burst-*"] {
        let done = place.run(&format!("run --config conf/p.toml --report json=r.json {limit}"));
        let report = place.json("r.json");
        let skipped = ids(&report, "skipped");
        assert!(skipped.contains(&"sendInbox/idempotency/burst-agrees".to_owned()), "{skipped:?}");
        for case in report["cases"].as_array().unwrap().iter().filter(|case| case["verdict"] == "skipped") {
            let wanted = "it takes 2 requests at the same time, and --concurrency or --rate allows 1";
            assert_eq!(
                (case["reason"].as_str(), case["exchanges"].as_u64()),
                (Some(wanted), Some(0)),
                "{case}"
            );
        }
        assert!(ids(&report, "fail").is_empty(), "{}", done.all());
        if limit.starts_with("--concurrency") {
            assert_eq!((gauge.most(), done.code), (1, Some(0)), "{}", done.all());
        }
    }
}

/// A limit above every burst changes nothing, and one below changes the bursts alone.
#[test]
fn a_burst_is_cut_to_the_limit_and_still_shows_a_race() {
    let place = Place::new();
    let (_serve, gauge) = measured(&place, "--fault race-without-lock", Duration::ZERO);
    let report = run(&place, "--only sendInbox/idempotency/burst-agrees --concurrency 2 --repeats 0");
    assert_eq!(ids(&report, "fail"), ["sendInbox/idempotency/burst-agrees"]);
    assert_eq!(gauge.most(), 2);
}
