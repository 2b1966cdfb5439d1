//! The headers: who calls, when, and whether the signature proves it.

use jiff::SignedDuration;

use super::answer::Refusal;
use super::call::Call;
use super::clock;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::signature::{Keys, content, parse};
use super::signed_body::signed_body;

/// How far `Request-Time` may be off, either way. Only one wallet of the family publishes a window.
const FRESHNESS: SignedDuration = SignedDuration::from_mins(5);

/// The window of a wallet that makes too little of it: shorter than the way of a request may take.
const NARROW: SignedDuration = SignedDuration::from_secs(30);

/// Checks `Client-Id`, `Request-Time` and `Signature`, in this order.
pub(super) fn authenticate(call: &Call, keys: &Keys, conduct: &Conduct) -> Result<(), Refusal> {
    check_client(call, conduct)?;
    check_time(call, conduct)?;
    check_signature(call, keys, conduct)
}

fn check_client(call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
    if !call.capitals && conduct.has(Flaw::HeaderNamesCaseSensitive) {
        return Err(Refusal::Client);
    }
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
    let time = clock::read(text, conduct).ok_or(Refusal::TimeInvalid)?;
    let off = clock::since(time);
    let ahead = off.is_negative() && conduct.has(Flaw::FutureTimeAccepted);
    let window = if conduct.has(Flaw::WindowTooNarrow) { NARROW } else { FRESHNESS };
    let fresh = off.abs() <= window || ahead || conduct.has(Flaw::StaleTimeAccepted);
    if fresh { Ok(()) } else { Err(Refusal::TimeInvalid) }
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
    let signature = parse(header, conduct).ok_or(Refusal::Signature)?;
    let accepted = conduct.has(Flaw::WellFormedSignatureAccepted)
        || signature.is_empty() && conduct.has(Flaw::EmptySignatureAccepted)
        || signature.len() < keys.signature_length() && conduct.has(Flaw::ShortSignatureAccepted);
    if accepted {
        return Ok(());
    }
    let body = signed_body(&call.body, conduct);
    let verifies = |method: &str, target: &str, client: &[u8]| {
        let time = call.header("request-time").unwrap_or_default();
        let content = content(method, target, client, time, &body);
        let any = conduct.has(Flaw::AnyKnownKey);
        keys.verify(call.client(), &content, &signature) || any && keys.verify_any(&content, &signature)
    };
    let signs = |method: &str, target: &str| verifies(method, target, call.client());
    let proven = if conduct.has(Flaw::SignatureOverPrefixedPath) {
        signs("POST", &format!("/api{}", call.target))
    } else {
        let target = &call.target;
        signs("POST", target)
            || conduct.has(Flaw::PathNotBound) && SIBLINGS.iter().any(|path| signs("POST", path))
            || conduct.has(Flaw::MethodNotBound) && signs("PUT", target)
            || conduct.has(Flaw::SignedClientNotBound)
                && verifies("POST", target, &[call.client(), b"X"].concat())
            || METHODS.iter().any(|flaw| conduct.has(*flaw)) && signs(call.method.as_str(), target)
    };
    if proven { Ok(()) } else { Err(Refusal::Signature) }
}

/// Faults that take another method, which is then the one that was signed.
const METHODS: [Flaw; 6] = [
    Flaw::GetAccepted,
    Flaw::PutAccepted,
    Flaw::DeleteAccepted,
    Flaw::HeadDelivers,
    Flaw::OptionsAccepted,
    Flaw::PatchAccepted,
];

/// Other paths of the family, for a wallet that does not care which of them was signed.
const SIBLINGS: [&str; 6] = [
    "/api/v1/messages/sendInbox",
    "/v2/messages/sendInbox",
    "/v1/messages/sendPush",
    "/v1/messages/sendInbox/",
    "/messages/sendInbox",
    "/",
];
