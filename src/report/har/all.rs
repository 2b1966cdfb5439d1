//! The archive of every exchange of a run.

use super::spool::Spool;
use super::{Creator, Page, entry};
use crate::exchange::kept::{KeptBody, KeptExchange, KeptOutcome};
use crate::exchange::record::{BodyRecord, ExchangeRecord, RequestRecord, ResponseRecord};
use crate::report::model::Report;
use crate::run::journal::{Heard, Purpose};
use crate::target::redact::SHOWN;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the archive: a page for each case that sent anything, in the order of the plan, and its exchanges in the
/// order of sending, whatever was sent at the same time.
///
/// # Errors
/// It cannot be written, or what was put aside cannot be read.
pub fn write(report: &Report, spool: &mut Spool, out: &mut dyn Write) -> io::Result<()> {
    let creator = Creator { name: report.tool.name.clone(), version: report.tool.version.clone() };
    out.write_all(b"{\"log\":{\"version\":\"1.2\",\"creator\":")?;
    serde_json::to_writer(&mut *out, &creator)?;
    out.write_all(b",\n\"pages\":[")?;
    let sent: Vec<(&str, u64)> =
        report.cases.iter().filter_map(|case| Some((case.id.as_str(), spool.first(&case.id)?))).collect();
    let mut list = List::default();
    for (id, first) in &sent {
        list.item(out, &Page::new(id, super::time(report, first / 1_000_000)))?;
    }
    out.write_all(b"],\n\"entries\":[")?;
    let mut list = List::default();
    for (id, _) in &sent {
        for at in 0..spool.count(id) {
            let Some(heard) = spool.read(id, at)? else { continue };
            for exchange in &heard.exchanges {
                let (record, sizes) = shown(exchange);
                let mut entry = entry(report, id, &record, sizes);
                entry.comment = comment(&heard, exchange);
                list.item(out, &entry)?;
            }
        }
    }
    out.write_all(b"]}}\n")
}

/// Writes items with commas between them, each on a line.
#[derive(Default)]
struct List {
    begun: bool,
}

impl List {
    fn item(&mut self, out: &mut dyn Write, item: &impl Serialize) -> io::Result<()> {
        out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        serde_json::to_writer(out, item)?;
        Ok(())
    }
}

/// What an exchange was for.
fn comment(heard: &Heard, exchange: &KeptExchange) -> String {
    let purpose = match heard.purpose {
        Purpose::Sample => "",
        Purpose::Shrinking => ", in search of a smaller request",
        Purpose::Repeat => ", to see how often it breaks",
        Purpose::Credential => ", for a credential",
        Purpose::Control => ", to see whether the target is there",
    };
    let again = if exchange.superseded { ", and sent again" } else { "" };
    format!("{}{purpose}{again}", exchange.role)
}

/// An exchange as it is shown, and the sizes of its bodies.
fn shown(kept: &KeptExchange) -> (ExchangeRecord, (usize, usize)) {
    let millis = |ns: u64| ns / 1_000_000;
    let (sent, sent_size) = body(&kept.request.body);
    let elapsed_ms = millis(kept.elapsed_ns);
    let (response, size) = match &kept.outcome {
        KeptOutcome::NoAnswer(reason) => {
            let no_answer = Some(reason.describe().to_owned());
            (ResponseRecord { status: None, headers: Vec::new(), body: None, no_answer, elapsed_ms }, 0)
        }
        KeptOutcome::Response(response) => {
            let (body, size) = body(&response.body);
            let (status, headers) = (Some(response.status), response.headers.clone());
            (ResponseRecord { status, headers, body: Some(body), no_answer: None, elapsed_ms }, size)
        }
    };
    let request = &kept.request;
    let record = ExchangeRecord {
        role: kept.role.clone(),
        at_ms: millis(kept.at_ns),
        request: RequestRecord {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: sent,
        },
        response,
        curl: String::new(),
    };
    (record, (sent_size, size))
}

fn body(kept: &KeptBody) -> (BodyRecord, usize) {
    let bytes = match (kept, kept.bytes()) {
        (_, Ok(bytes)) => bytes,
        (KeptBody::Cut { bytes, .. }, Err(why)) => return (BodyRecord::Text(format!("«{why}»")), *bytes),
        (_, Err(why)) => return (BodyRecord::Text(format!("«{why}»")), 0),
    };
    let size = bytes.len();
    let record = match String::from_utf8(bytes) {
        Ok(text) if size <= SHOWN => BodyRecord::Text(text),
        Ok(text) => {
            let head = &text[..text.floor_char_boundary(SHOWN)];
            BodyRecord::Text(format!("{head}… («cut: {size} bytes in all»)"))
        }
        Err(odd) => {
            let bytes = odd.into_bytes();
            BodyRecord::Base64(STANDARD.encode(&bytes[..size.min(SHOWN)]))
        }
    };
    (record, size)
}
