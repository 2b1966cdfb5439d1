//! The faults of the platform's message/send.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    TwentyOne = "platform-takes-21-messages", "shape", "Takes twenty-one messages, one more than the contract allows.", ["platformSend/request/messages/maxItems/above*"];
    Nineteen = "platform-refuses-20-messages", "shape", "Refuses twenty messages.", ["platformSend/request/messages/maxItems/at*", "platformSend/results/twenty"];
    ChecksFirstOnly = "platform-checks-first-message-only", "shape", "Looks at the form of the first message only.", ["platformSend/results/second-malformed", "platformSend/results/last-of-twenty-null"];
    DeliversBeforeCheck = "platform-delivers-before-check", "status", "Delivers what comes before a malformed message, and refuses the request.", ["platformSend/results/malformed-no-effect"];
    DeliversToAnybody = "platform-delivers-to-anybody", "status", "Delivers a message for an unknown user somewhere, and says that it did not.", ["platformSend/results/undelivered-no-effect"];
    DeliveredOnly = "platform-results-of-delivered-only", "shape", "Gives no result for a message that was not delivered.", ["platformSend/results/undelivered-has-result", "platformSend/shape/*"];
    OneResult = "platform-one-result-for-all", "shape", "Gives the result of the first message only.", ["platformSend/results/three", "platformSend/results/twenty"];
    NoResults = "platform-no-results", "shape", "Gives no messageSendResults on S.", ["platformSend/shape/response-on-success", "platformSend/results/one"];
    NoRetry = "platform-no-retry-flag", "shape", "Does not say whether to try again where success is false.", ["platformSend/results/undelivered-says-retry"];
    SuccessIsText = "platform-success-is-text", "shape", "Gives success as a text.", ["platformSend/shape/response-on-success"];
    ResultNamesAnother = "platform-result-names-another", "shape", "Gives results that name none of the messages.", ["platformSend/results/one", "platformSend/results/three"];
    DeliversAgain = "platform-delivers-again", "idempotency", "Delivers a message as often as it is handed over.", ["platformSend/results/replay-one-effect", "platformSend/results/other-content-no-effect"];
}
