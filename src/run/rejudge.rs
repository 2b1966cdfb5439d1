//! Judging the histories of a journal again, by the same laws.
//!
//! What a report says of a case is held against what the laws say of the histories that the case was judged by: the
//! verdict, the reason, and of a finding all that names it. Nothing is sent.

use super::coverage;
use super::finding::cut_text;
use super::hear::{AllSchemas, again};
use super::journal::{Heard, Journal, Purpose, Said, Word};
use super::judged::Judged;
use super::model::{CaseReport, Coverage, Finding, Verdict};
use super::samples::{Ending, Samples, aged, broken};
use crate::case::Case;
use crate::case::model::Plan;
use crate::case::suite::Suite;
use crate::exchange::kept::{KeptBody, KeptOutcome};
use crate::exchange::pack::unpacked;
use crate::exchange::record::{BodyRecord, ExchangeRecord};
use crate::exchange::stand_in::unnumbered;
use crate::law::{Breach, Judgement};
use crate::target::redact::{RUN_MARK, SHOWN};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// What the laws make of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They say what the report says. Of a case for which nothing had to be judged, such as one that was skipped, they
    /// say nothing else.
    Agrees,
    /// They say something else.
    Differs {
        /// What they say of the histories.
        laws: String,
        /// What the report says.
        report: String,
    },
    /// Its histories cannot be judged; why.
    Unjudgeable(String),
}

/// A case that was judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejudged {
    /// The case's id.
    pub id: String,
    /// What the laws make of it.
    pub agreement: Agreement,
}

/// Judges cases of a report by the histories of a journal, in the order of the report. Those that the journal says
/// were judged and the report leaves out follow.
///
/// # Errors
/// The journal is of another suite; what differs, in one sentence.
pub fn rejudge(suite: &Suite, journal: &Journal, cases: &[CaseReport]) -> Result<Vec<Rejudged>, String> {
    if journal.started.suite.digest != suite.digest {
        return Err(format!(
            "the journal is of the suite {}, and this one is {}",
            journal.started.suite.digest, suite.digest
        ));
    }
    let schemas = AllSchemas::new(&suite.contract);
    let bench = Bench { suite, journal, schemas: &schemas };
    let told = cases.iter().map(|told| Rejudged { id: told.id.clone(), agreement: bench.case(told) });
    let mut all: Vec<Rejudged> = told.collect();
    let left_out =
        journal.judged.values().filter(|judged| cases.iter().all(|told| told.id != judged.report.id));
    all.extend(left_out.map(|judged| Rejudged {
        id: judged.report.id.clone(),
        agreement: Agreement::Differs {
            laws: format!("the journal says {}", judged.report.verdict.as_str()),
            report: "the report leaves the case out".to_owned(),
        },
    }));
    Ok(all)
}

/// What a run reached of the contract, as its journals count it; one, or one of each shard.
pub fn reached<'a>(suite: &Suite, journals: impl IntoIterator<Item = &'a Journal>) -> Coverage {
    let cases = journals.into_iter().flat_map(|journal| journal.judged.values());
    let mut judged: Vec<Judged> = cases
        .map(|case| Judged { report: case.report.clone(), tally: case.tally.clone(), failed: case.failed })
        .collect();
    judged.sort_by_key(|judged| judged.report.index);
    coverage::of(suite, &judged)
}

struct Bench<'a> {
    suite: &'a Suite,
    journal: &'a Journal,
    schemas: &'a AllSchemas,
}

/// What the laws say of a case.
struct Laws {
    verdict: Verdict,
    reason: String,
    /// How many payloads were judged.
    count: u64,
    /// How the clause broke, where it did.
    fingerprint: Option<String>,
}

impl Bench<'_> {
    fn case(&self, told: &CaseReport) -> Agreement {
        let Some(case) = self.suite.case(&told.id) else {
            return Agreement::Unjudgeable("the suite has no such case".to_owned());
        };
        let about = [
            ("the level", told.level == case.level),
            ("the law", told.law == case.law),
            ("the operation", told.operation == case.operation),
            ("the title", told.title == case.title),
            ("the clause", told.clause == case.clause),
        ];
        if let Some((what, _)) = about.iter().find(|(_, same)| !same) {
            return differs(&format!("{what} is another one in the suite"), &format!("{what} as it has it"));
        }
        let heard = self.journal.heard.get(&told.id).map(Vec::as_slice).unwrap_or_default();
        match self.laws(case, heard) {
            Ok(laws) => self.held_against(case, heard, &laws, told),
            Err(why) => Agreement::Unjudgeable(why),
        }
    }

    /// What the laws say of the payloads of a case, in their order.
    fn laws(&self, case: &Case, heard: &[Heard]) -> Result<Laws, String> {
        let retention = self.journal.started.retention_ms.map(Duration::from_millis);
        let mut seen = Samples::default();
        let mut count = 0;
        let samples = heard.iter().filter(|one| one.purpose == Purpose::Sample);
        for one in samples.take_while(|one| one.said.judgement != Word::Unjudged) {
            if one.sample != count {
                return Err(format!("payload {count} of the case is not in the journal"));
            }
            count += 1;
            let (judgement, said) = self.again(case, one)?;
            let judgement = match (in_words_of(judgement, &said), &case.plan) {
                (judgement, Plan::Written(script)) => aged(judgement, &script.clone().retained(retention)),
                (judgement, _) => judgement,
            };
            let (verdict, reason) = match seen.take(judgement) {
                None => continue,
                Some(Ending::Blocked(reason)) => (Verdict::Error, reason),
                Some(Ending::Broken(breach)) => (broken(case), breach.summary),
            };
            return Ok(Laws { verdict, reason, count, fingerprint: said.fingerprint });
        }
        let (verdict, reason) = seen.verdict();
        Ok(Laws { verdict, reason: cut_text(&reason), count, fingerprint: None })
    }

    fn again(&self, case: &Case, heard: &Heard) -> Result<(Judgement, Said), String> {
        match &heard.differs {
            Some(why) => Err(why.clone()),
            None => again(&self.suite.contract, self.schemas, case, heard, self.journal.runs()),
        }
    }

    fn held_against(&self, case: &Case, heard: &[Heard], laws: &Laws, told: &CaseReport) -> Agreement {
        let says = |verdict: Verdict, reason: &str| format!("{}: {reason}", verdict.as_str());
        let differ = || differs(&says(laws.verdict, &laws.reason), &says(told.verdict, &told.reason));
        match told.verdict {
            Verdict::Fail | Verdict::Warn => match &told.finding {
                Some(finding) if laws.verdict == told.verdict && laws.fingerprint.is_some() => {
                    self.finding(case, heard, laws, finding, &told.reason)
                }
                _ => differ(),
            },
            _ if told.finding.is_some() => differ(),
            // Nothing is claimed of the target there, which must not hide what it did.
            Verdict::Skipped | Verdict::Error if laws.fingerprint.is_some() => differ(),
            Verdict::Skipped | Verdict::Error => Agreement::Agrees,
            Verdict::Inconclusive if laws.count == 0 => {
                Agreement::Unjudgeable(format!("nothing of it was judged: {}", told.reason))
            }
            Verdict::Pass | Verdict::Inconclusive => {
                let asked = case.samples(self.journal.started.samples);
                // Where requests are limited, fewer payloads may have had to do.
                if laws.count < asked && self.journal.started.limit.is_none() {
                    let laws = format!("only {} of {asked} payloads were judged", laws.count);
                    return differs(&laws, &says(told.verdict, &told.reason));
                }
                if laws.verdict == told.verdict && laws.reason == told.reason {
                    Agreement::Agrees
                } else {
                    differ()
                }
            }
        }
    }

    /// A finding is what the laws say of one of the histories that broke in the same way as the first, and what it
    /// shows is in that history.
    fn finding(
        &self,
        case: &Case,
        heard: &[Heard],
        laws: &Laws,
        finding: &Finding,
        reason: &str,
    ) -> Agreement {
        let told = format!("{}, observed {}", finding.summary, finding.observed);
        if laws.fingerprint.as_ref() != Some(&finding.fingerprint) || reason != finding.summary {
            return differs(
                &format!("{} ({})", laws.reason, laws.fingerprint.as_deref().unwrap_or("")),
                &told,
            );
        }
        let mut said_otherwise = None;
        for one in heard.iter().filter(|one| one.said.judgement == Word::Broken) {
            let Ok((_, said)) = self.again(case, one) else { continue };
            let same = said.fingerprint.as_ref() == Some(&finding.fingerprint)
                && said.reason == finding.summary
                && said.expected.as_ref() == Some(&finding.expected)
                && said.observed.as_ref() == Some(&finding.observed);
            let shows = !finding.minimal.is_empty();
            if same && shows && finding.minimal.iter().all(|shown| self.holds(one, shown)) {
                return Agreement::Agrees;
            }
            said_otherwise.get_or_insert(if same {
                "its exchanges are none that the journal holds".to_owned()
            } else {
                format!("{}, observed {}", said.reason, said.observed.unwrap_or_default())
            });
        }
        differs(&said_otherwise.unwrap_or_else(|| "no history breaks so".to_owned()), &told)
    }

    /// Whether a history has an exchange that a finding shows.
    fn holds(&self, heard: &Heard, shown: &ExchangeRecord) -> bool {
        heard.exchanges.iter().any(|kept| {
            let answered = match &kept.outcome {
                KeptOutcome::NoAnswer(reason) => {
                    shown.response.status.is_none()
                        && shown.response.no_answer.as_deref() == Some(reason.describe())
                }
                KeptOutcome::Response(response) => {
                    shown.response.status == Some(response.status)
                        && shown.response.body.as_ref().is_some_and(|body| self.same(body, &response.body))
                }
            };
            answered
                && kept.role == shown.role
                && kept.request.method == shown.request.method
                && self.same(&shown.request.body, &kept.request.body)
        })
    }

    /// Whether a body of a report is one of the journal, in which the digits of the run stand and marks are numbered.
    fn same(&self, shown: &BodyRecord, kept: &KeptBody) -> bool {
        let Ok(kept) = kept.bytes() else { return true };
        let plain = |bytes: Vec<u8>| {
            let bytes = unpacked(&bytes).unwrap_or(bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let shown = match shown {
            BodyRecord::Text(text) => text.clone(),
            BodyRecord::Base64(text) => match STANDARD.decode(text) {
                Ok(bytes) => plain(bytes),
                Err(_) => return false,
            },
        };
        // What is long is cut in a report.
        let long = kept.len() > SHOWN;
        let runs = self.journal.runs().filter(|run| !run.is_empty());
        let kept = runs.fold(unnumbered(&plain(kept)), |text, run| text.replace(run, RUN_MARK));
        shown == kept || long && shown.get(..SHOWN / 2).is_some_and(|head| kept.starts_with(head))
    }
}

/// The judgement with its reason as a report has it.
fn in_words_of(judgement: Judgement, said: &Said) -> Judgement {
    let reason = said.reason.clone();
    match judgement {
        Judgement::Held(_) => Judgement::Held(reason),
        Judgement::Undecided(_) => Judgement::Undecided(reason),
        Judgement::Blocked(_) => Judgement::Blocked(reason),
        Judgement::Broken(breach) => Judgement::Broken(Breach { summary: reason, ..breach }),
    }
}

fn differs(laws: &str, report: &str) -> Agreement {
    Agreement::Differs { laws: laws.to_owned(), report: report.to_owned() }
}
