//! The headers: who calls, when, and whether the signature proves it.

use jiff::{SignedDuration, Timestamp};

use super::answer::Refusal;
use super::call::Call;
use super::clock;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::key::without_space;
use super::signature::{Keys, content, parse};

/// How far `Request-Time` may be off, either way. Only one wallet of the family publishes a window.
const FRESHNESS: SignedDuration = SignedDuration::from_mins(5);

/// Checks `Client-Id`, `Request-Time` and `Signature`, in this order.
pub(super) fn authenticate(call: &Call, keys: &Keys, conduct: &Conduct) -> Result<(), Refusal> {
    check_client(call, conduct)?;
    check_time(call, conduct)?;
    check_signature(call, keys, conduct)
}

fn check_client(call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
    let accepted = match call.header("client-id") {
        None => conduct.has(Flaw::MissingClientAccepted),
        Some(id) => {
            let known = [credentials().client_id, credentials().second_client_id];
            known.iter().any(|known| id == known.as_bytes()) || conduct.has(Flaw::ClientNotChecked)
        }
    };
    if accepted { Ok(()) } else { Err(Refusal::Client) }
}

fn check_time(call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
    let Some(text) = call.header("request-time") else {
        return if conduct.has(Flaw::MissingTimeAccepted) { Ok(()) } else { Err(Refusal::TimeMissing) };
    };
    if conduct.has(Flaw::TimeNotParsed) {
        return Ok(());
    }
    let time = clock::parse(text).ok_or(Refusal::TimeInvalid)?;
    let off = Timestamp::now().duration_since(time).abs();
    if off > FRESHNESS && !conduct.has(Flaw::StaleTimeAccepted) { Err(Refusal::TimeInvalid) } else { Ok(()) }
}

fn check_signature(call: &Call, keys: &Keys, conduct: &Conduct) -> Result<(), Refusal> {
    // Where a fault lets a header be missing, nobody can know what the caller signed in its place.
    let bound = call.header("client-id").is_some() && call.header("request-time").is_some();
    if conduct.has(Flaw::SignatureNotChecked) || !bound {
        return Ok(());
    }
    let Some(header) = call.header("signature") else {
        return if conduct.has(Flaw::MissingSignatureAccepted) { Ok(()) } else { Err(Refusal::Signature) };
    };
    let signature = parse(header, conduct.dialect.encodings).ok_or(Refusal::Signature)?;
    if conduct.has(Flaw::WellFormedSignatureAccepted) {
        return Ok(());
    }
    let body =
        if conduct.has(Flaw::BodyReserialised) { without_space(&call.body) } else { call.body.to_vec() };
    let signs = |method: &str, target: &str| {
        let client = call.client();
        let time = call.header("request-time").unwrap_or_default();
        keys.verify(client, &content(method, target, client, time, &body), &signature)
    };
    let verified = if conduct.has(Flaw::SignatureOverPrefixedPath) {
        signs("POST", &format!("/api{}", call.target))
    } else {
        signs("POST", &call.target)
            || conduct.has(Flaw::PathNotBound) && SIBLINGS.iter().any(|path| signs("POST", path))
            || METHODS.iter().any(|flaw| conduct.has(*flaw)) && signs(call.method.as_str(), &call.target)
    };
    if verified { Ok(()) } else { Err(Refusal::Signature) }
}

/// Faults that take another method, which is then the one that was signed.
const METHODS: [Flaw; 3] = [Flaw::GetAccepted, Flaw::PutAccepted, Flaw::DeleteAccepted];

/// Other paths of the family, for a wallet that does not care which of them was signed.
const SIBLINGS: [&str; 6] = [
    "/api/v1/messages/sendInbox",
    "/v2/messages/sendInbox",
    "/v1/messages/sendPush",
    "/v1/messages/sendInbox/",
    "/messages/sendInbox",
    "/",
];
