//! One finding on the page: what broke, and everything needed to see it again.

use super::super::group::Group;
use super::super::{text, timeline, words};
use super::page::line;
use super::parts::{badge, pre};
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord};
use maud::{Markup, html};

/// How many further cases of a finding are shown without being asked for.
const UNFOLDED: usize = 5;

pub(super) fn article(group: &Group<'_>, open: bool) -> Markup {
    let case = group.lead;
    let verdict = words::verdict(case.verdict);
    let summary = group.finding.map_or(&case.reason, |finding| &finding.summary);
    html! {
        article.finding data-verdict=(verdict) data-law=(words::law(case.law)) data-level=(words::level(case.level)) {
            details open[open] {
                summary {
                    (badge(case.verdict)) " "
                    strong { (line(summary)) }
                    @if !group.others.is_empty() {
                        " " span.tag { (text::count(group.others.len() + 1, "case")) }
                    }
                }
                dl {
                    dt { "Case" } dd { code { (line(&case.id)) } br; (line(&case.title)) }
                    dt { "Clause" }
                    dd { span.tag { (words::level_capitals(case.level)) } " " (line(&case.clause)) }
                    @if let Some(finding) = group.finding {
                        dt { "Expected" } dd.expected { (line(&finding.expected)) }
                        dt { "Observed" } dd.observed { (line(&finding.observed)) }
                        dt { "Fingerprint" } dd { code { (line(&finding.fingerprint)) } }
                    }
                    @if !group.others.is_empty() {
                        dt { "Also in" }
                        dd {
                            details open[group.others.len() <= UNFOLDED] {
                                summary { (group.others.len()) " more " (if group.others.len() == 1 { "case" } else { "cases" }) }
                                ul.plain { @for other in &group.others { li { code { (line(&other.id)) } } } }
                            }
                        }
                    }
                }
                @if let Some(finding) = group.finding {
                    @let timeline = timeline::lines(finding);
                    @if !timeline.is_empty() {
                        h3 { "Timeline" }
                        (pre(&timeline.join("\n"), "timeline"))
                    }
                    @for (nth, one) in finding.minimal.iter().enumerate() {
                        (exchange(one, nth + 1, finding.minimal.len()))
                    }
                }
                p.replay { "Replay: " code { "proofmark replay report.json " (line(&text::shell_word(&case.id))) } }
            }
        }
    }
}

fn exchange(exchange: &ExchangeRecord, nth: usize, of: usize) -> Markup {
    let (request, response) = (&exchange.request, &exchange.response);
    html! {
        section.exchange {
            h3 { "Exchange " (nth) " of " (of) ": " (line(&exchange.role)) }
            h4 { "As a command" }
            @if text::is_altered(&exchange.curl) {
                p.note { "Characters that cannot be shown are escaped here: replay it instead of pasting." }
            }
            (pre(&exchange.curl, "curl command"))
            div.sides {
                div {
                    h4 { "Request" }
                    (message(&format!("{} {}", request.method, request.url), &request.headers, Some(&request.body)))
                }
                div {
                    h4 { "Response " span.tag { (text::duration(response.elapsed_ms)) } }
                    @match response.status {
                        Some(status) => (message(&format!("HTTP {status}"), &response.headers, response.body.as_ref())),
                        None => p.note { "No answer" },
                    }
                    @if let Some(why) = &response.no_answer { p.note { (line(why)) } }
                }
            }
        }
    }
}

fn message(first: &str, headers: &[HeaderRecord], body: Option<&BodyRecord>) -> Markup {
    let mut head = line(first);
    for header in headers {
        head.push('\n');
        head.push_str(&line(&format!("{}: {}", header.name, header.value)));
    }
    html! {
        (pre(&head, "head"))
        @match body {
            Some(BodyRecord::Text(body)) if body.is_empty() => p.note { "Empty body" },
            Some(BodyRecord::Text(body)) => (pre(body, "body")),
            Some(BodyRecord::Base64(body)) => { p.note { "Not text; in base64:" } (pre(body, "body in base64")) },
            None => p.note { "No body" },
        }
    }
}
