//! The faults of refund.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    NoRefundId = "refund-without-refund-id", "shape", "Gives no refundId on S.", ["refund/refund/refund-id", "refund/shape/response-on-success"];
    LongReason = "refund-reason-accepts-257", "shape", "Takes a refundReason of any length.", ["refund/request/refundReason/maxLength/above*"];
    NegativeAmount = "refund-takes-negative-amounts", "shape", "Drops the sign of an amount.", ["refund/refund/amount-negative"];
    MoreThanPaid = "refund-more-than-paid", "code", "Gives back more than was paid.", ["refund/refund/exceeds-payment"];
    RefundsBeforeCheck = "refund-checks-amount-too-late", "status", "Gives the money back before it refuses the refund for its amount.", ["refund/refund/exceeds-payment-no-effect"];
    AnyCurrency = "refund-takes-any-currency", "code", "Gives money back in any currency.", ["refund/refund/other-currency"];
    AnyPayment = "refund-takes-any-payment", "code", "Gives money back of a payment that was never made.", ["refund/refund/unknown-payment", "refund/refund/unknown-payment-no-effect"];
    OneRefundOnly = "refund-once-a-payment", "idempotency", "Refuses a second refund of a payment although money is left.", ["refund/refund/two-refunds", "refund/status/*"];
    ByPaymentIdOnly = "refund-by-payment-id-only", "status", "Knows payments by paymentId only.", ["refund/refund/by-payment-request-id"];
    RefundNotKept = "refund-not-kept", "status", "Answers S and keeps nothing that inquiryRefund could tell of.", ["refund/inquiry/found"];
    ReplayRefundsAgain = "refund-replay-refunds-again", "idempotency", "Gives the money back again when a request is repeated, and answers as before.", ["refund/idempotency/replay-one-effect"];
    OtherAmountRefundsAgain = "refund-other-amount-refunds-again", "idempotency", "Gives money back again when a used refundRequestId comes with another amount.", ["refund/refund/other-amount", "refund/idempotency/different-body-*"];
    NoLock = "refund-race-without-lock", "idempotency", "Has no lock on the key: duplicates at the same time are each given back.", ["refund/idempotency/burst-*", "refund/idempotency/twin-a-little-later"], race;
}
