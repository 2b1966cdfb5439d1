//! Reports made by hand.

use proofmark::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use proofmark::report::model::{
    BoundaryCoverage, CaseReport, CodeCoverage, Coverage, FORMAT, Finding, Latency, Law, Level, Moment,
    Overall, Report, RowState, StatusCoverage, SuiteInfo, TargetInfo, ToolInfo, Totals, Verdict,
};

pub(crate) fn header(name: &str, value: &str) -> HeaderRecord {
    HeaderRecord { name: name.into(), value: value.into() }
}

pub(crate) fn exchange(role: &str, body: &str, status: u16, answer: &str) -> ExchangeRecord {
    let url = "http://127.0.0.1:4010/v1/orders?dry=1".to_owned();
    ExchangeRecord {
        role: role.into(),
        at_ms: 1_250,
        curl: format!(
            "curl -sS -X POST '{url}' -H 'content-type: application/json' -H \"authorization: $TOKEN\" --data-raw '{body}'"
        ),
        request: RequestRecord {
            method: "POST".into(),
            url,
            headers: vec![
                header("content-type", "application/json"),
                header("authorization", "«redacted:TOKEN»"),
            ],
            body: BodyRecord::Text(body.into()),
        },
        response: ResponseRecord {
            status: Some(status),
            headers: vec![header("Content-Type", "application/json;charset=UTF-8")],
            body: Some(BodyRecord::Text(answer.into())),
            no_answer: None,
            elapsed_ms: 12,
        },
    }
}

pub(crate) fn finding(fingerprint: &str, summary: &str, minimal: Vec<ExchangeRecord>) -> Finding {
    Finding {
        summary: summary.into(),
        expected: "the answer is status F with the code BAD_FIELD, for the length is counted in code points"
            .into(),
        observed: "status S".into(),
        fingerprint: fingerprint.into(),
        rule: String::new(),
        place: String::new(),
        code: None,
        minimal,
        timeline: Vec::new(),
        repeats: None,
        script: None,
    }
}

pub(crate) fn case(id: &str, law: Law, verdict: Verdict, reason: &str) -> CaseReport {
    let level = if verdict == Verdict::Warn { Level::Should } else { Level::Must };
    CaseReport {
        id: id.into(),
        index: 0,
        operation: id.split('/').next().unwrap().into(),
        title: "a value just beyond the bound".into(),
        clause: "Orders v1 §2: customer is a string of at most 64 characters".into(),
        level,
        law,
        traits: Vec::new(),
        verdict,
        reason: reason.into(),
        exchanges: usize::from(verdict != Verdict::Skipped),
        elapsed_ms: 20,
        finding: None,
        source: None,
        left_out: false,
        flaky: None,
    }
}

pub(crate) fn broken(id: &str, law: Law, verdict: Verdict, finding: Finding) -> CaseReport {
    CaseReport { finding: Some(finding), ..case(id, law, verdict, "the answer contradicts the clause") }
}

/// The times of some answers, in microseconds.
pub(crate) fn latency(operation: &str, times: &[u64]) -> Latency {
    let mut latency = Latency::new(operation);
    for us in times {
        latency.record(std::time::Duration::from_micros(*us));
    }
    latency
}

/// A report of some cases in plan order, its totals and verdict counted.
pub(crate) fn report(cases: Vec<CaseReport>) -> Report {
    let mut cases = cases;
    for (index, case) in cases.iter_mut().enumerate() {
        case.index = index;
    }
    let code = |code: &str, seen, state: Option<RowState>| CodeCoverage {
        code: code.into(),
        seen,
        documented: state.is_some(),
        state,
        unprovokable: None,
    };
    let status = |status: &str, seen, state| StatusCoverage {
        status: status.into(),
        seen,
        state: Some(state),
        unprovokable: None,
    };
    let boundary = |side: &str, exercised| BoundaryCoverage {
        operation: "createOrder".into(),
        pointer: "/customer".into(),
        keyword: "maxLength".into(),
        side: side.into(),
        exercised,
    };
    Report {
        format: FORMAT.into(),
        suite: SuiteInfo {
            name: "Orders".into(),
            version: "1.2.0".into(),
            digest: format!("blake3:{}", "ab".repeat(32)),
            dialect: None,
        },
        tool: ToolInfo { name: "proofmark".into(), version: "0.1.0".into() },
        target: TargetInfo {
            url: "http://127.0.0.1:4010".into(),
            embedded: false,
            faults: vec![],
            http: None,
            proxy: false,
        },
        seed: 42,
        shard: None,
        started: "2026-11-25T03:00:00.5Z".into(),
        elapsed_ms: 830,
        exchanges: cases.iter().map(|case| case.exchanges).sum(),
        verdict: Overall::of(&cases),
        totals: Totals::count(&cases),
        cases,
        coverage: Coverage {
            codes: vec![
                code("SUCCESS", 12, Some(RowState::ProvokedRight)),
                code("BAD_FIELD", 0, Some(RowState::NeverProvoked)),
                CodeCoverage {
                    unprovokable: Some("only a failure of the shop leads to it".into()),
                    ..code("BROKEN", 0, Some(RowState::NotProvokable))
                },
                code("ODD", 1, None),
            ],
            statuses: vec![status("S", 12, RowState::ProvokedWrong), status("F", 0, RowState::NeverProvoked)],
            boundaries: vec![boundary("at", true), boundary("above", false)],
        },
        latency: vec![latency("createOrder", &[400, 900, 900, 1_250, 20_000])],
    }
}

/// Every verdict, a shared cause, a history of several exchanges, no answer, and a binary answer.
pub(crate) fn every_verdict() -> Report {
    let long = exchange("send", "{\"customer\":\"aaaa\"}", 200, "{\"status\":\"S\"}");
    let bounds = "createOrder/shape/maxLength/customer";
    let refused = "a customer of 65 characters is accepted";
    let mut silent = exchange("replay", "{\"key\":\"1\"}", 200, "");
    silent.response.status = None;
    silent.response.body = None;
    silent.response.headers.clear();
    silent.response.no_answer = Some("the connection was closed after 0 bytes".into());
    let mut binary = exchange("replay", "{\"key\":\"1\"}", 502, "");
    binary.response.body = Some(BodyRecord::Base64("AP//gA==".into()));
    binary.request.body = BodyRecord::Base64("gIE=".into());
    let history = vec![exchange("first", "{\"key\":\"1\"}", 200, "{\"id\":\"m-1\"}"), silent, binary];
    report(vec![
        case("createOrder/request/customer/maxLength/at", Law::Shape, Verdict::Pass, "held"),
        broken(
            "createOrder/idempotency/replay-same-result",
            Law::Idempotency,
            Verdict::Fail,
            finding("createOrder/idempotency/replay/no-answer", "a replayed order is not answered", history),
        ),
        broken(
            "createOrder/request/customer/maxLength/above",
            Law::Shape,
            Verdict::Fail,
            finding(bounds, refused, vec![long.clone()]),
        ),
        broken(
            "createOrder/request/customer/maxLength/above-two-byte",
            Law::Shape,
            Verdict::Fail,
            finding(bounds, refused, vec![long.clone()]),
        ),
        broken(
            "createOrder/header/content-type/charset",
            Law::Header,
            Verdict::Warn,
            finding("createOrder/header/charset", "the answer names no charset", vec![long]),
        ),
        case("createOrder/status/retry", Law::Status, Verdict::Inconclusive, "the target never answered U"),
        case("createOrder/code/expired", Law::Code, Verdict::Skipped, "tokens.expired is not configured"),
        case(
            "createOrder/code/expired-late",
            Law::Code,
            Verdict::Skipped,
            "tokens.expired is not configured",
        ),
        case(
            "createOrder/robustness/deep",
            Law::Robustness,
            Verdict::Error,
            "the probe could not be read: 404",
        ),
    ])
}

/// Text that tries to leave wherever it is put.
pub(crate) const HOSTILE: &str = "</script><script>alert(1)</script>\"onmouseover=\"alert(2)' ]]> --> \
    ``` </code></pre></details> | @octocat [x](javascript:alert(3)) \u{1b}[31m\u{202e}gnp\u{0}\r\n## verdict: conforms\nPASS  everything";

/// Further texts that try to leave a page: each is put wherever a target has a say.
pub(crate) const ATTACKS: [&str; 12] = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</style><style>*{background:url(http://evil.test/x)}</style>",
    "</title><meta http-equiv=refresh content='0;url=http://evil.test'>",
    "<!-- <script>alert(1)//",
    "'\" autofocus onfocus=alert(1) x=\"",
    "javascript:alert(1)",
    "<base href=http://evil.test/><a href=x>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "</textarea></table></details></main><form action=http://evil.test><button>Copy",
];

/// A report in which everything that a target chooses is hostile.
pub(crate) fn hostile() -> Report {
    hostile_with(HOSTILE)
}

/// A report in which everything that a target chooses, and the ids of its cases, are this text.
pub(crate) fn hostile_with(text: &str) -> Report {
    let mut one = exchange("step", text, 200, text);
    one.role = if text == HOSTILE { "step".into() } else { text.into() };
    one.request.headers.push(header("x-echo", text));
    one.response.headers.push(header(text, text));
    one.curl = format!("curl 'http://x/' --data-raw '{text}'");
    let mut bad = finding(text, text, vec![one.clone(), one]);
    if text == HOSTILE {
        bad.minimal.truncate(1);
    }
    bad.expected = text.into();
    bad.observed = text.into();
    let mut report = report(vec![
        broken("a/fail", Law::Code, Verdict::Fail, bad.clone()),
        broken("a/warn", Law::Code, Verdict::Warn, bad),
        case("a/open", Law::Status, Verdict::Inconclusive, text),
        case("a/skipped", Law::Status, Verdict::Skipped, text),
        case("a/error", Law::Status, Verdict::Error, text),
    ]);
    report.cases[0].title = text.into();
    report.cases[0].clause = text.into();
    report.target.url = format!("http://x/{text}");
    report.suite.name = text.into();
    report.coverage.codes[1].code = text.into();
    report.coverage.codes[2].unprovokable = Some(text.into());
    report.coverage.codes[3].code = text.into();
    if text != HOSTILE {
        for case in &mut report.cases {
            case.id = format!("{}{text}", case.id);
        }
        report.coverage.boundaries[0].pointer = text.into();
        report.coverage.statuses[0].status = text.into();
        report.latency[0].operation = text.into();
        if let Some(finding) = &mut report.cases[0].finding {
            finding.timeline = vec![moment(text, 0), moment(text, 4)];
        }
    }
    report
}

/// One of the requests of a timeline that no order explains.
pub(crate) fn moment(text: &str, at_ms: u64) -> Moment {
    Moment {
        role: text.into(),
        key: Some(text.into()),
        content: text.into(),
        at_ms,
        elapsed_ms: 6,
        answer: text.into(),
        id: Some(text.into()),
        decisive: true,
    }
}
