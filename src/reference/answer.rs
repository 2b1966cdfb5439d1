//! Business answers, and what each refusal is answered with.

use axum::http::StatusCode;
use serde_json::Value;

use super::conduct::Conduct;
use super::dialect::Dialect;
use super::fault::Flaw;
use super::strict_json::Defect;
use super::token::{
    EXPIRED_CODE, EXPIRED_REFRESH_TOKEN, INVALID_CODE, INVALID_REFRESH_TOKEN, USED_CODE, USED_REFRESH_TOKEN,
};
use super::variant::Habit;
use super::variant::token::Habit as TokenHabit;

/// A business answer before it is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) http: StatusCode,
    pub(super) status: &'static str,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) message_id: Option<String>,
    /// What other operations give beside the result.
    pub(super) members: Vec<(&'static str, Value)>,
}

/// A refusal that only some operations know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

impl Answer {
    /// S: the message was sent.
    pub(super) fn success(message_id: String) -> Self {
        Self::new(StatusCode::OK, "S", "SUCCESS", "success").with_id(message_id)
    }

    /// S, with what the operation gives.
    pub(super) fn done(members: Vec<(&'static str, Value)>) -> Self {
        Self { members, ..Self::new(StatusCode::OK, "S", "SUCCESS", "success") }
    }

    /// A: the wallet has taken the request over.
    pub(super) fn accepted(message_id: String) -> Self {
        Self::new(StatusCode::OK, "A", "ACCEPT", "The request is accepted.").with_id(message_id)
    }

    fn new(http: StatusCode, status: &'static str, code: &'static str, message: &str) -> Self {
        Self { http, status, code, message: message.to_owned(), message_id: None, members: Vec::new() }
    }

    fn with_id(mut self, message_id: String) -> Self {
        self.message_id = Some(message_id);
        self
    }
}

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    UnknownPath,
    Method,
    MediaType,
    TooLarge,
    Client,
    TimeMissing,
    TimeInvalid,
    Signature,
    Syntax(Defect),
    Field(&'static str),
    InvalidToken,
    UnscopedToken,
    ExpiredToken,
    Template,
    /// What only some operations know.
    Because(Cause),
    /// The key was used before with another request.
    Inconsistent,
    /// Not decided yet: the caller may try again.
    Unknown,
    /// The caller sends too much.
    Traffic,
    /// Only faults fail in general, and where a more telling refusal is due.
    Failed,
    /// Only faults crash; the server then answers like a framework with an unhandled exception.
    Crash,
}

impl Refusal {
    /// The answer, changed by whatever faults and variants concern refusals.
    pub(super) fn answer(self, conduct: &Conduct) -> Answer {
        let mut answer = self.documented();
        self.apply_dialect(&mut answer, conduct.dialect);
        self.apply_variants(&mut answer, conduct);
        self.apply_faults(&mut answer, conduct);
        answer
    }

    fn documented(self) -> Answer {
        let fail = |http, code, message: &str| Answer::new(http, "F", code, message);
        let ok = StatusCode::OK;
        match self {
            Self::UnknownPath => fail(StatusCode::NOT_FOUND, "INVALID_API", "There is no such API."),
            Self::Method => {
                fail(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_SUPPORTED", "The method must be POST.")
            }
            Self::MediaType => fail(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "MEDIA_TYPE_NOT_ACCEPTABLE",
                "The content type must be application/json in UTF-8.",
            ),
            Self::TooLarge => fail(StatusCode::PAYLOAD_TOO_LARGE, "PARAM_ILLEGAL", "The body is too large."),
            Self::Client => fail(ok, "INVALID_CLIENT", "The client is unknown."),
            Self::TimeMissing => fail(ok, "PARAM_ILLEGAL", "Request-Time is missing."),
            Self::TimeInvalid => {
                fail(ok, "TIMESTAMP_INVALID", "Request-Time must be ISO 8601 and at most five minutes off.")
            }
            Self::Signature => fail(ok, "INVALID_SIGNATURE", "The signature does not verify."),
            Self::Syntax(defect) => fail(ok, "PARAM_ILLEGAL", defect.message()),
            Self::Field(name) => fail(ok, "PARAM_ILLEGAL", &format!("Illegal parameter: {name}.")),
            Self::InvalidToken => fail(ok, "INVALID_ACCESS_TOKEN", "The access token is invalid."),
            Self::UnscopedToken => {
                fail(ok, "ACCESS_TOKEN_NOT_COVER_THE_SCOPE", "The token lacks the scope NOTIFICATION_INBOX.")
            }
            Self::ExpiredToken => fail(ok, "EXPIRED_ACCESS_TOKEN", "The access token has expired."),
            // v1 documents no code for an unknown template. The successor API of the same family does, and its
            // code tells the caller what to mend, which the catch-all PROCESS_FAIL would not.
            Self::Template => fail(ok, "TEMPLATE_NOT_EXIST", "The template does not exist."),
            Self::Because(cause) => fail(ok, cause.code, cause.message),
            Self::Inconsistent => {
                fail(ok, "REPEAT_REQ_INCONSISTENT", "The requestId was used with another request.")
            }
            Self::Traffic => fail(ok, "REQUEST_TRAFFIC_EXCEED_LIMIT", "Too many requests."),
            Self::Failed => fail(ok, "PROCESS_FAIL", "The message could not be sent."),
            Self::Unknown => Answer::new(ok, "U", "UNKNOWN_EXCEPTION", "Unknown reason, please try again."),
            Self::Crash => Answer::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "U",
                "UNKNOWN_EXCEPTION",
                "Internal server error.",
            ),
        }
    }

    /// What a dialect has of its own: HTTP statuses for refusals, and fewer codes.
    fn apply_dialect(self, answer: &mut Answer, dialect: &Dialect) {
        if self == Self::ExpiredToken && !dialect.tells_expiry {
            answer.code = "INVALID_ACCESS_TOKEN";
        }
        if dialect.layered {
            answer.http = match self {
                Self::Client | Self::TimeMissing | Self::TimeInvalid | Self::Signature => {
                    StatusCode::UNAUTHORIZED
                }
                Self::InvalidToken | Self::ExpiredToken => StatusCode::UNAUTHORIZED,
                Self::UnscopedToken => StatusCode::FORBIDDEN,
                Self::Syntax(_) | Self::Field(_) => StatusCode::BAD_REQUEST,
                Self::Traffic => StatusCode::TOO_MANY_REQUESTS,
                _ => answer.http,
            };
        }
    }

    fn apply_variants(self, answer: &mut Answer, conduct: &Conduct) {
        match self {
            Self::UnknownPath | Self::Method | Self::MediaType | Self::TooLarge
                if conduct.does(Habit::TransportErrorsAs200) =>
            {
                answer.http = StatusCode::OK;
                answer.code = "PARAM_ILLEGAL";
            }
            Self::Syntax(_) if conduct.does(Habit::MalformedBodyAs400) => {
                answer.http = StatusCode::BAD_REQUEST;
            }
            Self::Client | Self::Signature if conduct.does(Habit::AuthenticationErrorsAs401) => {
                answer.http = StatusCode::UNAUTHORIZED;
            }
            Self::Field("requestId") if conduct.does(Habit::RequestIdCode) => {
                answer.code = "VERIFY_REQUEST_ID_INVALID";
            }
            Self::Because(USED_CODE) if conduct.does(TokenHabit::UsedAsInvalid) => {
                answer.code = INVALID_CODE.code;
            }
            Self::Because(USED_REFRESH_TOKEN) if conduct.does(TokenHabit::UsedAsInvalid) => {
                answer.code = INVALID_REFRESH_TOKEN.code;
            }
            Self::Because(EXPIRED_CODE) if conduct.does(TokenHabit::ExpiredAsInvalid) => {
                answer.code = INVALID_CODE.code;
            }
            Self::Because(EXPIRED_REFRESH_TOKEN) if conduct.does(TokenHabit::ExpiredAsInvalid) => {
                answer.code = INVALID_REFRESH_TOKEN.code;
            }
            Self::ExpiredToken if conduct.does(Habit::ExpiredAsInvalidToken) => {
                answer.code = "INVALID_ACCESS_TOKEN";
            }
            _ => {}
        }
    }

    fn apply_faults(self, answer: &mut Answer, conduct: &Conduct) {
        let unknown = |answer: &mut Answer| {
            answer.status = "U";
            answer.code = "UNKNOWN_EXCEPTION";
        };
        match self {
            Self::Field(_) => {
                if conduct.has(Flaw::ValidationAnsweredUnknown) {
                    unknown(answer);
                }
                if conduct.has(Flaw::ValidationAnsweredAccepted) {
                    answer.status = "A";
                    answer.code = "ACCEPT";
                }
                if conduct.has(Flaw::ValidationAs500) {
                    answer.http = StatusCode::INTERNAL_SERVER_ERROR;
                }
                if conduct.has(Flaw::ValidationAs400) {
                    answer.http = StatusCode::BAD_REQUEST;
                }
                if conduct.has(Flaw::IllegalParameterAsProcessFail) {
                    answer.code = "PROCESS_FAIL";
                }
                if conduct.has(Flaw::IllegalParameterAsInvalidToken) {
                    answer.code = "INVALID_ACCESS_TOKEN";
                }
            }
            Self::Syntax(_) => {
                if conduct.has(Flaw::MalformedJsonAnsweredUnknown) {
                    unknown(answer);
                }
                if conduct.has(Flaw::MalformedAsInvalidToken) {
                    answer.code = "INVALID_ACCESS_TOKEN";
                }
                if conduct.has(Flaw::StackTraceInAnswer) {
                    STACK_TRACE.clone_into(&mut answer.message);
                }
            }
            Self::InvalidToken => {
                if conduct.has(Flaw::InvalidTokenAnsweredUnknown) {
                    unknown(answer);
                }
                if conduct.has(Flaw::InvalidTokenAsIllegalParameter) {
                    answer.code = "PARAM_ILLEGAL";
                }
            }
            Self::UnscopedToken => {
                if conduct.has(Flaw::ScopeErrorAsInvalidToken) {
                    answer.code = "INVALID_ACCESS_TOKEN";
                }
                if conduct.has(Flaw::UnscopedTokenAnsweredUnknown) {
                    unknown(answer);
                }
            }
            Self::ExpiredToken => {
                if conduct.has(Flaw::ExpiredTokenAs401) {
                    answer.http = StatusCode::UNAUTHORIZED;
                }
                if conduct.has(Flaw::ExpiredTokenAsScopeError) {
                    answer.code = "ACCESS_TOKEN_NOT_COVER_THE_SCOPE";
                }
                if conduct.has(Flaw::ExpiredTokenAnsweredUnknown) {
                    unknown(answer);
                }
            }
            Self::Template => {
                if conduct.has(Flaw::UnknownTemplateAsInvalidToken) {
                    answer.code = "INVALID_ACCESS_TOKEN";
                }
                if conduct.has(Flaw::UnknownTemplateAnsweredUnknown) {
                    unknown(answer);
                }
            }
            Self::Signature if conduct.has(Flaw::SignatureAsInvalidToken) => {
                answer.code = "INVALID_ACCESS_TOKEN";
            }
            Self::Unknown if conduct.has(Flaw::UnknownWithRefusalCode) => answer.code = "PROCESS_FAIL",
            Self::Inconsistent if conduct.has(Flaw::OtherBodyAnsweredUnknown) => unknown(answer),
            _ => {}
        }
    }
}

/// What a framework in debug mode shows the world.
const STACK_TRACE: &str = "com.fasterxml.jackson.core.JsonParseException: Unexpected character\n\
     \tat com.wallet.inbox.MessageController.sendInbox(MessageController.java:87)\n\
     \tat java.base/java.lang.Thread.run(Thread.java:840)";
