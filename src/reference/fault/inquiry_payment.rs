//! The faults of inquiryPayment.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    KeyOneOver = "inquiry-payment-accepts-65", "code", "Looks up a paymentRequestId of 65 characters, one more than the contract allows.", ["inquiryPayment/request/paymentRequestId/maxLength/above*"];
    NoIdAccepted = "inquiry-payment-without-id", "shape", "Answers S to an inquiry that names no payment.", ["inquiryPayment/shape/response-on-refusal", "inquiryPayment/robustness/empty-object", "inquiryPayment/status/client-error-is-final"];
    ByPaymentIdOnly = "inquiry-payment-by-payment-id-only", "status", "Knows payments by paymentId only.", ["inquiryPayment/inquiry/by-payment-request-id", "pay/inquiry/found"];
    AskingPays = "inquiry-payment-pays", "idempotency", "Pays again when a payment is asked for.", ["pay/inquiry/asking-pays-nothing"];
    UnknownIsPaid = "inquiry-payment-unknown-is-paid", "status", "Tells of an unknown payment that it was paid.", ["inquiryPayment/inquiry/unknown-is-not-paid"];
    UnknownIsProcessing = "inquiry-payment-unknown-is-processing", "code", "Tells of an unknown payment that it is under way.", ["inquiryPayment/inquiry/unknown-payment-id", "inquiryPayment/inquiry/unknown-payment-request-id"];
    UnknownAnsweredUnknown = "inquiry-payment-unknown-as-u", "status", "Answers U to an inquiry of an unknown payment, which no retry can help.", ["inquiryPayment/inquiry/unknown-payment-id"];
    LowerCaseStatus = "inquiry-payment-lower-case-status", "shape", "Writes paymentStatus in lower case.", ["inquiryPayment/shape/response-on-success"];
    NoStatus = "inquiry-payment-without-status", "status", "Gives no paymentStatus on S.", ["inquiryPayment/inquiry/status"];
}
