//! The faults of sendInbox, version 2.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    SixTemplates = "v2-takes-six-templates", "shape", "Takes six templates, one more than the contract allows.", ["sendInboxV2/request/templates/maxItems/above*"];
    FourTemplates = "v2-refuses-five-templates", "shape", "Refuses five templates.", ["sendInboxV2/request/templates/maxItems/at*", "sendInboxV2/message/five-templates-one-message"];
    AnyAuthClient = "v2-takes-any-auth-client", "code", "Does not look at authClientId.", ["sendInboxV2/message/unknown-auth-client", "sendInboxV2/message/auth-client-no-effect"];
    AuthClientRequired = "v2-needs-auth-client", "shape", "Refuses a request without authClientId.", ["sendInboxV2/message/auth-client-absent"];
    AnyExtendInfo = "v2-takes-any-extend-info", "shape", "Does not look at extendInfo.", ["sendInboxV2/request/extendInfo/maxLength/above*", "sendInboxV2/request/extendInfo/type/*"];
    SentBeforeLastTemplate = "v2-sent-before-last-template", "status", "Sends when the first template is good, and refuses the request for a later one.", ["sendInboxV2/message/bad-template-no-effect"];
    OneMessagePerTemplate = "v2-one-message-per-template", "status", "Sends a message for each template.", ["sendInboxV2/message/five-templates-one-message"];
    ReplaySendsAgain = "v2-replay-sends-again", "idempotency", "Sends again when a request is repeated, and answers as before.", ["sendInboxV2/idempotency/replay-one-effect", "sendInboxV2/idempotency/history-sequence"];
    OtherContentSendsAgain = "v2-other-content-sends-again", "idempotency", "Sends again when a used requestId comes with other content.", ["sendInboxV2/idempotency/different-body-*"];
    NoLock = "v2-race-without-lock", "idempotency", "Has no lock on the key: duplicates at the same time are each sent.", ["sendInboxV2/idempotency/burst-*", "sendInboxV2/idempotency/twin-a-little-later"], race;
}
