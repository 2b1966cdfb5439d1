//! The faults of message/send.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    AnswersAccepted = "message-answers-accepted", "status", "Answers A, a status that message/send does not have.", ["sendMessage/message/never-accepted", "sendMessage/shape/response-on-success"];
    RequestIdOneOver = "message-request-id-accepts-65", "shape", "Takes a requestId of 65 characters, one more than the contract allows.", ["sendMessage/request/requestId/maxLength/above*"];
    RequestIdTakesSpecials = "message-request-id-takes-specials", "shape", "Takes a requestId with the characters @, # and ?.", ["sendMessage/message/request-id-*"];
    SpecialsInExtendInfoRefused = "message-extend-info-refuses-specials", "shape", "Refuses an extendInfo with the characters @, # and ?, which its own JSON may hold.", ["sendMessage/message/extend-info-json"];
    NullExtendInfoRefused = "message-extend-info-refuses-null", "shape", "Refuses an extendInfo of null.", ["sendMessage/message/extend-info-null"];
    UnknownTemplateAsIllegal = "message-unknown-template-as-illegal", "code", "Answers PARAM_ILLEGAL to an unknown template.", ["sendMessage/message/unknown-template-code"];
    AnyApp = "message-takes-any-app", "code", "Does not look at appId.", ["sendMessage/message/unknown-app*"];
    ScopeNotChecked = "message-scope-not-checked", "code", "Takes a token without the scope.", ["sendMessage/code/unscoped-token", "sendMessage/status/unscoped-token-no-effect"];
    MessageId65 = "message-id-of-65", "shape", "Gives a messageId of 65 characters.", ["sendMessage/shape/response-on-success"];
    NewIdOnReplay = "message-new-id-on-replay", "idempotency", "Gives another messageId when a request is repeated.", ["sendMessage/idempotency/replay-same-result"];
    ReplayRefused = "message-replay-refused", "idempotency", "Refuses a request that is repeated.", ["sendMessage/idempotency/replay-same-result"];
    NoLock = "message-race-without-lock", "idempotency", "Has no lock on the key: duplicates at the same time are each sent.", ["sendMessage/idempotency/burst-*", "sendMessage/idempotency/twin-a-little-later"], race;
}
