//! Answers of a target: every law judges them, and what comes of that is written in every form.

use super::now;
use super::outputs::{BASE, all};
use super::suites::{BUILTIN, BY_HTTP};
use bytes::Bytes;
use proofmark::case::suite::Suite;
use proofmark::case::{Case, build};
use proofmark::config::secret::Secret;
use proofmark::config::{Config, Limits};
use proofmark::contract::Operation;
use proofmark::embedded;
use proofmark::exchange::pack::packed;
use proofmark::exchange::stand_in::Restorer;
use proofmark::exchange::{EffectCount, Exchange, History, NoAnswer, Request, Response, SignatureCheck};
use proofmark::law::hearing::{Called, Hearing, Schemas};
use proofmark::law::{Breach, Judgement, judge};
use proofmark::report::model::{CaseReport, Finding, Report, Verdict};
use proofmark::target::compose::Composer;
use proofmark::target::curl::Writer;
use proofmark::target::keep::Keeper;
use proofmark::target::redact::{Redactor, Secrets};
use proofmark::target::stamp::Stamps;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

/// What the tokens that are sent begin with: none of them may be shown.
const SECRET: &str = "canary-4711-of-a-token";
/// The digits that all keys of a run have in common.
const NONCE: &str = "00000001";
/// What stands between two answers.
const NEXT: u8 = 0x1e;
/// How many requests of a case are answered.
const REQUESTS: usize = 12;

/// A suite, and what is sent for each of its cases.
struct Bench {
    suite: &'static Suite,
    schemas: BTreeMap<String, Schemas>,
    config: Config,
    secrets: Arc<Secrets>,
    sent: Vec<OnceLock<Vec<Exchange>>>,
}

static BENCHES: LazyLock<[Bench; 2]> = LazyLock::new(|| [Bench::new(&BUILTIN), Bench::new(&BY_HTTP)]);

/// Takes two bytes for a case and one for how it was answered; what follows are the answers, each a status line, header
/// fields and a body as HTTP/1.1 has them, or in short.
pub fn response(data: &[u8]) {
    let Some((&[which, place, how], answers)) = data.split_first_chunk::<3>() else { return };
    let bench = &BENCHES[usize::from(which & 1)];
    let at = usize::from(which >> 1) << 8 | usize::from(place);
    let at = at % bench.suite.cases.len();
    let case = &bench.suite.cases[at];
    let mut history = History { exchanges: bench.sent(at).to_vec(), ..History::default() };
    let answers: Vec<&[u8]> = answers.split(|byte| *byte == NEXT).collect();
    for (index, exchange) in history.exchanges.iter_mut().enumerate() {
        let answer = answers[index % answers.len()];
        exchange.outcome = read(answer, how);
        exchange.signature = check(how);
        exchange.superseded = how & 64 != 0 && index == 0;
    }
    if how & 32 != 0 {
        let counted = history.exchanges.iter().take(2).map(|sent| EffectCount {
            role: sent.role.clone(),
            copy: sent.copy,
            count: if place & 1 == 0 { Ok(u64::from(place)) } else { Err(lossy(answers[0])) },
        });
        history.effects = counted.collect();
    }
    bench.judge(case, &history);
}

/// An answer, or why there is none.
fn read(answer: &[u8], how: u8) -> Result<Response, NoAnswer> {
    if answer.is_empty() {
        let all =
            [NoAnswer::Unreachable, NoAnswer::Timeout, NoAnswer::Closed, NoAnswer::Malformed, NoAnswer::Cut];
        return Err(all[usize::from(how) % all.len()]);
    }
    let end = answer.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((answer, &[][..]), |end| (&answer[..end], &answer[end + 2..]));
    let head = lossy(head);
    let mut lines = head.split('\n');
    let status = lines.next().and_then(|line| line.split(' ').find_map(|word| word.parse().ok()));
    let fields = lines.filter_map(|line| line.split_once(':'));
    let headers = fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let body = if how & 16 == 0 { Bytes::copy_from_slice(body) } else { packed(body).into() };
    Ok(Response::new(status.unwrap_or(200), headers, body, how & 8 != 0))
}

fn check(how: u8) -> SignatureCheck {
    match how & 7 {
        0..3 => SignatureCheck::Valid,
        3 => SignatureCheck::Absent,
        4 => SignatureCheck::Invalid,
        5 => SignatureCheck::Misencoded("base64url"),
        _ => SignatureCheck::Unchecked,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every operation that a step can call.
fn callable(suite: &Suite) -> impl Iterator<Item = &Operation> {
    suite.contract.ids().filter_map(|id| suite.contract.operation(id))
}

impl Bench {
    fn new(suite: &'static Suite) -> Self {
        let mut config = embedded::config("http://127.0.0.1:1", Limits::default());
        for (name, secret) in &mut config.secrets {
            *secret = Secret::new(name, format!("{SECRET}-{name}"));
        }
        config.supplies.clear();
        let schemas = callable(suite).map(|called| (called.id.clone(), Schemas::new(called))).collect();
        let sent = suite.cases.iter().map(|_| OnceLock::new()).collect();
        let secrets = Arc::new(Secrets::of(&config, NONCE));
        Self { suite, schemas, config, secrets, sent }
    }

    fn operation(&self, id: &str) -> &'static Operation {
        self.suite.contract.operation(id).expect("a case is of an operation")
    }

    /// What is sent for a case, without answers.
    fn sent(&self, at: usize) -> &[Exchange] {
        let case = &self.suite.cases[at];
        self.sent[at].get_or_init(|| {
            let operation = self.operation(&case.operation);
            let generator = &self.suite.generators[&case.operation];
            let script = build::script(case, operation, generator, 1, 0).unwrap_or_default();
            let (stamps, keys) = (Stamps::new(1), BTreeMap::new());
            let composer = Composer {
                contract: &self.suite.contract,
                operation,
                config: &self.config,
                signing_keys: &keys,
                stamps: &stamps,
                base: "",
                label: case.id.clone(),
            };
            let mut keys = BTreeMap::new();
            let mut sent = Vec::new();
            for step in &script.0 {
                for (copy, draft) in composer.row(step, &mut keys, &[]).into_iter().enumerate() {
                    if sent.len() == REQUESTS {
                        return sent;
                    }
                    let headers = now(composer.headers(step, &draft)).expect("nothing is signed");
                    let at = Duration::from_millis(10 * sent.len() as u64);
                    sent.push(Exchange {
                        role: step.role.clone(),
                        operation: composer.called(step).id.clone(),
                        copy,
                        request: Request {
                            method: draft.method,
                            url: format!("http://127.0.0.1:1{}", draft.path),
                            headers,
                            body: draft.body.slice(..draft.body.len().min(1 << 12)),
                            hooked: None,
                        },
                        outcome: Err(NoAnswer::Cut),
                        signature: SignatureCheck::Unchecked,
                        at,
                        elapsed: Duration::from_millis(5),
                        superseded: false,
                    });
                }
            }
            sent
        })
    }

    fn judge(&self, case: &Case, history: &History) {
        let operation = self.operation(&case.operation);
        let others = callable(self.suite).filter(|other| other.id != operation.id);
        let others: Vec<Called<'_>> =
            others.map(|operation| Called { operation, schemas: &self.schemas[&operation.id] }).collect();
        let schemas = &self.schemas[&case.operation];
        let hearing = Hearing { operation, schemas, others: &others, history };
        let judgement = judge(&case.rule, &hearing);
        assert_eq!(judge(&case.rule, &hearing), judgement, "a law says one thing, and then another");
        let redactor = Redactor::new(&self.secrets, operation).of(history);
        self.kept(&redactor, history);
        let mut written = all(&self.report(case, &judgement, history, &redactor));
        written.push(format!("{:?}", self.config));
        let shown = written.iter().find(|text| self.is_shown(text));
        assert_eq!(shown, None, "a secret is shown");
    }

    /// Whether a text holds a token as it is.
    fn is_shown(&self, text: &str) -> bool {
        self.config.secrets.values().any(|secret| text.contains(secret.expose()))
    }

    /// What a journal keeps of a history is read back, and no secret with it.
    fn kept(&self, redactor: &Redactor, history: &History) {
        let mut keeper = Keeper::new(redactor, &[], history);
        let kept: Vec<_> = history.exchanges.iter().map(|exchange| keeper.exchange(exchange)).collect();
        let text = serde_json::to_string(&kept).expect("what is kept is JSON");
        assert!(!self.is_shown(&text), "a secret is kept: {text}");
        let restorer = Restorer::new(&keeper.used());
        for (kept, sent) in kept.iter().zip(&history.exchanges) {
            let restored = kept.restore(&restorer).expect("what is kept is restored");
            assert_eq!(restored.role, sent.role);
            let status = |exchange: &Exchange| exchange.response().map(|response| response.status);
            assert_eq!(status(&restored), status(sent));
        }
    }

    /// A report of the one case.
    fn report(&self, case: &Case, judgement: &Judgement, history: &History, redactor: &Redactor) -> Report {
        let (verdict, reason) = match judgement {
            Judgement::Held(reason) => (Verdict::Pass, reason),
            Judgement::Undecided(reason) => (Verdict::Inconclusive, reason),
            Judgement::Blocked(reason) => (Verdict::Error, reason),
            Judgement::Broken(breach) => (Verdict::Fail, &breach.summary),
        };
        let finding = match judgement {
            Judgement::Broken(breach) => Some(self.finding(case, breach, history, redactor)),
            _ => None,
        };
        let case = CaseReport {
            id: case.id.clone(),
            index: 0,
            operation: case.operation.clone(),
            title: case.title.clone(),
            clause: case.clause.clone(),
            level: case.level,
            law: case.law,
            traits: proofmark::case::traits::of(case),
            verdict,
            reason: redactor.text(reason),
            exchanges: history.exchanges.len(),
            elapsed_ms: 1,
            finding,
            source: None,
            left_out: false,
            flaky: None,
            excused: None,
        };
        Report { cases: vec![case], ..BASE.clone() }
    }

    fn finding(&self, case: &Case, breach: &Breach, history: &History, redactor: &Redactor) -> Finding {
        let operation = self.operation(&case.operation);
        let (config, nonce) = (&self.config, NONCE);
        let writer = Writer { operation, config, prefix: "", secrets: &[], nonce, first: true, step: None };
        let shown = breach.show.iter().map(|at| &history.exchanges[*at]);
        Finding {
            summary: redactor.text(&breach.summary),
            expected: redactor.text(&breach.expected),
            observed: redactor.text(&breach.observed),
            fingerprint: redactor.text(&format!("{}/{}/{}", case.operation, breach.rule, breach.place)),
            rule: breach.rule.to_owned(),
            place: redactor.text(&breach.place),
            code: None,
            minimal: shown.map(|exchange| redactor.record(exchange, &writer)).collect(),
            timeline: Vec::new(),
            repeats: None,
            script: None,
        }
    }
}
