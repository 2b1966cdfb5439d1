//! Writing an answer out: its JSON, its headers and its signature.

use std::io;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::clock;
use super::conduct::Conduct;
use super::dialect::Encoding;
use super::fault::Flaw;
use super::signature::{Keys, content};
use super::variant::Habit;

/// Writes and signs the answer to a call.
pub(super) fn write(mut answer: Answer, call: &Call, keys: &Keys, conduct: &Conduct) -> Response<Body> {
    distort(&mut answer, conduct);
    let text = render(&answer, conduct);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(&answer, conduct)));
    if answer.http == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    if conduct.does(Habit::ClosesConnections) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    seal(&mut headers, &answer, text.as_bytes(), call, keys, conduct);
    let body = if conduct.has(Flaw::AnswerCutOffOnNul) && call.body.windows(6).any(|part| part == b"\\u0000")
    {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
        let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
        Body::from_stream(futures_util::stream::iter([
            Ok(half),
            Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
        ]))
    } else if conduct.does(Habit::ChunkedAnswers) {
        let chunks: Vec<_> =
            text.as_bytes().chunks(16).map(Bytes::copy_from_slice).map(io::Result::Ok).collect();
        Body::from_stream(futures_util::stream::iter(chunks))
    } else {
        Body::from(text)
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.http;
    *response.headers_mut() = headers;
    response
}

/// What a framework answers when the code behind it has thrown.
pub(super) fn crash() -> Response<Body> {
    let mut response = Response::new(Body::from("<h1>500 Internal Server Error</h1>"));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// What a firewall answers in the place of the wallet.
pub(super) fn blocked() -> Response<Body> {
    let mut response = Response::new(Body::from("<h1>403 Forbidden</h1>"));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// What a gateway answers that knows nothing of the API behind it.
pub(super) fn too_many_requests() -> Response<Body> {
    let mut response = Response::new(Body::from("Too Many Requests\n"));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("0"));
    response
}

/// What an HTTP server answers by itself.
pub(super) fn refused_by_server(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Sends the client to another path.
pub(super) fn redirect(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(place) = HeaderValue::try_from(path) {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

/// The faults that change what the answer says.
fn distort(answer: &mut Answer, conduct: &Conduct) {
    match answer.status {
        "S" => {
            if conduct.has(Flaw::SuccessWithOtherCode) {
                answer.code = "OK";
            }
            if conduct.has(Flaw::SuccessWithAcceptCode) {
                answer.code = "ACCEPT";
            }
            if conduct.has(Flaw::SuccessWithoutMessageId) {
                answer.message_id = None;
            }
            if conduct.has(Flaw::SuccessAs201) {
                answer.http = StatusCode::CREATED;
            }
            if conduct.does(Habit::OtherWords) {
                "Success.".clone_into(&mut answer.message);
            }
        }
        "A" if conduct.has(Flaw::AcceptedWithSuccessCode) => answer.code = "SUCCESS",
        "F" => {
            if conduct.has(Flaw::RefusalWithSuccessCode) {
                answer.code = "SUCCESS";
            }
            if conduct.has(Flaw::RefusalWithUnknownCode) {
                answer.code = "UNKNOWN_EXCEPTION";
            }
            if conduct.has(Flaw::RefusalWithUndocumentedCode) {
                answer.code = "E1001";
            }
            if conduct.has(Flaw::MessageIdOnRefusal) {
                answer.message_id = Some("20260101000000000000".to_owned());
            }
            if conduct.does(Habit::OtherWords) {
                "Fehlgeschlagen – فشل الطلب".clone_into(&mut answer.message);
            }
        }
        _ => {}
    }
    if conduct.has(Flaw::ResultMessage257) {
        answer.message = format!("{:.<257}", answer.message);
    }
    if conduct.has(Flaw::UnknownStatusLetter) && answer.status == "S" {
        answer.status = "X";
    }
    if conduct.has(Flaw::LowerCaseStatus) {
        answer.status = match answer.status {
            "S" => "s",
            "F" => "f",
            other => other,
        };
    }
}

fn render(answer: &Answer, conduct: &Conduct) -> String {
    let success = answer.status == "S";
    let mut result = vec![("resultStatus", quoted(answer.status)), ("resultCode", quoted(answer.code))];
    if !conduct.has(Flaw::ResultMessageMissing) {
        result.push(("resultMessage", quoted(&answer.message)));
    }
    let mut members = Vec::new();
    if conduct.has(Flaw::ResultIsText) {
        members.push(("result", quoted(answer.status)));
    } else if !(conduct.has(Flaw::ResultMissing) || !success && conduct.has(Flaw::RefusalWithoutResult)) {
        members.push(("result", object(result, conduct)));
    }
    if let Some(id) = &answer.message_id {
        let id = if conduct.has(Flaw::MessageIdIsNumber) { "20260101".to_owned() } else { quoted(id) };
        members.push(("messageId", id));
    }
    members.extend(answer.members.iter().map(|(name, value)| (*name, value.to_string())));
    if let Some(info) = extend_info(success, conduct) {
        members.push(("extendInfo", info));
    }
    if conduct.does(Habit::ExtraFields) {
        members.push(("traceId", quoted("0af7651916cd43dd")));
        members.push(("debug", r#"{"took":[1,2.5,null,true]}"#.to_owned()));
    }
    let text = object(members, conduct);
    if conduct.does(Habit::EscapedText) { escaped(&text) } else { text }
}

/// The JSON text with some of the characters within its strings as escapes, which any may be; `s` occurs in every
/// answer.
fn escaped(json: &str) -> String {
    let mut written = String::new();
    let (mut inside, mut after_backslash) = (false, false);
    for character in json.chars() {
        match character {
            's' if inside && !after_backslash => written.push_str("\\u0073"),
            '/' if inside && !after_backslash => written.push_str("\\/"),
            other => written.push(other),
        }
        inside ^= character == '"' && !after_backslash;
        after_backslash = inside && character == '\\' && !after_backslash;
    }
    written
}

fn extend_info(success: bool, conduct: &Conduct) -> Option<String> {
    if !success || conduct.does(Habit::NoExtendInfo) {
        return None;
    }
    Some(if conduct.has(Flaw::ExtendInfoIsObject) {
        r#"{"note":"none"}"#.to_owned()
    } else if conduct.has(Flaw::ExtendInfo4097) {
        quoted(&"x".repeat(4097))
    } else if conduct.does(Habit::LongestExtendInfo) {
        quoted(&"é".repeat(4096))
    } else {
        quoted("")
    })
}

fn object(mut members: Vec<(&str, String)>, conduct: &Conduct) -> String {
    if conduct.does(Habit::ReversedMembers) {
        members.reverse();
    }
    let (between, after_name) = if conduct.does(Habit::SpacedJson) { (",\r\n\t", " : ") } else { (",", ":") };
    let inside: Vec<_> =
        members.into_iter().map(|(name, value)| format!("{}{after_name}{value}", quoted(name))).collect();
    format!("{{{}}}", inside.join(between))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn content_type(answer: &Answer, conduct: &Conduct) -> &'static str {
    if conduct.has(Flaw::TextHtmlAnswer) || answer.status == "F" && conduct.has(Flaw::RefusalAsHtml) {
        "text/html; charset=UTF-8"
    } else if conduct.has(Flaw::WrongCharset) {
        "application/json; charset=ISO-8859-1"
    } else if conduct.does(Habit::ContentTypeWithoutCharset) {
        "application/json"
    } else {
        "application/json; charset=UTF-8"
    }
}

/// Signs the answer over the same method and target as the request.
fn seal(headers: &mut HeaderMap, answer: &Answer, body: &[u8], call: &Call, keys: &Keys, conduct: &Conduct) {
    let client = call.client();
    let time = if conduct.has(Flaw::ResponseTimeIsEpoch) {
        crate::clock::now().as_millisecond().to_string()
    } else {
        clock::now_text()
    };
    if !conduct.has(Flaw::ResponseClientMissing) {
        insert(headers, "client-id", client);
    }
    if !conduct.has(Flaw::ResponseTimeMissing) {
        insert(headers, "response-time", time.as_bytes());
    }
    if conduct.does(Habit::UnsignedAnswers) {
        return;
    }
    let readable = || serde_json::from_slice::<Value>(&call.body).is_ok();
    let unsigned = conduct.has(Flaw::UnknownUnsigned) && answer.status == "U"
        || conduct.has(Flaw::UnreadableUnsigned) && !readable();
    if unsigned
        || conduct.has(Flaw::ResponseUnsigned)
        || answer.status == "F" && conduct.has(Flaw::RefusalUnsigned)
    {
        return;
    }
    let signed = if conduct.has(Flaw::ResponseSignatureWrong) {
        content("POST", &call.target, client, time.as_bytes(), &call.body)
    } else if conduct.has(Flaw::ResponseSignatureWithoutTime) {
        content("POST", &call.target, client, b"", body)
    } else {
        content("POST", &call.target, client, time.as_bytes(), body)
    };
    // The demo key always signs; were it to fail, an unsigned answer is one that every client refuses.
    if let Ok(signature) = keys.sign(&signed) {
        let value = format!("algorithm=RSA256, keyVersion=1, signature={}", encode(&signature, conduct));
        insert(headers, "signature", value.as_bytes());
    }
}

fn encode(signature: &[u8], conduct: &Conduct) -> String {
    let own = conduct.dialect.encodings.first().copied().unwrap_or(Encoding::Base64);
    if conduct.has(Flaw::ResponseSignatureEncodedTwice) {
        return STANDARD.encode(STANDARD.encode(signature));
    }
    let encoding = if conduct.does(Habit::Base64UrlSignature) {
        Encoding::Base64Url
    } else if conduct.does(Habit::UrlEncodedSignature) {
        Encoding::UrlEncoded
    } else {
        own
    };
    match encoding {
        Encoding::Base64 => STANDARD.encode(signature),
        Encoding::Base64Url => URL_SAFE_NO_PAD.encode(signature),
        Encoding::UrlEncoded => {
            utf8_percent_encode(&STANDARD.encode(signature), NON_ALPHANUMERIC).to_string()
        }
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
