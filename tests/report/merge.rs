use crate::build::every_verdict;
use proofmark::report::json;
use proofmark::report::merge::merge;
use proofmark::report::model::{CodeCoverage, Coverage, Overall, Report, RowState, StatusCoverage, Totals};
use proptest::prelude::*;

/// The whole run cut into `of` shards, `place` says where each case goes.
fn split(whole: &Report, of: usize, place: &[usize]) -> Vec<(String, Report)> {
    (0..of)
        .map(|nth| {
            let here = |index: usize| place[index % place.len()] % of == nth;
            let cases: Vec<_> = whole.cases.iter().filter(|case| here(case.index)).cloned().collect();
            // A row has the state of the whole where its cases are, and elsewhere nothing has brought it about.
            let state = |at: usize, state: Option<RowState>| match state {
                Some(RowState::ProvokedRight | RowState::ProvokedWrong) if !here(at) => {
                    Some(RowState::NeverProvoked)
                }
                other => other,
            };
            let codes = whole.coverage.codes.iter().enumerate().filter_map(|(at, code)| {
                let seen = if here(at) { code.seen } else { 0 };
                // What the contract does not document is listed only where it was seen.
                (code.documented || seen > 0).then(|| CodeCoverage {
                    seen,
                    state: state(at, code.state),
                    ..code.clone()
                })
            });
            let statuses = whole.coverage.statuses.iter().enumerate().filter_map(|(at, status)| {
                let seen = if here(at) { status.seen } else { 0 };
                (at < 2 || seen > 0).then(|| StatusCoverage {
                    seen,
                    state: state(at, status.state),
                    ..status.clone()
                })
            });
            let boundaries = whole.coverage.boundaries.iter().enumerate().map(|(at, boundary)| {
                let mut boundary = boundary.clone();
                boundary.exercised &= here(at);
                boundary
            });
            let shard = Report {
                shard: Some(format!("{}/{of}", nth + 1)),
                exchanges: cases.iter().map(|case| case.exchanges).sum(),
                verdict: Overall::of(&cases),
                totals: Totals::count(&cases),
                cases,
                coverage: Coverage {
                    codes: codes.collect(),
                    statuses: statuses.collect(),
                    boundaries: boundaries.collect(),
                },
                latency: if nth == 0 { whole.latency.clone() } else { vec![] },
                ..whole.clone()
            };
            (format!("shard-{}.json", nth + 1), shard)
        })
        .collect()
}

fn whole() -> Report {
    let mut whole = every_verdict();
    for name in ["ALSO_ODD", "ODD"] {
        whole.coverage.codes.retain(|code| code.code != name);
        let (code, state, unprovokable) = (name.into(), None, None);
        whole.coverage.codes.push(CodeCoverage { code, seen: 3, documented: false, state, unprovokable });
    }
    for name in ["X", "Z"] {
        let (status, state, unprovokable) = (name.into(), None, None);
        whole.coverage.statuses.push(StatusCoverage { status, seen: 2, state, unprovokable });
    }
    whole
}

proptest! {
    #[test]
    fn all_shards_make_the_whole(
        of in 1_usize..=5,
        place in prop::collection::vec(0_usize..60, 9),
        turn in 0_usize..5,
    ) {
        let whole = whole();
        let mut shards = split(&whole, of, &place);
        shards.rotate_left(turn % of);
        prop_assert_eq!(json::to_string(&merge(&shards).unwrap()), json::to_string(&whole));
    }
}

#[test]
fn a_row_is_wrong_where_one_shard_says_so() {
    use RowState::{NeverProvoked, NotProvokable, ProvokedRight, ProvokedWrong};
    for (one, other, merged) in [
        (ProvokedRight, ProvokedWrong, ProvokedWrong),
        (NeverProvoked, ProvokedRight, ProvokedRight),
        (NeverProvoked, NeverProvoked, NeverProvoked),
        (NotProvokable, NotProvokable, NotProvokable),
        (NotProvokable, ProvokedRight, ProvokedRight),
        (NotProvokable, ProvokedWrong, ProvokedWrong),
    ] {
        for pair in [[one, other], [other, one]] {
            let mut shards = split(&whole(), 2, &[0, 1]);
            for ((_, shard), state) in shards.iter_mut().zip(pair) {
                shard.coverage.codes[0].state = Some(state);
                shard.coverage.statuses[0].state = Some(state);
            }
            let coverage = merge(&shards).unwrap().coverage;
            let rows = (coverage.codes[0].state, coverage.statuses[0].state);
            assert_eq!(rows, (Some(merged), Some(merged)), "{pair:?}");
        }
    }
}

#[test]
fn times_are_those_of_the_whole() {
    let mut shards = split(&whole(), 2, &[0, 1]);
    shards[0].1.started = "2026-11-25T03:00:02Z".into();
    shards[0].1.elapsed_ms = 5_000;
    let before = shards[0].1.clone();
    let merged = merge(&shards).unwrap();
    assert_eq!((merged.started.as_str(), merged.elapsed_ms), ("2026-11-25T03:00:00.5Z", 5_000));
    let at = |report: &Report, id: &str| {
        let case = report.cases.iter().find(|case| case.id == id).unwrap();
        case.finding.as_ref().unwrap().minimal[0].at_ms
    };
    let late = before.cases.iter().find(|case| case.finding.is_some()).unwrap().id.clone();
    assert_eq!(at(&merged, &late), at(&before, &late) + 1_500);
}

#[test]
fn what_is_not_one_run_is_refused_by_name() {
    let shards = || split(&whole(), 3, &[0, 1, 2]);
    let with = |change: fn(&mut Vec<(String, Report)>)| {
        let mut shards = shards();
        change(&mut shards);
        merge(&shards).unwrap_err().to_string()
    };
    assert_text!(
        [
            with(Vec::clear),
            with(|shards| shards[1].1.shard = None),
            with(|shards| shards[1].1.shard = Some("4/3".into())),
            with(|shards| shards[1].1.shard = Some("2/4".into())),
            with(|shards| shards[1].1.seed = 7),
            with(|shards| shards[1].1.suite.digest = "blake3:00".into()),
            with(|shards| shards[1].1.tool.version = "0.2.0".into()),
            with(|shards| shards[1].1.target.url = "http://127.0.0.1:2".into()),
            with(|shards| shards[1].1.format = "proofmark.report/2".into()),
            with(|shards| shards[1].1.shard = Some("1/3".into())),
            with(|shards| drop(shards.remove(1))),
            with(|shards| {
                let case = shards[0].1.cases[0].clone();
                shards[1].1.cases.push(case);
            }),
            with(|shards| {
                for (_, shard) in shards.iter_mut() {
                    let label = shard.shard.take().unwrap();
                    shard.shard = Some(label.replace("/3", "/18446744073709551615"));
                }
            }),
        ]
        .join("\n")
    );
}

#[test]
fn an_embedded_target_is_the_same_on_another_port() {
    let mut shards = split(&whole(), 2, &[0, 1]);
    for (nth, (_, shard)) in shards.iter_mut().enumerate() {
        shard.target.embedded = true;
        shard.target.url = format!("http://127.0.0.1:{nth}");
    }
    assert!(merge(&shards).is_ok());
    shards[1].1.target.faults = vec!["lost".into()];
    assert!(merge(&shards).is_err());
}
