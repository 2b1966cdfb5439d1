//! HTTP Archive 1.2, for browser developer tools: a page a case, an entry an exchange.
//!
//! [`write_all`] has every exchange of a run; [`render`] those of the findings, which is what a report alone holds.
//! What a record does not say is left empty as the format allows: cookies, sizes of headers, and the
//! parts of the time. A request body that is not text stands in base64 with `_encoding`, for the
//! format has a place for that in responses only.

mod all;
mod spool;

pub use all::write as write_all;
pub use spool::Spool;

use super::model::Report;
use crate::exchange::record::{BodyRecord, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
struct Archive {
    log: Log,
}

#[derive(Serialize)]
struct Log {
    version: &'static str,
    creator: Creator,
    pages: Vec<Page>,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Creator {
    name: String,
    version: String,
}

#[derive(Serialize)]
struct Page {
    #[serde(rename = "startedDateTime")]
    started_date_time: String,
    id: String,
    title: String,
    #[serde(rename = "pageTimings")]
    timings: Empty,
}

/// A required member that we have nothing for.
#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    pageref: String,
    started_date_time: String,
    time: u64,
    request: Request,
    response: Response,
    cache: Empty,
    timings: Timings,
    comment: String,
}

#[derive(Serialize)]
struct Field {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Field>,
    query_string: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
    headers_size: i64,
    body_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    mime_type: String,
    params: [Empty; 0],
    text: String,
    #[serde(rename = "_encoding", skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Field>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: String,
    headers_size: i64,
    body_size: i64,
    #[serde(rename = "_error", skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: usize,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Serialize)]
struct Timings {
    send: u64,
    wait: u64,
    receive: u64,
}

/// The exchanges of every finding, with the case that met it.
pub fn minimal_exchanges(report: &Report) -> impl Iterator<Item = (&str, &ExchangeRecord)> {
    report.cases.iter().flat_map(|case| {
        let exchanges = case.finding.iter().flat_map(|finding| &finding.minimal);
        exchanges.map(|exchange| (case.id.as_str(), exchange))
    })
}

/// The archive of some exchanges, each with the id of its case.
pub fn render<'a>(
    report: &Report,
    exchanges: impl IntoIterator<Item = (&'a str, &'a ExchangeRecord)>,
) -> String {
    let mut pages: Vec<Page> = Vec::new();
    let mut entries = Vec::new();
    for (id, exchange) in exchanges {
        if pages.last().is_none_or(|page| page.id != id) && pages.iter().all(|page| page.id != id) {
            pages.push(Page::new(id, time(report, exchange.at_ms)));
        }
        let sent = body(&exchange.request.body).2;
        let received = exchange.response.body.as_ref().map_or(0, |record| body(record).2);
        entries.push(entry(report, id, exchange, (sent, received)));
    }
    let creator = Creator { name: report.tool.name.clone(), version: report.tool.version.clone() };
    let archive = Archive { log: Log { version: "1.2", creator, pages, entries } };
    #[expect(clippy::expect_used, reason = "the archive has string keys only, and memory does not fail")]
    let mut text = serde_json::to_string_pretty(&archive).expect("an archive is JSON");
    text.push('\n');
    text
}

/// So many milliseconds after the start of the run.
fn time(report: &Report, at_ms: u64) -> String {
    let start: Timestamp = report.started.parse().unwrap_or_default();
    let at = i64::try_from(at_ms).unwrap_or(i64::MAX);
    let at = start.saturating_add(SignedDuration::from_millis(at)).unwrap_or(start);
    format!("{at:.3}")
}

impl Page {
    fn new(id: &str, started_date_time: String) -> Self {
        Self { started_date_time, id: id.to_owned(), title: id.to_owned(), timings: Empty {} }
    }
}

/// An exchange, whose bodies have these sizes.
fn entry(report: &Report, id: &str, exchange: &ExchangeRecord, (sent, received): (usize, usize)) -> Entry {
    let http_version = match report.target.http.as_deref() {
        Some("2") => "HTTP/2",
        Some("1.1") => "HTTP/1.1",
        _ => "unknown",
    };
    Entry {
        pageref: id.to_owned(),
        started_date_time: time(report, exchange.at_ms),
        time: exchange.response.elapsed_ms,
        request: request(&exchange.request, http_version, sent),
        response: response(&exchange.response, http_version, received),
        cache: Empty {},
        timings: Timings { send: 0, wait: exchange.response.elapsed_ms, receive: 0 },
        comment: exchange.role.clone(),
    }
}

fn fields(headers: &[HeaderRecord]) -> Vec<Field> {
    headers.iter().map(|header| Field { name: header.name.clone(), value: header.value.clone() }).collect()
}

fn header(headers: &[HeaderRecord], name: &str) -> Option<String> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.clone())
}

/// The text of a body, its encoding where it is not text, and its size in bytes.
fn body(record: &BodyRecord) -> (String, Option<&'static str>, usize) {
    match record {
        BodyRecord::Text(text) => (text.clone(), None, text.len()),
        BodyRecord::Base64(text) => {
            let size = base64::engine::general_purpose::STANDARD.decode(text).map_or(0, |bytes| bytes.len());
            (text.clone(), Some("base64"), size)
        }
    }
}

fn request(record: &RequestRecord, http_version: &'static str, size: usize) -> Request {
    let (text, encoding, _) = body(&record.body);
    let query = url::Url::parse(&record.url).ok();
    let mime_type = header(&record.headers, "content-type").unwrap_or_default();
    Request {
        method: record.method.clone(),
        // Marks of secrets are no part of an address.
        url: query.as_ref().map_or_else(|| record.url.clone(), ToString::to_string),
        http_version,
        cookies: [],
        headers: fields(&record.headers),
        query_string: query
            .iter()
            .flat_map(|url| url.query_pairs())
            .map(|(name, value)| Field { name: name.into_owned(), value: value.into_owned() })
            .collect(),
        post_data: (size > 0).then_some(PostData { mime_type, params: [], text, encoding }),
        headers_size: -1,
        body_size: size,
    }
}

fn response(record: &ResponseRecord, http_version: &'static str, size: usize) -> Response {
    let (text, encoding) = match record.body.as_ref().map(body) {
        Some((text, encoding, _)) => (Some(text), encoding),
        None => (None, None),
    };
    let mime_type = header(&record.headers, "content-type").unwrap_or_else(|| "x-unknown".into());
    Response {
        // 0 is what browsers write where no answer came.
        status: record.status.unwrap_or(0),
        status_text: "",
        http_version,
        cookies: [],
        headers: fields(&record.headers),
        content: Content { size, mime_type, text, encoding },
        redirect_url: header(&record.headers, "location").unwrap_or_default(),
        headers_size: -1,
        body_size: -1,
        error: record.no_answer.clone(),
    }
}
