//! The certificate: a page for a run that conforms, which says what was tested and what was not.
//!
//! It is a picture of the bundle and proves nothing by itself; it says how to check the bundle that does.

use super::requirements::{Gap, Requirements, Standing};
use super::statement::Descriptor;
use crate::report::html::page::{Page, line};
use crate::report::model::{CodeCoverage, Report, RowState, StatusCoverage, Verdict};
use maud::{Markup, html};

const STYLE: &str = include_str!("certificate.css");

/// What is certified. Whoever makes one has checked the signature, every digest and every verdict.
pub struct Certified<'a> {
    /// The report.
    pub report: &'a Report,
    /// The set that it was held to.
    pub set: &'a Requirements,
    /// Where it stands under the set: it conforms.
    pub standing: &'a Standing,
    /// The attestation, the report, the journals, and what was judged by.
    pub files: Vec<Descriptor>,
    /// The id of the key that signed.
    pub key: &'a str,
    /// The kind of that key.
    pub kind: &'a str,
    /// How many verdicts were judged again and followed.
    pub rejudged: usize,
}

/// The page.
pub fn render(certified: &Certified<'_>) -> String {
    let Certified { report, standing, .. } = certified;
    let body = html! {
        main #main {
            (seal(certified))
            @if report.target.embedded { (embedded()) }
            (facts(certified))
            (counts(certified))
            (undecided(standing))
            (advice(report, standing))
            (rows(report))
            (limits())
            (check(certified))
        }
        footer { p { "Made by proofmark " (env!("CARGO_PKG_VERSION")) " from the bundle named above." } }
    };
    let title = format!("Certificate: {} on {}", report.suite.name, report.target.url);
    Page { title: &title, body: &body, style: STYLE, script: "" }.render()
}

/// The day of a time in RFC 3339.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

fn seal(certified: &Certified<'_>) -> Markup {
    let Certified { report, set, standing, .. } = certified;
    let suite = format!("{} {}", report.suite.name, report.suite.version);
    html! {
        header.seal {
            p.eyebrow { "Certificate of conformance" }
            h1 { span.target { (line(&report.target.url)) } " conforms to " (line(&standing.id)) }
            p.claim {
                "On " time datetime=(line(&report.started)) { (line(day(&report.started))) } " it answered as "
                (line(&suite)) " asks in each of the " (standing.passed) " cases of this requirement set that were decided; "
                @match standing.expected - standing.passed - standing.warned.len() {
                    0 => "none was left undecided.",
                    1 => "one was left undecided, which the set allows and which is named below.",
                    more => { (more) " were left undecided, which the set allows and which are named below." },
                }
            }
            p.note { (line(&set.title)) }
        }
    }
}

fn embedded() -> Markup {
    html! {
        div.caution role="note" {
            strong { "No product is certified here." }
            " The target was the reference wallet that is built into proofmark, which stands in for a wallet in \
             demonstrations and tests."
        }
    }
}

fn facts(certified: &Certified<'_>) -> Markup {
    let Certified { report, set, .. } = certified;
    let digest = |role: &str| certified.files.iter().find(|file| file.role() == role).map(Descriptor::sha256);
    html! {
        section aria-labelledby="what" {
            h2 #what { "What was judged" }
            dl.facts {
                dt { "Target" } dd { code { (line(&report.target.url)) } @if report.target.embedded { " (embedded reference)" } }
                dt { "Judged" }
                dd {
                    (line(&report.started)) ", " (report.exchanges) " exchanges in "
                    (report.elapsed_ms / 1000) "." (format!("{:02}", report.elapsed_ms % 1000 / 10)) " s, seed " code { (report.seed) }
                }
                dt { "Contract" }
                dd {
                    (line(&report.suite.name)) ", version " (line(&report.suite.version))
                    @if let Some(dialect) = &report.suite.dialect { ", in the dialect " (line(dialect)) }
                }
                dt { "Suite" } dd { code { (line(&report.suite.digest)) } }
                dt { "Requirements" }
                dd {
                    (line(&set.id)) ", frozen " (line(&set.frozen))
                    @if let Some(digest) = digest("requirements") { ", SHA-256 " code { (line(digest)) } }
                }
                dt { "Judged by" }
                dd {
                    "proofmark " (line(&report.tool.version))
                    @if let Some(digest) = digest("tool") { "; attested by a program with the SHA-256 " code { (line(digest)) } }
                }
                dt { "Signed by" } dd { "the key " code { (certified.key) } " (" (certified.kind) ")" }
            }
        }
    }
}

fn counts(certified: &Certified<'_>) -> Markup {
    let standing = certified.standing;
    let tile = |count: usize, verdict: &str, label: &str| {
        html! { li data-verdict=(verdict) data-none[count == 0] { strong { (count) } (label) } }
    };
    html! {
        section aria-labelledby="counts" {
            h2 #counts { "What came of it" }
            ul.totals {
                (tile(standing.expected, "", "cases in the set"))
                (tile(standing.run, "", "sent to the target"))
                (tile(standing.passed, "pass", "passed"))
                (tile(standing.failed.len(), "fail", "broke a MUST"))
                (tile(standing.warned.len(), "warn", "broke a SHOULD or MAY"))
                (tile(standing.gaps.len(), "inconclusive", "undecided, as allowed"))
            }
            p.note {
                (certified.rejudged) " verdicts were judged again from the recorded exchanges, and follow from them."
                @if standing.later.run > 0 {
                    " " (standing.later.run) " cases that are not in the set were run as well, and "
                    (standing.later.broken) " of them broke; they change nothing."
                }
            }
        }
    }
}

/// Items that share a text, each text once, in the order in which it first appears.
fn grouped<'a, T>(
    items: impl Iterator<Item = &'a T>,
    text: impl Fn(&T) -> String,
) -> Vec<(String, Vec<&'a T>)> {
    let mut groups: Vec<(String, Vec<&'a T>)> = Vec::new();
    for item in items {
        let text = text(item);
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, group)) => group.push(item),
            None => groups.push((text, vec![item])),
        }
    }
    groups
}

fn undecided(standing: &Standing) -> Markup {
    let excuse = |gap: &Gap| gap.allowed.clone().unwrap_or_default();
    html! {
        section.long aria-labelledby="undecided" {
            h2 #undecided { "What was not decided" }
            @if standing.gaps.is_empty() { p { "Nothing: every case of the set was decided." } }
            @for (allowed, gaps) in grouped(standing.gaps.iter(), excuse) {
                p { (gaps.len()) @if gaps.len() == 1 { " case" } @else { " cases" } ", allowed since " (line(&allowed)) ":" }
                ul.ids { @for gap in gaps { li { code { (line(&gap.name)) } " – " (gap.kind.as_str()) ": " (line(&gap.why)) } } }
            }
        }
    }
}

fn advice(report: &Report, standing: &Standing) -> Markup {
    let summary = |id: &String| {
        let case = report.cases.iter().find(|case| case.id == *id && case.verdict == Verdict::Warn);
        case.map(|case| case.reason.clone()).unwrap_or_default()
    };
    html! {
        @if !standing.warned.is_empty() {
            section.long aria-labelledby="advice" {
                h2 #advice { "Advice that the target does not follow" }
                p.note { "A broken SHOULD or MAY costs no conformance." }
                ul.ids { @for id in &standing.warned { li { code { (line(id)) } " – " (line(&summary(id))) } } }
            }
        }
    }
}

/// A row of the contract's tables: its name, what came of it, and why nobody could bring it about.
struct Row<'a> {
    name: &'a str,
    state: Option<RowState>,
    why: Option<&'a str>,
}

impl<'a> From<&'a CodeCoverage> for Row<'a> {
    fn from(row: &'a CodeCoverage) -> Self {
        Self { name: &row.code, state: row.state, why: row.unprovokable.as_deref() }
    }
}

impl<'a> From<&'a StatusCoverage> for Row<'a> {
    fn from(row: &'a StatusCoverage) -> Self {
        Self { name: &row.status, state: row.state, why: row.unprovokable.as_deref() }
    }
}

fn rows(report: &Report) -> Markup {
    let statuses: Vec<Row<'_>> = report.coverage.statuses.iter().map(Row::from).collect();
    let codes: Vec<Row<'_>> = report.coverage.codes.iter().map(Row::from).collect();
    html! {
        section aria-labelledby="rows" {
            h2 #rows { "Statuses and codes of the contract" }
            dl.facts {
                (states("Statuses", &statuses))
                (states("Codes", &codes))
            }
        }
    }
}

/// What came of the rows of one table.
fn states(kind: &str, rows: &[Row<'_>]) -> Markup {
    let of = |state: RowState| rows.iter().filter(move |row| row.state == Some(state));
    let names = |state: RowState| of(state).map(|row| line(row.name)).collect::<Vec<_>>().join(", ");
    let outside = grouped(of(RowState::NotProvokable), |row| row.why.unwrap_or("no request can").to_owned());
    let seen = names(RowState::ProvokedRight);
    let never = names(RowState::NeverProvoked);
    html! {
        dt { (kind) }
        dd {
            @if !seen.is_empty() { div { "brought about, and right: " (seen) } }
            @if !never.is_empty() { div { "never brought about: " (never) } }
            @if !outside.is_empty() {
                div {
                    "not to be brought about from outside: "
                    @for (index, (why, rows)) in outside.iter().enumerate() {
                        @if index > 0 { "; " }
                        (rows.iter().map(|row| line(row.name)).collect::<Vec<_>>().join(", ")) " (" (line(why)) ")"
                    }
                }
            }
        }
    }
}

fn limits() -> Markup {
    html! {
        section.limits aria-labelledby="limits" {
            h2 #limits { "What this does not say" }
            ul {
                li { "The target was asked from outside, once, with the payloads that follow from the seed. A version that is deployed later, another address or another configuration is another target." }
                li { "Nothing is said of load, availability, privacy, or of operations that the contract does not name." }
                li { "A key tells who signed only to those who know whose it is." }
                li { "Whoever ran the test chose the credentials, the fixtures and the network between. Secrets are redacted in report and journals." }
            }
        }
    }
}

/// Whether a shell takes a name as one word, and nothing else.
fn is_plain(name: &str) -> bool {
    !name.starts_with('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn check(certified: &Certified<'_>) -> Markup {
    let of = |role: &'static str| certified.files.iter().filter(move |file| file.role() == role);
    let attestation = of("attestation").next().map(|file| file.name.as_str()).filter(|name| is_plain(name));
    html! {
        section aria-labelledby="check" {
            h2 #check { "Check it yourself" }
            p { "This page proves nothing; the bundle does. With these files in one folder and the public key of whoever signed:" }
            pre { code { "proofmark verify " (attestation.unwrap_or("ATTESTATION")) " --key KEY.pub" } }
            table.plain {
                thead { tr { th { "file" } th { "SHA-256" } } }
                tbody {
                    @for file in of("attestation").chain(of("report")).chain(of("journal")) {
                        tr { td { code { (line(&file.name)) } } td { code { (line(file.sha256())) } } }
                    }
                }
            }
            p.note { "The signature, these digests and every verdict held when this page was made." }
        }
    }
}
