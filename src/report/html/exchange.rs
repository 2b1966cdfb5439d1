//! One exchange of a finding: the command that sends it again, the request and the answer.

use super::super::text;
use super::contrast;
use super::page::line;
use super::parts::{copied, heading, pre, pre_of};
use super::pretty::pretty;
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use maud::{Markup, html};

/// Bytes of a body in which what differs from the first exchange is marked.
const MARKED: usize = 8_000;

/// One of several exchanges (1-based). From the second on, what its request and answer have otherwise than those of
/// the `first` is marked.
pub(super) fn section(
    exchange: &ExchangeRecord,
    nth: usize,
    of: usize,
    first: Option<&ExchangeRecord>,
    level: u8,
) -> Markup {
    let ExchangeRecord { request, response, curl, .. } = exchange;
    html! {
        section.exchange {
            (heading(level, &html! { "Request " (nth) " of " (of) ": " (line(&exchange.role)) }))
            div.sides {
                div {
                    p.label { "Request" }
                    (sent(request, first.map(|first| &first.request)))
                }
                div {
                    p.label { "Answer " span.tag { (text::duration(response.elapsed_ms)) } }
                    (answered(response, first.map(|first| &first.response)))
                }
            }
            (command(curl))
        }
    }
}

fn command(curl: &str) -> Markup {
    let (altered, long) = (text::is_altered(curl), curl.len() > super::parts::BLOCK);
    html! {
        @if altered || long { p.label { "As a command" } (pre(curl, "curl command")) }
        @else { (copied("As a command", curl, "curl command")) }
        @if altered { p.note { "Characters that cannot be shown are escaped here: replay it instead of pasting." } }
        @else if long { p.note { "Too long to paste: replay it." } }
    }
}

fn sent(request: &RequestRecord, first: Option<&RequestRecord>) -> Markup {
    message(
        &format!("{} {}", request.method, request.url),
        &request.headers,
        Some(&request.body),
        first.map(|first| &first.body),
    )
}

fn answered(response: &ResponseRecord, first: Option<&ResponseRecord>) -> Markup {
    html! {
        @match response.status {
            Some(status) => (message(
                &format!("HTTP {status}"), &response.headers, response.body.as_ref(), first.and_then(|first| first.body.as_ref()),
            )),
            None => p.note { "No answer" },
        }
        @if let Some(why) = &response.no_answer { p.note { (line(why)) } }
    }
}

fn message(
    start: &str,
    headers: &[HeaderRecord],
    body: Option<&BodyRecord>,
    first: Option<&BodyRecord>,
) -> Markup {
    html! {
        p.start { code { (line(start)) } }
        @if !headers.is_empty() {
            details.headers {
                summary { (text::count(headers.len(), "header")) }
                ul.plain {
                    @for header in headers { li { code { b { (line(&header.name)) } ": " (line(&header.value)) } } }
                }
            }
        }
        @match body {
            Some(BodyRecord::Text(body)) if body.is_empty() => p.note { "Empty body" },
            Some(BodyRecord::Text(body)) => (text_body(body, first)),
            Some(BodyRecord::Base64(body)) => { p.note { "Not text; in base64:" } (pre(body, "body in base64")) },
            None => p.note { "No body" },
        }
    }
}

fn text_body(body: &str, first: Option<&BodyRecord>) -> Markup {
    let shown = laid_out(body);
    let base = match first {
        Some(BodyRecord::Text(first)) if first.len().max(body.len()) <= MARKED => Some(laid_out(first)),
        _ => None,
    };
    match base.map(|base| contrast::against(&base, &shown)) {
        Some((marked, true)) => {
            html! { (pre_of(&marked, "body")) p.note { "Marked: what differs from the first." } }
        }
        _ => pre(&shown, "body"),
    }
}

fn laid_out(body: &str) -> String {
    text::block(&pretty(body).unwrap_or_else(|| body.to_owned()))
}
