//! The table of faults. A fault is one row here and one `if` where the behaviour lives.

/// A way in which the reference wallet can be broken on purpose.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name on the command line, in kebab case.
    pub name: &'static str,
    /// What it breaks, in one sentence.
    pub summary: &'static str,
    /// The law that it breaks: shape, status, code, idempotency, header or robustness.
    pub law: &'static str,
    /// Whether it shows only when requests overlap, so that a run may miss it by chance.
    pub race: bool,
    /// Globs on the ids of the cases that must notice it.
    pub noticed_by: &'static [&'static str],
    pub(super) flaw: Flaw,
}

/// Every fault that the wallet knows.
pub fn faults() -> &'static [Fault] {
    FAULTS
}

/// The fault of that name.
pub fn fault(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}

/// Declares the faults: `Flaw = name, law, summary, globs;`, with `race` behind the globs where chance plays a part.
macro_rules! faults {
    (@race) => { false };
    (@race race) => { true };
    ($($flaw:ident = $name:literal, $law:literal, $summary:literal, $globs:expr $(, $race:ident)?;)+) => {
        /// What the code asks for; each has one row in the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Flaw { $($flaw),+ }

        static FAULTS: &[Fault] = &[$(Fault {
            name: $name,
            summary: $summary,
            law: $law,
            race: faults!(@race $($race)?),
            noticed_by: &$globs,
            flaw: Flaw::$flaw,
        }),+];
    };
}

#[rustfmt::skip]
faults! {
    AccessTokenOneOver = "access-token-accepts-129", "shape", "Takes an accessToken of 129 characters, one more than the contract allows.", ["sendInbox/request/accessToken/maxLength/above*"];
    AccessTokenOneUnder = "access-token-refuses-128", "shape", "Refuses an accessToken of exactly 128 characters.", ["sendInbox/request/accessToken/maxLength/at*"];
    AccessTokenMayBeMissing = "access-token-may-be-missing", "shape", "Sends although accessToken is missing.", ["sendInbox/request/accessToken/required/missing"];
    AccessTokenMayBeNull = "access-token-may-be-null", "shape", "Sends although accessToken is null.", ["sendInbox/request/accessToken/type/null"];
    AccessTokenMayBeEmpty = "access-token-may-be-empty", "shape", "Sends although accessToken is the empty text.", ["sendInbox/request/accessToken/minLength/below"];
    RequestIdOneOver = "request-id-accepts-129", "shape", "Takes a requestId of 129 characters, one more than the contract allows.", ["sendInbox/request/requestId/maxLength/above"];
    RequestIdOneUnder = "request-id-refuses-128", "shape", "Refuses a requestId of exactly 128 characters.", ["sendInbox/request/requestId/maxLength/at*"];
    RequestIdMayBeMissing = "request-id-may-be-missing", "shape", "Sends although requestId is missing.", ["sendInbox/request/requestId/required/missing"];
    RequestIdMayBeNull = "request-id-may-be-null", "shape", "Sends although requestId is null.", ["sendInbox/request/requestId/type/null"];
    RequestIdMayBeEmpty = "request-id-may-be-empty", "shape", "Sends although requestId is the empty text.", ["sendInbox/request/requestId/minLength/below"];
    TemplateCodeOneOver = "template-code-accepts-257", "shape", "Takes a templateCode of 257 characters, one more than the contract allows.", ["sendInbox/request/templateCode/maxLength/above*"];
    TemplateCodeOneUnder = "template-code-refuses-256", "shape", "Refuses a templateCode of exactly 256 characters.", ["sendInbox/request/templateCode/maxLength/at*"];
    TemplateCodeMayBeMissing = "template-code-may-be-missing", "shape", "Sends although templateCode is missing.", ["sendInbox/request/templateCode/required/missing"];
    TemplateCodeMayBeNull = "template-code-may-be-null", "shape", "Sends although templateCode is null.", ["sendInbox/request/templateCode/type/null"];
    TemplateCodeMayBeEmpty = "template-code-may-be-empty", "shape", "Sends although templateCode is the empty text.", ["sendInbox/request/templateCode/minLength/below"];
    CountsUtf8Bytes = "counts-utf8-bytes", "shape", "Measures lengths in UTF-8 bytes, so that non-ASCII text is refused below the limit.", ["sendInbox/request/*/maxLength/at-two-byte", "sendInbox/request/*/maxLength/at-three-byte", "sendInbox/request/*/maxLength/at-astral"];
    CountsUtf16Units = "counts-utf16-units", "shape", "Measures lengths in UTF-16 units, so that astral characters count twice.", ["sendInbox/request/*/maxLength/at-astral"];
    RequestIdCountsGraphemes = "request-id-counts-graphemes", "shape", "Measures requestId in grapheme clusters, so that combining marks are free.", ["sendInbox/request/requestId/maxLength/above-combining"];
    RequestIdMayBeNumber = "request-id-accepts-number", "shape", "Takes a number for requestId.", ["sendInbox/request/requestId/type/integer", "sendInbox/request/requestId/type/number"];
    TemplatesMayBeMissing = "templates-may-be-missing", "shape", "Sends although templates is missing.", ["sendInbox/request/templates/required/missing"];
    TemplatesMayBeNull = "templates-may-be-null", "shape", "Sends although templates is null.", ["sendInbox/request/templates/type/null"];
    TemplatesMayBeObject = "templates-accepts-object", "shape", "Takes one object where templates must be an array.", ["sendInbox/request/templates/type/object"];
    EmptyTemplatesAccepted = "empty-templates-accepted", "shape", "Sends although templates is empty.", ["sendInbox/request/templates/minItems/below"];
    TemplateMayBeAnything = "template-accepts-anything", "shape", "Takes elements of templates that are no objects.", ["sendInbox/request/templates/0/type/*"];
    ParametersMayBeMissing = "template-parameters-may-be-missing", "shape", "Sends although templateParameters is missing.", ["sendInbox/request/templates/0/templateParameters/required/missing"];
    ParametersMayBeNull = "template-parameters-may-be-null", "shape", "Sends although templateParameters is null.", ["sendInbox/request/templates/0/templateParameters/type/null"];
    ParametersMayBeString = "template-parameters-accepts-string", "shape", "Takes a text for templateParameters.", ["sendInbox/request/templates/0/templateParameters/type/string"];
    ParametersMayBeArray = "template-parameters-accepts-array", "shape", "Takes an array for templateParameters.", ["sendInbox/request/templates/0/templateParameters/type/array"];
    NonAsciiParametersRefused = "non-ascii-parameters-refused", "shape", "Refuses template parameters that hold anything beyond ASCII.", ["sendInbox/request/templates/0/templateParameters/*/type/text-*"];
    TopLevelArrayAccepted = "top-level-array-accepted", "shape", "Answers S to a body that is an array.", ["sendInbox/request/type/array"];
    TextHtmlAnswer = "answers-text-html", "shape", "Declares its JSON answers as text/html.", ["sendInbox/shape/content-type"];
    RefusalAsHtml = "refusal-as-html", "shape", "Declares its refusals, and only those, as text/html.", ["sendInbox/shape/content-type-on-refusal", "sendInbox/shape/response-on-refusal"];
    WrongCharset = "wrong-charset", "shape", "Declares its answers as ISO-8859-1.", ["sendInbox/shape/charset"];
    ResultMissing = "result-missing", "shape", "Leaves result out of every answer.", ["sendInbox/shape/response-on-success", "sendInbox/shape/response-on-refusal"];
    RefusalWithoutResult = "refusal-without-result", "shape", "Leaves result out of refusals.", ["sendInbox/shape/response-on-refusal"];
    ResultIsText = "result-is-text", "shape", "Gives result as a text instead of an object.", ["sendInbox/shape/response-on-success", "sendInbox/shape/response-on-refusal"];
    ResultMessageMissing = "result-message-missing", "shape", "Leaves resultMessage out of result.", ["sendInbox/shape/message-on-*"];
    ResultMessage257 = "result-message-257", "shape", "Gives a resultMessage of 257 characters, one more than allowed.", ["sendInbox/shape/response-on-success", "sendInbox/shape/response-on-refusal"];
    MessageId259 = "message-id-259", "shape", "Gives a messageId of 259 characters, one more than allowed.", ["sendInbox/shape/response-on-success"];
    MessageIdTooLongForLongKey = "message-id-too-long-for-long-key", "shape", "Gives a messageId of 259 characters, but only where requestId is longer than 100.", ["sendInbox/request/requestId/maxLength/at*", "sendInbox/shape/response-on-success"];
    MessageIdIsNumber = "message-id-is-number", "shape", "Gives messageId as a number.", ["sendInbox/shape/response-on-success"];
    ExtendInfoIsObject = "extend-info-is-object", "shape", "Gives extendInfo as an object instead of a text.", ["sendInbox/shape/response-on-success"];
    ExtendInfo4097 = "extend-info-4097", "shape", "Gives an extendInfo of 4097 characters, one more than allowed.", ["sendInbox/shape/response-on-success"];
    RequestIdCutShort = "request-id-refuses-65", "shape", "Refuses a requestId of more than 64 characters, as the successor of the API does.", ["sendInbox/request/requestId/maxLength/near", "sendInbox/request/requestId/maxLength/at"];
    RequestIdOfOneRefused = "request-id-refuses-1", "shape", "Refuses a requestId of one character.", ["sendInbox/request/requestId/minLength/at"];
    RequestIdMayBeBoolean = "request-id-accepts-boolean", "shape", "Takes true or false for requestId.", ["sendInbox/request/requestId/type/boolean"];
    UnknownMemberRefused = "unknown-member-refused", "shape", "Refuses a request that has a member unknown to it.", ["sendInbox/request/additionalProperties/extra*"];
    ControlCharactersRefused = "control-characters-refused", "shape", "Refuses template parameters that hold a line break or another control character.", ["sendInbox/request/templates/0/templateParameters/*/type/text-control*"];
    DigitsRefused = "digits-only-refused", "shape", "Refuses template parameters that consist of digits, as if they were numbers.", ["sendInbox/request/templates/0/templateParameters/*/type/text-number*"];
    FirewallRefusesMarkup = "firewall-refuses-markup", "shape", "Has a firewall before it that answers HTTP 403 to a body with markup in it.", ["sendInbox/request/templates/0/templateParameters/*/type/text-html*"];
    FirewallRefusesSql = "firewall-refuses-sql", "shape", "Has a firewall before it that answers HTTP 403 to a body with SQL in it.", ["sendInbox/request/templates/0/templateParameters/*/type/text-sql*"];
    SuccessWithOtherCode = "success-with-other-code", "status", "Pairs S with a code other than SUCCESS.", ["sendInbox/status/success-code"];
    SuccessWithoutMessageId = "success-without-message-id", "status", "Answers S without a messageId.", ["sendInbox/status/success-message-id"];
    SuccessAs201 = "success-as-201", "status", "Answers S with HTTP 201.", ["sendInbox/status/http-status-on-success"];
    UnknownStatusLetter = "unknown-status-letter", "status", "Answers X where the contract says S.", ["sendInbox/status/success"];
    LowerCaseStatus = "lower-case-status", "status", "Writes the status in lower case.", ["sendInbox/status/success"];
    MessageIdOnRefusal = "message-id-on-refusal", "status", "Gives a messageId on F, as if something had been sent.", ["sendInbox/status/refusal-no-message-id"];
    RefusalHasEffect = "refusal-has-effect", "status", "Delivers the message although it answers F.", ["sendInbox/status/refusal-no-effect"];
    SuccessWithoutDelivery = "success-without-delivery", "status", "Answers S and delivers nothing.", ["sendInbox/status/success-effect"];
    ValidationAnsweredUnknown = "validation-answered-unknown", "status", "Answers U to illegal parameters, so that callers retry what can never work.", ["sendInbox/status/client-error-is-final"];
    ValidationAnsweredAccepted = "validation-answered-accepted", "status", "Answers A to illegal parameters.", ["sendInbox/status/client-error-is-final", "sendInbox/request/*"];
    InvalidTokenAnsweredUnknown = "invalid-token-answered-unknown", "status", "Answers U to an invalid token.", ["sendInbox/status/client-error-is-final", "sendInbox/code/invalid-token"];
    ExpiredTokenAnsweredUnknown = "expired-token-answered-unknown", "status", "Answers U to an expired token.", ["sendInbox/status/client-error-is-final", "sendInbox/code/expired-token"];
    ValidationAs500 = "validation-as-500", "status", "Answers illegal parameters with HTTP 500, the result in the body.", ["sendInbox/status/http-status-on-refusal"];
    ValidationAs400 = "validation-as-400", "status", "Answers illegal parameters with HTTP 400 where the dialect says 200.", ["sendInbox/status/http-status-on-refusal"];
    ExpiredTokenAs401 = "expired-token-as-401", "status", "Answers an expired token with HTTP 401 where the dialect says 200.", ["sendInbox/status/http-status-on-refusal", "sendInbox/code/expired-token"];
    NeverSettlesUnknown = "never-settles-unknown", "status", "Answers U to every valid request, however often it is retried.", ["sendInbox/status/unknown-settles", "sendInbox/status/success"];
    NeverSettlesAccepted = "never-settles-accepted", "status", "Answers A to every valid request for ever and delivers nothing.", ["sendInbox/status/accepted-effect"];
    RedirectsInsteadOfAnswering = "redirects-instead-of-answering", "status", "Answers every request with a redirect.", ["sendInbox/status/http-status-on-success"];
    RefusalWithSuccessCode = "refusal-with-success-code", "code", "Pairs F with the code SUCCESS.", ["sendInbox/code/documented-on-refusal"];
    RefusalWithUndocumentedCode = "refusal-with-undocumented-code", "code", "Refuses with a code that no document knows.", ["sendInbox/code/documented-on-refusal"];
    InvalidTokenAccepted = "invalid-token-accepted", "code", "Sends with any token that it does not know.", ["sendInbox/code/invalid-token"];
    UnscopedTokenAccepted = "unscoped-token-accepted", "code", "Sends with a token that lacks the scope.", ["sendInbox/code/unscoped-token"];
    ExpiredTokenAccepted = "expired-token-accepted", "code", "Sends with an expired token.", ["sendInbox/code/expired-token"];
    ScopeErrorAsInvalidToken = "scope-error-as-invalid-token", "code", "Reports a missing scope as INVALID_ACCESS_TOKEN.", ["sendInbox/code/unscoped-token"];
    InvalidTokenAsIllegalParameter = "invalid-token-as-illegal-parameter", "code", "Reports an invalid token as PARAM_ILLEGAL.", ["sendInbox/code/invalid-token"];
    ExpiredTokenAsScopeError = "expired-token-as-scope-error", "code", "Reports an expired token as ACCESS_TOKEN_NOT_COVER_THE_SCOPE.", ["sendInbox/code/expired-token-code"];
    IllegalParameterAsProcessFail = "illegal-parameter-as-process-fail", "code", "Reports illegal parameters as PROCESS_FAIL.", ["sendInbox/code/illegal-parameter"];
    UnknownTemplateAccepted = "unknown-template-accepted", "code", "Sends with a template that does not exist.", ["sendInbox/code/unknown-template", "sendInbox/request/templateCode/*"];
    AccessTokenRefuses127 = "access-token-refuses-127", "shape", "Refuses an accessToken of 127 characters as illegal, and none of 126 or 128.", ["sendInbox/request/accessToken/maxLength/around"];
    RequestIdRefuses127 = "request-id-refuses-127", "shape", "Refuses a requestId of 127 characters, and none of 126 or 128.", ["sendInbox/request/requestId/maxLength/around", "sendInbox/request/requestId/maxLength/near"];
    TemplateCodeRefuses255 = "template-code-refuses-255", "shape", "Refuses a templateCode of 255 characters as illegal, and none of 254 or 256.", ["sendInbox/request/templateCode/maxLength/around"];
    ChecksFirstTemplateOnly = "checks-first-template-only", "shape", "Looks at the first template only.", ["sendInbox/shape/second-template-*", "sendInbox/shape/last-of-five-null"];
    ChecksFirstTenTemplates = "checks-first-ten-templates", "shape", "Looks at the first ten templates only.", ["sendInbox/shape/last-of-twenty-empty", "sendInbox/shape/middle-of-twenty-text"];
    SentBeforeLastTemplate = "sent-before-last-template-is-checked", "status", "Delivers as soon as the first template is good, and then answers F for a later one.", ["sendInbox/status/bad-template-no-effect"];
    PartialRefusalHasMessageId = "message-id-on-partial-refusal", "status", "Gives a messageId on F where the first template is good and a later one is not.", ["sendInbox/status/bad-template-no-message-id"];
    LateTokenCheck = "late-token-check", "status", "Delivers before it looks at the scope and the expiry of the token.", ["sendInbox/status/unscoped-token-no-effect", "sendInbox/status/expired-token-no-effect"];
    RefusalWithUnknownCode = "refusal-with-unknown-code", "status", "Pairs F with UNKNOWN_EXCEPTION, the code of U.", ["sendInbox/status/refusal-code"];
    SuccessWithAcceptCode = "success-with-accept-code", "status", "Pairs S with ACCEPT, the code of A.", ["sendInbox/status/success-code"];
    AcceptedThenUnknown = "accepted-then-unknown", "status", "Delivers and answers A, and U to every replay.", ["sendInbox/status/accepted-settles"];
    PassingFailureAnsweredFinal = "passing-failure-answered-final", "status", "Answers F to the first attempt under a key where it should answer U, and sends on the next.", ["sendInbox/status/refusal-is-final"];
    LateTemplateCheck = "late-template-check", "status", "Delivers before it looks the template up.", ["sendInbox/status/unknown-template-no-effect"];
    UnknownWithRefusalCode = "unknown-with-refusal-code", "status", "Answers U first with PROCESS_FAIL, a code of F, and completes the request on the retry.", ["sendInbox/status/unknown-settles"];
    AcceptedWithSuccessCode = "accepted-with-success-code", "status", "Answers A first with SUCCESS, the code of S.", ["sendInbox/status/success-code"];
    UnscopedTokenAnsweredUnknown = "unscoped-token-answered-unknown", "status", "Answers U to a token without the scope.", ["sendInbox/code/unscoped-token"];
    UnknownTemplateAnsweredUnknown = "unknown-template-answered-unknown", "status", "Answers U to an unknown template.", ["sendInbox/code/unknown-template"];
    RefusalCodeByKey = "refusal-code-by-key", "status", "Refuses half of all keys with another code, like two instances of different versions.", ["sendInbox/status/refusal-repeats", "sendInbox/status/refused-token-repeats"];
    SecondRefusalDiffers = "second-refusal-differs", "idempotency", "Refuses a key that was refused before with another code.", ["sendInbox/idempotency/refusal-repeats", "sendInbox/idempotency/refused-token-repeats"];
    IllegalParameterAsInvalidToken = "illegal-parameter-as-invalid-token", "code", "Reports illegal parameters as INVALID_ACCESS_TOKEN.", ["sendInbox/code/cause-illegal-*"];
    UnknownTemplateAsInvalidToken = "unknown-template-as-invalid-token", "code", "Reports an unknown template as INVALID_ACCESS_TOKEN.", ["sendInbox/code/cause-unknown-template"];
    SignatureAsInvalidToken = "signature-as-invalid-token", "code", "Reports a wrong signature as INVALID_ACCESS_TOKEN.", ["sendInbox/code/cause-signature"];
    MalformedAsInvalidToken = "malformed-json-as-invalid-token", "code", "Reports text that is not JSON as INVALID_ACCESS_TOKEN.", ["sendInbox/code/cause-invalid-json"];
    TwoErrorsAsClientError = "two-errors-as-client-error", "code", "Reports a bad token together with another error as INVALID_CLIENT.", ["sendInbox/code/both-*"];
    TwoErrorsAnsweredUnknown = "two-errors-answered-unknown", "code", "Answers U to a bad token together with another error.", ["sendInbox/code/both-*"];
    TokenTrustedByConnection = "token-trusted-by-connection", "code", "Takes any token on a connection that has shown a good one.", ["sendInbox/code/invalid-token-after-valid"];
    ConnectionDistrusted = "connection-distrusted", "code", "Refuses every token on a connection that has shown a bad one.", ["sendInbox/comparison/good-after-bad-token"];
    SpacedRefusalDiffers = "spaced-refusal-differs", "code", "Refuses an illegal request with another code where there is white space between its tokens.", ["sendInbox/comparison/refusal-writing", "sendInbox/comparison/refused-token-writing"];
    RefusalCodeByMember = "refusal-code-by-member", "code", "Refuses an illegal request with another code where it has a member that the contract does not know.", ["sendInbox/comparison/refusal-unknown-member"];
    RefusalCodeByHeader = "refusal-code-by-header", "header", "Refuses an illegal request with another code where it has a header field that the contract does not know.", ["sendInbox/comparison/refusal-header-fields"];
    RefusalCodeByTime = "refusal-code-by-time", "header", "Refuses an illegal request with another code where its Request-Time is more than half a minute old.", ["sendInbox/comparison/refusal-request-time"];
    UnknownHeaderRefused = "unknown-header-refused", "header", "Refuses a request with a header field that the contract does not know.", ["sendInbox/comparison/header-unknown"];
    HeaderOrderMatters = "header-order-matters", "header", "Refuses a request whose Signature comes before its Client-Id.", ["sendInbox/comparison/header-spelling"];
    AcceptJsonRefused = "accept-json-refused", "header", "Refuses a request that says Accept: application/json.", ["sendInbox/comparison/header-accept"];
    IllegalBlocksConnection = "illegal-request-blocks-connection", "code", "Refuses every request on a connection that has brought an illegal one.", ["sendInbox/comparison/good-after-illegal"];
    NewMessageIdOnReplay = "new-message-id-on-replay", "idempotency", "Gives a new messageId each time the answer is replayed.", ["sendInbox/idempotency/replay-same-result"];
    ReplayWithoutMessageId = "replay-without-message-id", "idempotency", "Leaves messageId out of replayed answers.", ["sendInbox/idempotency/replay-same-result"];
    ReplayRefused = "replay-refused", "idempotency", "Refuses a repeated request instead of replaying its answer.", ["sendInbox/idempotency/replay-same-result"];
    ReplayAnsweredUnknown = "replay-answered-unknown", "idempotency", "Answers U to a repeated request that had reached S.", ["sendInbox/idempotency/replay-same-result"];
    ReplayAnsweredAccepted = "replay-answered-accepted", "idempotency", "Answers A to a repeated request that had reached S.", ["sendInbox/idempotency/replay-same-result"];
    ReplayDeliversAgain = "replay-delivers-again", "idempotency", "Delivers again on a replay, with the same messageId in the answer.", ["sendInbox/idempotency/replay-one-effect"];
    ReplayNeedsSameConnection = "replay-needs-same-connection", "idempotency", "Knows a key only on the connection that used it first.", ["sendInbox/idempotency/replay-new-connection"];
    ReplayNeedsSameTime = "replay-needs-same-time", "idempotency", "Takes a replay with a fresh Request-Time for a new request.", ["sendInbox/idempotency/replay-fresh-time"];
    ReplayComparesBytes = "replay-compares-bytes", "idempotency", "Takes a replay with other white space or member order for another request.", ["sendInbox/idempotency/replay-whitespace", "sendInbox/idempotency/replay-reordered-body"];
    ReplayComparesMemberOrder = "replay-compares-member-order", "idempotency", "Takes a replay with other member order for another request.", ["sendInbox/idempotency/replay-reordered-body"];
    ForgetsAfterThreeRequests = "forgets-after-three-requests", "idempotency", "Forgets a stored answer once three further requests have come.", ["sendInbox/idempotency/replay-after-others"];
    RaceWithoutLock = "race-without-lock", "idempotency", "Has no lock on the key: concurrent duplicates are each sent.", ["sendInbox/idempotency/burst-agrees", "sendInbox/idempotency/burst-one-effect", "sendInbox/idempotency/twin-a-little-later", "sendInbox/idempotency/twins-with-other-content"], race;
    RaceWithOneMessageId = "race-with-one-message-id", "idempotency", "Has no lock on the key, and hides it behind one messageId.", ["sendInbox/idempotency/burst-one-effect", "sendInbox/idempotency/twin-a-little-later", "sendInbox/idempotency/twins-with-other-content"], race;
    OtherBodySendsAgain = "other-body-sends-again", "idempotency", "Sends a second message when a key comes with another body.", ["sendInbox/idempotency/different-body-no-second-message", "sendInbox/idempotency/different-body-one-effect"];
    OtherBodyGetsNewMessageId = "other-body-gets-new-message-id", "idempotency", "Answers a used key with another body with S and a new messageId, and sends nothing.", ["sendInbox/idempotency/different-body-no-second-message"];
    OtherBodyAnsweredUnknown = "other-body-answered-unknown", "idempotency", "Answers U for ever to a used key with another body.", ["sendInbox/idempotency/different-body-is-final"];
    UnknownThenSecondDelivery = "unknown-then-second-delivery", "idempotency", "Delivers, answers U, and delivers again on the retry.", ["sendInbox/idempotency/replay-one-effect", "sendInbox/status/success-effect"];
    AcceptThenSecondDelivery = "accept-then-second-delivery", "idempotency", "Delivers, answers A, and delivers again when it answers S.", ["sendInbox/idempotency/replay-one-effect", "sendInbox/status/accepted-settles"];
    OneMessageIdForAll = "one-message-id-for-all", "idempotency", "Gives every message the same messageId.", ["sendInbox/idempotency/different-keys"];
    KeyIgnoresCase = "key-ignores-case", "idempotency", "Takes keys that differ only in case for one.", ["sendInbox/idempotency/key-case"];
    KeyTrimmed = "key-trimmed", "idempotency", "Takes keys that differ only in white space around them for one.", ["sendInbox/idempotency/key-trailing-space"];
    KeyCutAt36 = "key-cut-at-36", "idempotency", "Looks at the first 36 characters of a key only.", ["sendInbox/idempotency/key-behind-36"];
    KeyCutAt64 = "key-cut-at-64", "idempotency", "Looks at the first 64 characters of a key only.", ["sendInbox/idempotency/key-behind-64"];
    KeyCutAt127 = "key-cut-at-127", "idempotency", "Looks at the first 127 characters of a key only.", ["sendInbox/idempotency/key-last-character"];
    KeyIgnoresLeadingZeros = "key-ignores-leading-zeros", "idempotency", "Takes keys that differ only in leading zeros for one.", ["sendInbox/idempotency/key-leading-zeros"];
    KeyComposed = "key-composed", "idempotency", "Takes a composed and a decomposed accent in a key for the same.", ["sendInbox/idempotency/key-normalisation"];
    RefusalBurnsKey = "refusal-burns-key", "idempotency", "Stores a refusal for illegal parameters or a bad token, so that the corrected request fails.", ["sendInbox/idempotency/refusal-keeps-key"];
    KeyCutAt32 = "key-cut-at-32", "idempotency", "Looks at the first 32 characters of a key only.", ["sendInbox/idempotency/key-behind-32"];
    KeyCutAt100 = "key-cut-at-100", "idempotency", "Looks at the first 100 characters of a key only.", ["sendInbox/idempotency/key-behind-100"];
    KeySpacesCollapsed = "key-spaces-collapsed", "idempotency", "Takes every run of white space in a key for one space.", ["sendInbox/idempotency/key-inner-spaces", "sendInbox/idempotency/key-tab"];
    KeyReadAsNumber = "key-read-as-number", "idempotency", "Reads a key of digits as a floating-point number.", ["sendInbox/idempotency/key-exponent", "sendInbox/idempotency/key-decimal-point", "sendInbox/idempotency/key-large-number"];
    KeyUrlDecoded = "key-url-decoded", "idempotency", "Decodes keys as if they came in a URL.", ["sendInbox/idempotency/key-plus", "sendInbox/idempotency/key-percent"];
    KeyCutAtNul = "key-cut-at-nul", "idempotency", "Looks at a key up to its first U+0000 only.", ["sendInbox/idempotency/key-after-nul"];
    KeyWithoutAstral = "key-without-astral", "idempotency", "Stores keys in an encoding that has no characters outside the BMP, and a question mark for each.", ["sendInbox/idempotency/key-emoji"];
    KeyAsCrc32 = "key-as-crc32", "idempotency", "Keeps the CRC-32 of a key in place of the key.", ["sendInbox/idempotency/key-crc32"];
    KeyAsHashCode = "key-as-hash-code", "idempotency", "Keeps the Java hash code of a key in place of the key.", ["sendInbox/idempotency/key-hash-code"];
    KeyIgnoresClient = "key-ignores-client", "idempotency", "Takes one key of two clients for the same request.", ["sendInbox/idempotency/key-other-client"];
    KeyIncludesToken = "key-includes-token", "idempotency", "Takes one key with two tokens for two requests, and sends twice.", ["sendInbox/idempotency/key-other-token"];
    ForgetsAfterASecond = "forgets-after-a-second", "idempotency", "Forgets a stored answer after a second.", ["sendInbox/idempotency/replay-at-the-end"];
    DeliversAgainLater = "delivers-again-later", "idempotency", "Delivers a second time a moment after the answer.", ["sendInbox/status/success-effect", "sendInbox/idempotency/replay-one-effect"];
    RaceStoresAfterDelivery = "race-stores-after-delivery", "idempotency", "Has no lock on the key, delivers at once, and takes its time to store the answer.", ["sendInbox/idempotency/burst-agrees", "sendInbox/idempotency/burst-one-effect", "sendInbox/idempotency/twin-a-little-later", "sendInbox/idempotency/twins-with-other-content"], race;
    LockPerConnection = "lock-per-connection", "idempotency", "Locks the connection instead of the key: duplicates on another one are each sent.", ["sendInbox/idempotency/burst-agrees", "sendInbox/idempotency/burst-one-effect", "sendInbox/idempotency/twin-a-little-later", "sendInbox/idempotency/twins-with-other-content"], race;
    LockReleasedTooSoon = "lock-released-too-soon", "idempotency", "Releases the lock on the key before the answer is stored.", ["sendInbox/idempotency/burst-agrees", "sendInbox/idempotency/burst-one-effect", "sendInbox/idempotency/twin-a-little-later", "sendInbox/idempotency/twins-with-other-content"], race;
    HangUpForgetsDelivery = "hang-up-forgets-delivery", "idempotency", "Drops the work when the caller hangs up, even if it has delivered and not yet stored the answer.", ["sendInbox/idempotency/cut-then-replay", "sendInbox/idempotency/history-cut"], race;
    UnknownThenBackgroundDelivery = "unknown-then-background-delivery", "idempotency", "Answers U, delivers in the background all the same, and delivers again on the retry.", ["sendInbox/idempotency/replay-one-effect", "sendInbox/status/success-effect"];
    ClientNotChecked = "client-id-not-checked", "header", "Takes any Client-Id.", ["sendInbox/header/client-id-wrong", "sendInbox/header/client-id-malformed"];
    MissingClientAccepted = "client-id-missing-accepted", "header", "Takes a request without Client-Id.", ["sendInbox/header/client-id-missing"];
    TimeNotParsed = "request-time-not-parsed", "header", "Takes any text as Request-Time.", ["sendInbox/header/request-time-malformed", "sendInbox/header/request-time-stale"];
    MissingTimeAccepted = "request-time-missing-accepted", "header", "Takes a request without Request-Time.", ["sendInbox/header/request-time-missing"];
    StaleTimeAccepted = "stale-time-accepted", "header", "Takes a Request-Time however old.", ["sendInbox/header/request-time-stale"];
    SignatureNotChecked = "signature-not-checked", "header", "Looks at no signature at all.", ["sendInbox/header/signature-*"];
    MissingSignatureAccepted = "signature-missing-accepted", "header", "Takes a request without Signature.", ["sendInbox/header/signature-missing"];
    WellFormedSignatureAccepted = "well-formed-signature-accepted", "header", "Takes any Signature that has the right form.", ["sendInbox/header/signature-other-body", "sendInbox/header/signature-other-path"];
    PathNotBound = "signature-path-not-bound", "header", "Takes a signature that was made for another path of the family.", ["sendInbox/header/signature-other-path"];
    SignatureOverPrefixedPath = "signature-over-prefixed-path", "header", "Verifies over /api and the path, so that right signatures fail.", ["sendInbox/status/success", "sendInbox/header/*"];
    BodyReserialised = "body-reserialised-before-verification", "header", "Verifies over the body without its white space instead of the bytes sent.", ["sendInbox/header/body-with-whitespace"];
    ResponseUnsigned = "response-unsigned", "header", "Signs no answer.", ["sendInbox/header/response-signature", "sendInbox/header/response-signature-on-refusal"];
    RefusalUnsigned = "refusal-unsigned", "header", "Signs no refusal.", ["sendInbox/header/response-signature-on-refusal"];
    ResponseSignatureWrong = "response-signature-wrong", "header", "Signs the request's body instead of the answer's.", ["sendInbox/header/response-signature"];
    ResponseSignatureWithoutTime = "response-signature-without-time", "header", "Leaves Response-Time out of what it signs.", ["sendInbox/header/response-signature"];
    ResponseTimeMissing = "response-time-missing", "header", "Gives no Response-Time.", ["sendInbox/header/response-time"];
    ResponseTimeIsEpoch = "response-time-is-epoch", "header", "Gives Response-Time as milliseconds since 1970.", ["sendInbox/header/response-time"];
    ResponseClientMissing = "response-client-id-missing", "header", "Gives no Client-Id.", ["sendInbox/header/response-client-id"];
    WrongSignatureDelivers = "wrong-signature-delivers", "header", "Refuses a wrong signature when the message is already delivered.", ["sendInbox/header/unsigned-no-effect"];
    HeaderNamesCaseSensitive = "header-names-case-sensitive", "header", "Finds header fields only where their names are written with capitals.", ["sendInbox/comparison/header-spelling"];
    SignatureNeedsSpaces = "signature-needs-spaces", "header", "Splits Signature at comma and space.", ["sendInbox/wire/signature-spacing"];
    SignatureOrderMatters = "signature-order-matters", "header", "Reads the pairs of Signature by their place.", ["sendInbox/wire/signature-order"];
    AlgorithmCaseMatters = "algorithm-case-matters", "header", "Knows the algorithm in capitals only.", ["sendInbox/wire/algorithm-case"];
    KeyVersionRequired = "key-version-required", "header", "Refuses a Signature without keyVersion.", ["sendInbox/wire/key-version-absent"];
    KeyVersionIgnored = "key-version-ignored", "header", "Takes any keyVersion.", ["sendInbox/wire/key-version-unknown"];
    BodySlashesUnescaped = "body-slashes-unescaped-before-verification", "header", "Verifies over the body with \\/ written as /.", ["sendInbox/wire/body-with-escaped-slashes"];
    BodyLettersUnescaped = "body-letters-unescaped-before-verification", "header", "Verifies over the body with \\uXXXX written as the letters themselves.", ["sendInbox/wire/body-with-escaped-letters"];
    BodyTrimmed = "body-trimmed-before-verification", "header", "Verifies over the body without white space around it.", ["sendInbox/wire/body-with-final-newline"];
    BodySorted = "body-sorted-before-verification", "header", "Verifies over the body with its members sorted by name.", ["sendInbox/header/body-reordered"];
    BodyAsAscii = "body-as-ascii-before-verification", "header", "Verifies over the body with a question mark for every byte beyond ASCII.", ["sendInbox/wire/body-beyond-ascii"];
    SignedClientNotBound = "signature-client-not-bound", "header", "Takes a signature that was made for a longer Client-Id.", ["sendInbox/wire/signature-other-client"];
    MethodNotBound = "signature-method-not-bound", "header", "Takes a signature that was made for another method.", ["sendInbox/wire/signature-other-method"];
    AnyKnownKey = "any-known-key-accepted", "header", "Verifies with the key of any client that it knows.", ["sendInbox/wire/signature-other-key"];
    ShortSignatureAccepted = "short-signature-accepted", "header", "Takes any signature that is shorter than the key's.", ["sendInbox/wire/signature-truncated"];
    EmptySignatureAccepted = "empty-signature-accepted", "header", "Takes an empty signature.", ["sendInbox/wire/signature-empty"];
    DoubleEncodingAccepted = "double-encoding-accepted", "header", "Decodes signatures as often as it can.", ["sendInbox/wire/signature-encoded-twice"];
    TimeNeedsOffset = "request-time-needs-offset", "header", "Does not read Z as an offset.", ["sendInbox/wire/time-in-utc"];
    TimeNeedsUtc = "request-time-needs-utc", "header", "Reads no offset but Z.", ["sendInbox/wire/time-with-offset"];
    MillisecondsRefused = "request-time-refuses-milliseconds", "header", "Reads times to the second only.", ["sendInbox/wire/time-with-milliseconds", "sendInbox/wire/time-with-offset-and-milliseconds"];
    OffsetIgnored = "request-time-offset-ignored", "header", "Takes the clock face of Request-Time for UTC, whatever its offset.", ["sendInbox/wire/time-with-offset", "sendInbox/wire/time-with-offset-and-milliseconds"];
    UnzonedTimeAccepted = "request-time-without-offset-accepted", "header", "Takes a time without offset for UTC.", ["sendInbox/wire/time-without-offset"];
    EpochTimeAccepted = "request-time-in-digits-accepted", "header", "Takes milliseconds since 1970 as Request-Time.", ["sendInbox/wire/time-since-1970"];
    FutureTimeAccepted = "future-time-accepted", "header", "Takes a Request-Time however far ahead.", ["sendInbox/wire/request-time-ahead"];
    WindowTooNarrow = "request-time-window-too-narrow", "header", "Refuses requests that are half a minute old.", ["sendInbox/comparison/refusal-request-time"];
    ContentTypeRequired = "content-type-required", "header", "Refuses a request without Content-Type.", ["sendInbox/header/content-type-absent"];
    CharsetRequired = "charset-required", "header", "Refuses a Content-Type without charset.", ["sendInbox/header/content-type-without-charset"];
    MediaTypeCaseMatters = "media-type-case-matters", "header", "Knows application/json in lower case only.", ["sendInbox/wire/content-type-case"];
    QuotedCharsetRefused = "quoted-charset-refused", "header", "Refuses a charset in quotes.", ["sendInbox/wire/content-type-quoted-charset"];
    UnreadableUnsigned = "unreadable-unsigned", "header", "Signs no refusal of a body that is not JSON.", ["sendInbox/wire/response-signature-on-unreadable"];
    UnknownUnsigned = "unknown-unsigned", "header", "Answers U first, unsigned, and completes the request on the retry.", ["sendInbox/header/response-signature"];
    ResponseSignatureEncodedTwice = "response-signature-encoded-twice", "header", "Encodes its signatures twice.", ["sendInbox/header/response-signature"];
    CrashOnEmptyTemplates = "crash-on-empty-templates", "robustness", "Crashes with HTTP 500 on empty templates.", ["sendInbox/request/templates/minItems/below"];
    CrashOnMalformedJson = "crash-on-malformed-json", "robustness", "Crashes with HTTP 500 on text that is not JSON.", ["sendInbox/robustness/invalid-json", "sendInbox/robustness/truncated-json"];
    CrashOnEmptyBody = "crash-on-empty-body", "robustness", "Crashes with HTTP 500 on an empty body.", ["sendInbox/robustness/empty-body"];
    CrashOnNul = "crash-on-nul", "robustness", "Crashes with HTTP 500 on U+0000 in a text.", ["sendInbox/request/templates/0/templateParameters/*/type/text-nul"];
    CrashOnDeepNesting = "crash-on-deep-nesting", "robustness", "Crashes with HTTP 500 on deeply nested JSON.", ["sendInbox/robustness/deep-nesting"];
    CrashOnInvalidUtf8 = "crash-on-invalid-utf8", "robustness", "Crashes with HTTP 500 on bytes that are not UTF-8.", ["sendInbox/robustness/invalid-utf8"];
    CrashOnLargeBody = "crash-on-large-body", "robustness", "Crashes with HTTP 500 on a body over its limit.", ["sendInbox/robustness/large-body"];
    CrashOnDuplicateKeys = "crash-on-duplicate-keys", "robustness", "Crashes with HTTP 500 on duplicate member names.", ["sendInbox/robustness/duplicate-keys"];
    AnswerCutOffOnNul = "answer-cut-off-on-nul", "robustness", "Breaks off in the middle of its answer where the request holds U+0000.", ["sendInbox/request/templates/0/templateParameters/*/type/text-nul"];
    StackTraceInAnswer = "stack-trace-in-answer", "robustness", "Shows a stack trace for text that is not JSON.", ["sendInbox/robustness/invalid-json", "sendInbox/robustness/truncated-json"];
    MalformedJsonAnsweredUnknown = "malformed-json-answered-unknown", "robustness", "Answers U to text that is not JSON.", ["sendInbox/robustness/invalid-json", "sendInbox/robustness/truncated-json"];
    AnyMediaTypeAccepted = "any-media-type-accepted", "robustness", "Takes a body that is declared as text/plain.", ["sendInbox/robustness/wrong-media-type-refused"];
    DuplicateKeysAccepted = "duplicate-keys-accepted", "robustness", "Takes the last of two members with one name.", ["sendInbox/robustness/duplicate-keys-refused"];
    TrailingBytesAccepted = "trailing-bytes-accepted", "robustness", "Takes whatever follows the JSON text.", ["sendInbox/robustness/trailing-bytes-refused"];
    InvalidUtf8Accepted = "invalid-utf8-accepted", "robustness", "Replaces bytes that are not UTF-8 and sends what it made of them.", ["sendInbox/robustness/invalid-utf8-refused"];
    GetAccepted = "get-accepted", "robustness", "Sends on GET as on POST.", ["sendInbox/robustness/method-get"];
    PutAccepted = "put-accepted", "robustness", "Sends on PUT as on POST.", ["sendInbox/robustness/method-put"];
    DeleteAccepted = "delete-accepted", "robustness", "Sends on DELETE as on POST.", ["sendInbox/robustness/method-delete"];
    CrashOnEmptyObject = "crash-on-empty-object", "robustness", "Crashes with HTTP 500 on an object without members.", ["sendInbox/robustness/empty-object"];
    CrashOnOtherMediaType = "crash-on-other-media-type", "robustness", "Crashes with HTTP 500 on a body that is not declared as JSON.", ["sendInbox/robustness/wrong-media-type"];
    CrashOnEmoji = "crash-on-emoji", "robustness", "Crashes with HTTP 500 on characters outside the BMP in template parameters, which its database cannot hold.", ["sendInbox/request/templates/0/templateParameters/*/type/text-emoji"];
    CrashOnFormatDirective = "crash-on-format-directive", "robustness", "Crashes with HTTP 500 on a percent sign in template parameters, since it formats them.", ["sendInbox/request/templates/0/templateParameters/*/type/text-format"];
    CrashOnOtherCharset = "crash-on-other-charset", "robustness", "Crashes with HTTP 500 on a charset that it does not know.", ["sendInbox/wire/content-type-other-charset"];
    CrashOnQuery = "crash-on-query", "robustness", "Crashes with HTTP 500 on a query.", ["sendInbox/wire/query-string"];
    TrailingSlashRedirected = "trailing-slash-redirected", "robustness", "Redirects from a path with a slash at its end.", ["sendInbox/wire/trailing-slash"];
    CrashOnHead = "crash-on-head", "robustness", "Crashes with HTTP 500 on HEAD.", ["sendInbox/wire/method-head"];
    HeadDelivers = "head-delivers", "robustness", "Sends on HEAD as on POST, which its answer cannot tell.", ["sendInbox/wire/method-head"];
    OptionsAccepted = "options-accepted", "robustness", "Sends on OPTIONS as on POST.", ["sendInbox/wire/method-options"];
    PatchAccepted = "patch-accepted", "robustness", "Sends on PATCH as on POST.", ["sendInbox/wire/method-patch"];
    ExpectRefused = "expect-refused", "robustness", "Answers HTTP 417 to Expect: 100-continue.", ["sendInbox/wire/expect-continue"];
    CrashOnGzip = "crash-on-gzip", "robustness", "Crashes with HTTP 500 on a body that is packed with gzip.", ["sendInbox/wire/gzip-body"];
    ChunkedRefused = "chunked-refused", "robustness", "Answers HTTP 411 to a body sent in chunks.", ["sendInbox/wire/chunked-body"];
}
