//! Path, method, media type and size: what is checked before the request is looked into.

use axum::http::{HeaderValue, Method};

use super::answer::Refusal;
use super::call::Call;
use super::conduct::Conduct;
use super::fault::Flaw;
use super::operation::Operation;

/// Most bytes of a body that are read into memory; more is refused.
pub(super) const MAX_BODY: usize = 256 * 1024;

/// The operation that is called.
pub(super) fn check(call: &Call, conduct: &Conduct) -> Result<Operation, Refusal> {
    let operation = Operation::at(&call.path).ok_or(Refusal::UnknownPath)?;
    if call.target.contains('?') && conduct.has(Flaw::CrashOnQuery) {
        return Err(Refusal::Crash);
    }
    check_method(&call.method, conduct)?;
    check_coding(call, conduct)?;
    check_type(call, conduct)?;
    if !is_json(call.headers.get_all("content-type").iter().map(HeaderValue::as_bytes))
        && !conduct.has(Flaw::AnyMediaTypeAccepted)
    {
        let crashes = conduct.has(Flaw::CrashOnOtherMediaType);
        return Err(if crashes { Refusal::Crash } else { Refusal::MediaType });
    }
    let accepts = call.header("accept").unwrap_or(b"*/*");
    if accepts != b"*/*" && conduct.has(Flaw::AcceptJsonRefused) {
        return Err(Refusal::MediaType);
    }
    if call.has_unknown_header() && conduct.has(Flaw::UnknownHeaderRefused) {
        return Err(Refusal::Field("header"));
    }
    if call.place("signature") < call.place("client-id") && conduct.has(Flaw::HeaderOrderMatters) {
        return Err(Refusal::Signature);
    }
    if call.oversized {
        return Err(if conduct.has(Flaw::CrashOnLargeBody) { Refusal::Crash } else { Refusal::TooLarge });
    }
    Ok(operation)
}

fn check_method(method: &Method, conduct: &Conduct) -> Result<(), Refusal> {
    let allowed = method == Method::POST
        || method == Method::GET && conduct.has(Flaw::GetAccepted)
        || method == Method::PUT && conduct.has(Flaw::PutAccepted)
        || method == Method::DELETE && conduct.has(Flaw::DeleteAccepted)
        || method == Method::HEAD && conduct.has(Flaw::HeadDelivers)
        || method == Method::OPTIONS && conduct.has(Flaw::OptionsAccepted)
        || method == Method::PATCH && conduct.has(Flaw::PatchAccepted);
    if method == Method::HEAD && conduct.has(Flaw::CrashOnHead) {
        return Err(Refusal::Crash);
    }
    if allowed { Ok(()) } else { Err(Refusal::Method) }
}

/// The wallet unpacks nothing.
fn check_coding(call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
    match call.header("content-encoding") {
        None | Some(b"identity") => Ok(()),
        Some(_) if conduct.has(Flaw::CrashOnGzip) => Err(Refusal::Crash),
        Some(_) => Err(Refusal::MediaType),
    }
}

/// The faults of a wallet that compares media types as texts.
fn check_type(call: &Call, conduct: &Conduct) -> Result<(), Refusal> {
    let given = call.header("content-type");
    let text = String::from_utf8_lossy(given.unwrap_or_default());
    let charset = text.to_ascii_lowercase().contains("charset=");
    if charset && text.contains("unknown") && conduct.has(Flaw::CrashOnOtherCharset) {
        return Err(Refusal::Crash);
    }
    let refused = given.is_none() && conduct.has(Flaw::ContentTypeRequired)
        || given.is_some() && !charset && conduct.has(Flaw::CharsetRequired)
        || given.is_some()
            && !text.starts_with("application/json")
            && conduct.has(Flaw::MediaTypeCaseMatters)
        || text.contains('"') && conduct.has(Flaw::QuotedCharsetRefused);
    if refused { Err(Refusal::MediaType) } else { Ok(()) }
}

/// Whether the body is declared as UTF-8 JSON. `Content-Type` is optional, so none at all is fine.
fn is_json<'a>(values: impl Iterator<Item = &'a [u8]>) -> bool {
    values.into_iter().all(|value| {
        let Ok(text) = std::str::from_utf8(value) else { return false };
        let mut parts = text.split(';').map(str::trim);
        parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
            && parts.all(is_harmless_parameter)
    })
}

/// The only charset that JSON has on the wire is UTF-8; another one declared means bytes that we would misread.
fn is_harmless_parameter(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return parameter.is_empty() };
    !name.trim().eq_ignore_ascii_case("charset")
        || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        || value.trim().trim_matches('"').eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn media_types() {
        let json = |text: &str| is_json(std::iter::once(text.as_bytes()));
        assert!(is_json(std::iter::empty()));
        for good in [
            "application/json",
            "Application/JSON; Charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json;",
        ] {
            assert!(json(good), "{good}");
        }
        for bad in ["text/plain", "", "application/json; charset=latin1", "application/jsonp", "text/json"] {
            assert!(!json(bad), "{bad}");
        }
    }
}
