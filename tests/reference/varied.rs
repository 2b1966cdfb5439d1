//! The variants: that each differs as it says and sends once all the same.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use proofmark::reference::{credentials, variants};
use reqwest::Method;
use serde_json::json;

use crate::bench::{Bench, Letter, Outcome, burst, fresh_key, outcome, valid, varied, with};

/// The answer once nothing is left open.
async fn settled(bench: &Bench, key: &str) -> Outcome {
    for _ in 0..100 {
        let seen = bench.post(&valid(key)).await;
        if seen.status == "S" {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bench.post(&valid(key)).await
}

/// How many messages the key has delivered, once there is one.
async fn arrived(bench: &Bench, key: &str) -> u64 {
    for _ in 0..100 {
        if bench.count(key).await > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bench.count(key).await
}

#[tokio::test]
async fn every_variant_sends_once() {
    for one in variants() {
        let bench = varied(one.name);
        let key = fresh_key();
        let first = bench.post(&valid(&key)).await;
        let second = settled(&bench, &key).await;
        assert!(["S", "A", "U"].contains(&first.status.as_str()), "{}", one.name);
        assert!(second.is(200, "S", "SUCCESS"), "{}", one.name);
        assert!(first.message_id.is_none() || first.message_id == second.message_id, "{}", one.name);
        assert_eq!(bench.post(&valid(&key)).await, second, "{}", one.name);
        bench.post(&with(&key, "templates", json!([{ "templateParameters": {} }]))).await;
        assert_eq!(arrived(&bench, &key).await, 1, "{}", one.name);
        for bad in [with(&key, "templates", json!([])), with("other", "accessToken", "unknown")] {
            assert_eq!(bench.post(&bad).await.status, "F", "{}", one.name);
        }
        assert_eq!(bench.count("other").await, 0, "{}", one.name);
    }
}

#[tokio::test]
async fn http_1_is_refused_where_http_2_alone_is_spoken() {
    let newer = varied("http2-only");
    let bench = Bench { http: reqwest::Client::builder().no_proxy().http1_only().build().unwrap(), ..newer };
    let answer = Letter::new(valid(&fresh_key()).to_string()).send(&bench).await;
    assert_eq!((answer.status().as_u16(), answer.version()), (505, reqwest::Version::HTTP_11));
}

#[tokio::test]
async fn variants_answer_as_named() {
    let key = fresh_key();
    assert_eq!(varied("accept-then-success").post(&valid(&key)).await.status, "A");
    assert_eq!(varied("unknown-then-success").post(&valid(&key)).await.status, "U");
    assert_eq!(varied("malformed-body-as-400").raw("{").await.http, 400);
    let post = Letter { method: Method::PUT, ..Letter::new("{}") };
    let seen = outcome(post.send(&varied("transport-errors-as-200")).await).await;
    assert!(seen.is(200, "F", "PARAM_ILLEGAL"));
    let stored = varied("stored-answer-for-other-body");
    let first = stored.post(&valid(&key)).await;
    assert_eq!(stored.post(&with(&key, "accessToken", credentials().token_second)).await, first);
    let pinned = varied("pins-business-failures");
    pinned.post(&with(&key, "templateCode", "NO_SUCH_TEMPLATE")).await;
    assert!(pinned.post(&valid(&key)).await.is(200, "F", "REPEAT_REQ_INCONSISTENT"));
    assert_eq!(varied("longest-message-id").post(&valid(&key)).await.message_id.unwrap().len(), 258);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_twin_may_be_told_to_come_back() {
    let bench = varied("twin-answered-unknown");
    let key = fresh_key();
    let seen = burst(&bench, &valid(&key), 16).await;
    assert!(seen.iter().all(|one| one.is(200, "S", "SUCCESS") || one.is(200, "U", "UNKNOWN_EXCEPTION")));
    assert_eq!(seen.iter().filter_map(|one| one.message_id.clone()).collect::<HashSet<_>>().len(), 1);
    assert_eq!(bench.count(&key).await, 1);
}

/// Sixty requests at once, of which some are taken; the others are not, and leave no trace.
#[tokio::test]
async fn a_wallet_may_limit_the_rate() {
    for name in ["limits-rate-by-code", "limits-rate-by-429"] {
        let bench = varied(name);
        let key = fresh_key();
        let letter = Letter::new(valid(&key).to_string());
        let sealed: Vec<_> = (0..60).map(|_| letter.sealed(&bench)).collect();
        let sent = join_all(sealed.into_iter().map(reqwest::RequestBuilder::send)).await;
        let (mut taken, mut busy) = (0, 0);
        for response in sent {
            let response = response.unwrap();
            let limited = response.status() == 429;
            if limited {
                assert_eq!(response.headers()["retry-after"], "0");
                busy += 1;
                continue;
            }
            let outcome = outcome(response).await;
            let limited = outcome.is(200, "F", "REQUEST_TRAFFIC_EXCEED_LIMIT");
            assert!(limited || outcome.is(200, "S", "SUCCESS"), "{name}: {outcome:?}");
            if limited {
                busy += 1;
            } else {
                taken += 1;
            }
        }
        assert!(taken >= 10 && busy >= 10, "{name}: {taken} taken, {busy} told to wait");
        assert_eq!(bench.count(&key).await, 1);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(bench.post(&valid(&fresh_key())).await.is(200, "S", "SUCCESS"), "{name}");
    }
}
