//! Variants of sendInbox, and of what all operations share: transport, headers, signatures and answers.

use super::variant_table;

#[rustfmt::skip]
variant_table! {
    StoredAnswerForOtherBody = "stored-answer-for-other-body", "Answers a used key with the stored result even if the body differs, and sends nothing." => ["sendInbox", "sendInboxV2", "sendMessage", "pay", "refund"];
    AcceptThenSuccess = "accept-then-success", "Answers A first and S on the replay, with one messageId and one delivery." => ["sendInbox", "sendInboxV2", "pay"];
    UnknownThenSuccess = "unknown-then-success", "Answers U first, undelivered, and completes the request on the retry." => ["sendInbox", "sendInboxV2", "sendMessage", "pay", "refund"];
    TwinAnsweredUnknown = "twin-answered-unknown", "Answers U to a duplicate while the first is still in flight." => ["sendInbox", "sendInboxV2", "sendMessage", "pay", "refund"];
    PinsBusinessFailures = "pins-business-failures", "Stores the refusal of an unknown template under its key." => ["sendInbox"];
    TransportErrorsAs200 = "transport-errors-as-200", "Answers wrong path, method, media type and size with HTTP 200 and PARAM_ILLEGAL.";
    MalformedBodyAs400 = "malformed-body-as-400", "Answers a body that is not JSON with HTTP 400.";
    AuthenticationErrorsAs401 = "authentication-errors-as-401", "Answers a wrong client or signature with HTTP 401.";
    RequestIdCode = "request-id-code", "Refuses an illegal requestId with VERIFY_REQUEST_ID_INVALID." => ["sendInbox", "sendInboxV2", "sendMessage"];
    ExpiredAsInvalidToken = "expired-as-invalid-token", "Reports an expired token as INVALID_ACCESS_TOKEN.";
    TextParametersOnly = "text-parameters-only", "Refuses template parameters that are not texts." => ["sendInbox"];
    NoExtendInfo = "no-extend-info", "Leaves extendInfo out.";
    LongestExtendInfo = "longest-extend-info", "Gives an extendInfo of exactly 4096 characters, twice as many bytes.";
    LongestMessageId = "longest-message-id", "Gives a messageId of exactly 258 characters." => ["sendInbox", "sendInboxV2"];
    ExtraFields = "extra-fields", "Adds members that the contract does not know.";
    OtherWords = "other-words", "Words its messages differently, not in English and not in ASCII.";
    IgnoresByteOrderMark = "ignores-byte-order-mark", "Reads JSON text after a byte order mark, as RFC 8259 allows.";
    ReversedMembers = "reversed-members", "Writes the members of its answers in another order.";
    SpacedJson = "spaced-json", "Writes white space between the tokens of its answers.";
    EscapedText = "escaped-text", "Writes plain letters and slashes as JSON escapes.";
    ContentTypeWithoutCharset = "content-type-without-charset", "Declares application/json and leaves the charset to the standard.";
    UrlEncodedSignature = "url-encoded-signature", "URL-encodes the base64 of its signatures.";
    Base64UrlSignature = "base64url-signature", "Writes its signatures as base64url without padding.";
    SlowAnswers = "slow-answers", "Takes 20 ms before it looks at a request.";
    ChunkedAnswers = "chunked-answers", "Sends its answers in chunks.";
    ClosesConnections = "closes-connections", "Closes the connection after each answer.";
    AcceptThenLateSuccess = "accept-then-late-success", "Answers A, does the work in the background, and answers A until that is done and S from then on." => ["sendInbox", "sendInboxV2", "pay"];
    TwinAnsweredAccepted = "twin-answered-accepted", "Answers A to a duplicate while the first is still in flight." => ["sendInbox", "sendInboxV2", "pay"];
    DeliversLate = "delivers-late", "Answers S when the message is on its way; it arrives 20 ms later." => ["sendInbox", "sendInboxV2", "sendMessage", "pay", "refund"];
    SlowDelivery = "slow-delivery-for-twins", "Takes 200 ms to deliver where duplicates wait for the answer." => ["sendInbox"];
    ClosesSomeConnections = "closes-some-connections", "Closes the connection after every seventh answer.";
    UnsignedAnswers = "unsigned-answers", "Signs no answer, and gives its clients no key to verify with.", unverified;
    LimitsRateByCode = "limits-rate-by-code", "Takes a hundred requests a second, and answers the others F with REQUEST_TRAFFIC_EXCEED_LIMIT.";
    LimitsRateBy429 = "limits-rate-by-429", "Takes a hundred requests a second, and answers the others HTTP 429 with Retry-After and no result.";
    Http2Only = "http2-only", "Speaks HTTP/2, and answers HTTP/1.1 with 505.", http2;
}
