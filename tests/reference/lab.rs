//! Every fault and every variant shows: the same requests, sent to a wallet with it and to one without, are
//! answered differently somewhere, or delivered differently.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use proofmark::reference::{Settings, credentials, faults, variants};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::time::Duration;

use crate::bench::{
    Bench, Letter, PATH, bench, bench_with, burst, plain_header, valid, verifies, with, without,
};

/// One thing to do to a wallet.
enum Step {
    Send(Box<Letter>),
    /// On a connection of its own.
    Apart(Box<Letter>),
    Burst(String),
    /// Hangs up after a few milliseconds.
    Leave(String),
    Count(String),
    /// For what happens later, or is forgotten.
    Wait(Duration),
}

/// Everything about a response that does not change from run to run.
async fn seen(sent: reqwest::Result<Response>) -> String {
    let Ok(response) = sent else { return "no answer".to_owned() };
    let status = response.status();
    let headers = response.headers().clone();
    let Ok(body) = response.bytes().await else { return format!("{status}, then cut off") };
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| match name.as_str() {
            "date" => String::new(),
            // How far it deviates from the usual form is seen; the moment and the bytes are not.
            "response-time" => format!("response-time of {} bytes", value.len()),
            "signature" => {
                format!("signature of {} bytes, right: {}", value.len(), verifies(&headers, &body))
            }
            name => format!("{name}: {value:?}"),
        })
        .collect();
    lines.sort();
    format!("{status} {lines:?} {}", String::from_utf8_lossy(&body))
}

async fn take(step: &Step, bench: &Bench) -> String {
    match step {
        Step::Send(letter) => seen(letter.sealed(bench).send().await).await,
        Step::Apart(letter) => {
            let http = Client::builder().no_proxy().build().unwrap();
            seen(letter.sealed_by(&http, bench).send().await).await
        }
        Step::Burst(key) => {
            let mut answers: Vec<_> =
                burst(bench, &valid(key), 16).await.into_iter().map(|one| format!("{one:?}")).collect();
            answers.sort();
            answers.dedup();
            format!("{answers:?}")
        }
        Step::Wait(time) => {
            tokio::time::sleep(*time).await;
            String::new()
        }
        Step::Leave(key) => {
            let letter = Letter::new(valid(key).to_string());
            let _ = letter.sealed(bench).timeout(Duration::from_millis(4)).send().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            "left".to_owned()
        }
        Step::Count(key) => bench.count(key).await.to_string(),
    }
}

fn send(body: &Value) -> Step {
    raw(body.to_string())
}

fn raw(body: impl Into<Vec<u8>>) -> Step {
    Step::Send(Box::new(Letter::new(body)))
}

fn bent(key: &str, bend: impl FnOnce(&mut Letter)) -> Step {
    let mut letter = Letter::new(valid(key).to_string());
    bend(&mut letter);
    Step::Send(Box::new(letter))
}

fn fields() -> Vec<Step> {
    let mut steps = Vec::new();
    for (member, limit) in [("accessToken", 128), ("requestId", 128), ("templateCode", 256)] {
        let key = |what: &str| format!("{member}-{what}");
        steps.push(send(&without(&key("missing"), member)));
        steps.extend(
            [json!(null), json!(""), json!(7), json!(true)]
                .map(|value| send(&with(&key("typed"), member, value))),
        );
        steps.push(send(&with(&key("short"), member, "a".repeat(limit - 1))));
        for text in ["a", "é", "😀", "\u{301}"] {
            steps.push(send(&with(&key("at"), member, text.repeat(limit))));
            steps.push(send(&with(&key("above"), member, text.repeat(limit + 1))));
        }
    }
    steps.push(send(&without("templates-missing", "templates")));
    for (at, value) in [json!(null), json!({}), json!([]), json!([7]), json!([{}])].into_iter().enumerate() {
        steps.push(send(&with(&format!("templates-{at}"), "templates", value)));
    }
    for (at, value) in [
        json!(null),
        json!("t"),
        json!([]),
        json!({"a": "é"}),
        json!({"a": "\0"}),
        json!({"a": 7}),
        json!({"a": "😀"}),
        json!({"a": "%s"}),
        json!({"a": "two\nlines"}),
        json!({"a": "123"}),
        json!({"a": "<b>"}),
        json!({"a": "';--"}),
    ]
    .into_iter()
    .enumerate()
    {
        let templates = json!([{ "templateParameters": value }]);
        steps.push(send(&with(&format!("parameters-{at}"), "templates", templates)));
    }
    let good = json!({ "templateParameters": credentials().template_parameters });
    for (count, key) in [(2, "list-2"), (20, "list-20")] {
        let mut templates = vec![good.clone(); count];
        templates[count - 1] = json!({});
        steps.extend([send(&with(key, "templates", templates)), Step::Count(key.to_owned())]);
    }
    steps.push(send(&json!([])));
    steps.push(send(&json!({})));
    steps.push(send(&with("unknown-member", "unknown", 1)));
    steps
}

fn outcomes() -> Vec<Step> {
    let known = credentials();
    let mut steps = vec![send(&valid("sent")), Step::Count("sent".to_owned())];
    for token in [known.token_expired, known.token_unscoped, "made-up"] {
        steps.push(send(&with(token, "accessToken", token)));
        steps.push(Step::Count(token.to_owned()));
    }
    // The same refusals again, under the same key and under others.
    for key in ["again", "again", "again-2", "again-3", "again-4", "again-5", "again-6", "again-7", "again-8"]
    {
        steps.push(send(&without(key, "templates")));
    }
    let mut both = with("both", "accessToken", "made-up");
    both["templateCode"] = json!("");
    steps.push(send(&both));
    steps.push(send(&with("template", "templateCode", "NO_SUCH_TEMPLATE")));
    steps.push(Step::Count("template".to_owned()));
    steps.push(send(&valid("template")));
    steps.push(send(&valid("made-up")));
    steps
}

fn replays() -> Vec<Step> {
    let body = valid("replay");
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    let members: Vec<_> =
        body.as_object().unwrap().iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    let reordered = format!("{{{}}}", members.into_iter().rev().collect::<Vec<_>>().join(","));
    let mut steps = vec![send(&body), send(&body), raw(spaced), raw(reordered)];
    steps.push(Step::Apart(Box::new(Letter::new(body.to_string()))));
    let mut later = Letter::new(body.to_string());
    later.time = Some((jiff::Timestamp::now() - jiff::SignedDuration::from_secs(9)).to_string());
    steps.push(Step::Send(Box::new(later)));
    steps.push(send(&with("replay", "accessToken", credentials().token_second)));
    steps.push(Step::Count("replay".to_owned()));
    // More than one: a duplicate that comes late meets nothing.
    for key in ["burst-1", "burst-2", "burst-3"] {
        steps.push(Step::Burst(key.to_owned()));
        steps.push(Step::Count(key.to_owned()));
    }
    for key in ["left-1", "left-2", "left-3"] {
        steps.extend([Step::Leave(key.to_owned()), send(&valid(key)), Step::Count(key.to_owned())]);
    }
    let long = "k".repeat(127);
    let pairs = [
        ("Key", "key"),
        (" k", "k"),
        ("01", "1"),
        ("\u{e9}", "e\u{301}"),
        (&(long.clone() + "a"), &(long.clone() + "b")),
        (&("k".repeat(64) + "a"), &("k".repeat(64) + "b")),
        (&("j".repeat(36) + "a"), &("j".repeat(36) + "b")),
        (&("i".repeat(32) + "a"), &("i".repeat(32) + "b")),
        (&("h".repeat(100) + "a"), &("h".repeat(100) + "b")),
        ("x y", "x\ty"),
        ("7e3", "7000"),
        ("x+", "x "),
        ("x\0a", "x\0b"),
        ("\u{1f600}", "\u{1f601}"),
        ("plumless", "buckeroo"),
        ("xAa", "xBB"),
    ]
    .map(|(one, other)| [send(&valid(one)), send(&valid(other))]);
    steps.extend(pairs.into_iter().flatten());
    steps.push(send(&body));
    steps
}

/// What only faults that show in nothing before are waited for.
fn late() -> Vec<Step> {
    let second = bent("sent", |letter| letter.client = Some(credentials().second_client_id.to_owned()));
    let wait = Step::Wait(Duration::from_millis(1100));
    vec![second, send(&valid("late")), wait, send(&valid("late")), Step::Count("late".to_owned())]
}

fn gate() -> Vec<Step> {
    let some = |text: &str| Some(text.to_owned());
    vec![
        bent("client-other", |letter| letter.client = some("OTHER")),
        bent("client-none", |letter| letter.client = None),
        bent("time-other", |letter| letter.time = some("noon")),
        bent("time-none", |letter| letter.time = None),
        bent("time-old", |letter| letter.time = some("2019-05-28T12:12:12Z")),
        bent("signature-none", |letter| letter.header = None),
        bent("signature-odd", |letter| letter.header = Some(|_| "odd".to_owned())),
        bent("signature-body", |letter| letter.signed_body = Some(Vec::new())),
        Step::Count("signature-body".to_owned()),
        bent("signature-body-illegal", |letter| {
            letter.body = without("signature-body-illegal", "templates").to_string().into_bytes();
            letter.signed_body = Some(Vec::new());
        }),
        bent("signature-body-token", |letter| {
            let mut body = valid("signature-body-token");
            body["accessToken"] = json!("none");
            letter.body = body.to_string().into_bytes();
            letter.signed_body = Some(Vec::new());
        }),
        bent("signature-path", |letter| letter.signed_target = format!("/api{PATH}")),
        bent("media", |letter| letter.media_type = some("text/plain")),
        bent("get", |letter| letter.method = Method::GET),
        bent("put", |letter| letter.method = Method::PUT),
        bent("delete", |letter| letter.method = Method::DELETE),
        raw(serde_json::to_string_pretty(&valid("white-space")).unwrap()),
        raw(serde_json::to_string_pretty(&without("white-space-illegal", "templates")).unwrap()),
        bent("more", |letter| letter.more = Some(("x-more", "irrelevant"))),
        bent("more-accept", |letter| letter.more = Some(("accept", "application/json"))),
        bent("signature-first", |letter| letter.signature_first = true),
        bent("illegal-more", |letter| {
            letter.body = without("illegal-more", "templates").to_string().into_bytes();
            letter.more = Some(("x-more", "irrelevant"));
        }),
        bent("illegal-late", |letter| {
            letter.body = without("illegal-late", "templates").to_string().into_bytes();
            letter.time = Some((jiff::Timestamp::now() - jiff::SignedDuration::from_secs(60)).to_string());
        }),
        bent("illegal-member", |letter| {
            let mut body = without("illegal-member", "templates");
            body["more"] = json!(1);
            letter.body = body.to_string().into_bytes();
        }),
    ]
}

/// Signatures, times and bytes written in other ways.
fn written() -> Vec<Step> {
    let text = |key: &str| valid(key).to_string();
    let second = credentials().second_client_id;
    let client = credentials().client_id;
    let headers: [fn(&[u8]) -> String; 8] = [
        |signature| plain_header(signature).replace(", ", ","),
        |signature| plain_header(signature).replace("RSA256", "rsa256"),
        |signature| format!("signature={}, keyVersion=1, algorithm=RSA256", STANDARD.encode(signature)),
        |signature| plain_header(signature).replace(" keyVersion=1,", ""),
        |signature| plain_header(signature).replace("keyVersion=1", "keyVersion=2"),
        |signature| plain_header(&signature[1..]),
        |_| plain_header(b""),
        |signature| plain_header(STANDARD.encode(signature).as_bytes()),
    ];
    let mut steps: Vec<Step> =
        headers.map(|header| bent("header", |letter| letter.header = Some(header))).into_iter().collect();
    steps.extend([
        raw(text("slashes").replace('/', "\\/")),
        raw(text("letters").replace('h', "\\u0068")),
        raw(text("newline") + "\n"),
        bent("client", |letter| letter.signed_client = Some(format!("{client}X"))),
        bent("method", |letter| letter.signed_method = Some("PUT")),
        bent("key", |letter| letter.key_of = Some(second)),
    ]);
    let now = jiff::Timestamp::now();
    let face = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let ahead = now + jiff::SignedDuration::from_hours(3);
    let times = [
        format!("{}+03:00", face(ahead)),
        face(now),
        now.as_millisecond().to_string(),
        format!("{}Z", face(ahead)),
    ];
    steps.extend(times.map(|time| bent("time", |letter| letter.time = Some(time))));
    steps
}

/// What HTTP allows, and what it does not.
fn framed() -> Vec<Step> {
    let media = [
        None,
        Some("application/json"),
        Some("APPLICATION/JSON; charset=UTF-8"),
        Some("application/json; charset=\"UTF-8\""),
        Some("application/json; charset=x-unknown"),
    ];
    let mut steps: Vec<Step> = media
        .map(|media| bent("media", |letter| letter.media_type = media.map(ToOwned::to_owned)))
        .into_iter()
        .collect();
    for tail in ["?a=1", "/"] {
        steps.push(bent("tail", |letter| {
            letter.target = format!("{PATH}{tail}");
            letter.signed_target = format!("{PATH}{tail}");
        }));
    }
    for (key, method) in [("head", Method::HEAD), ("options", Method::OPTIONS), ("patch", Method::PATCH)] {
        steps.extend([bent(key, |letter| letter.method = method), Step::Count(key.to_owned())]);
    }
    steps.push(bent("expect", |letter| letter.more = Some(("expect", "100-continue"))));
    steps.push(bent("packed", |letter| letter.more = Some(("content-encoding", "gzip"))));
    steps.push(bent("chunked", |letter| letter.chunked = true));
    steps
}

fn malformed() -> Vec<Step> {
    let text = valid("malformed").to_string();
    let open = &text[..text.len() - 1];
    vec![
        raw(""),
        raw("{"),
        raw("[".repeat(1000)),
        raw([open.as_bytes(), b",\"x\":\"\xff\"}"].concat()),
        raw(format!("{open},\"requestId\":\"malformed\"}}")),
        raw(format!("{text} x")),
        raw(format!("\u{feff}{text}")),
        raw(" ".repeat(300 * 1024)),
    ]
}

async fn transcript(bench: &Bench, steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        lines.push(take(step, bench).await);
    }
    lines
}

/// The first answer that differs from the plain wallet's, if any does.
async fn difference(settings: Settings, steps: &[Step], plain: &[String]) -> Option<String> {
    let bench = bench_with(settings);
    for (step, usual) in steps.iter().zip(plain) {
        let line = take(step, &bench).await;
        if line != *usual {
            return Some(line);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_and_every_variant_shows() {
    // What depends on how many requests came before stands last.
    let steps: Vec<_> = [outcomes(), replays(), fields(), gate(), written(), framed(), malformed(), late()]
        .into_iter()
        .flatten()
        .collect();
    let plain = transcript(&bench(), &steps).await;
    assert_eq!(transcript(&bench(), &steps).await, plain, "a wallet without faults answers alike each time");
    // The other operations are looked at by their own suites.
    let labs = faults()
        .iter()
        .filter(|fault| fault.names("sendInbox"))
        .map(|fault| (fault.name, Settings { faults: vec![fault], ..Settings::default() }))
        .chain(
            variants()
                .iter()
                .filter(|variant| variant.operations.is_empty() || variant.operations.contains(&"sendInbox"))
                // These show in when they answer and under which load: tests of their own look at that.
                .filter(|variant| {
                    !variant.name.starts_with("slow-") && !variant.name.starts_with("limits-rate")
                })
                .map(|variant| (variant.name, Settings { variants: vec![variant], ..Settings::default() })),
        );
    let silent: Vec<_> = futures_util::stream::iter(labs)
        .map(async |(name, settings)| {
            // What shows in twins that overlap needs luck, of which a busy machine has less.
            let mut shown = None;
            for _ in 0..3 {
                shown = shown.or(difference(settings.clone(), &steps, &plain).await);
                if shown.is_some() {
                    break;
                }
            }
            (name, shown)
        })
        .buffer_unordered(4)
        .filter_map(async |(name, shown)| shown.is_none().then_some(name))
        .collect()
        .await;
    assert!(silent.is_empty(), "{silent:?}");
}
