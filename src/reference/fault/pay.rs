//! The faults of pay.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    KeyOneOver = "pay-request-id-accepts-65", "shape", "Takes a paymentRequestId of 65 characters, one more than the contract allows.", ["pay/request/paymentRequestId/maxLength/above*"];
    NumberAsAmount = "pay-takes-numbers", "shape", "Takes a number as the value of an amount.", ["pay/payment/amount-as-number"];
    NegativeAmount = "pay-takes-negative-amounts", "shape", "Drops the sign of an amount.", ["pay/payment/amount-negative", "pay/inquiry/refused-is-not-found"];
    DecimalsCutOff = "pay-cuts-decimals-off", "shape", "Cuts off what follows the decimal point of an amount.", ["pay/payment/amount-decimal"];
    ZeroAmount = "pay-takes-zero", "shape", "Makes payments of nothing.", ["pay/payment/amount-zero"];
    AnyExpiryTime = "pay-expiry-not-read", "shape", "Takes any text as paymentExpiryTime.", ["pay/payment/expiry-malformed"];
    NoCashierPage = "pay-without-cashier-page", "status", "Answers A without the address of the cashier page.", ["pay/payment/accepted-form"];
    AnyCurrency = "pay-takes-any-currency", "code", "Takes any currency.", ["pay/payment/unknown-currency"];
    AnyAmount = "pay-takes-any-amount", "code", "Has no limit on amounts.", ["pay/payment/amount-excessive"];
    ExcessivePaidFirst = "pay-checks-limit-too-late", "status", "Makes the payment before it refuses it for its amount.", ["pay/payment/amount-excessive-no-effect"];
    PaymentNotKept = "pay-not-kept", "status", "Answers A and keeps nothing that inquiryPayment could tell of.", ["pay/inquiry/found"];
    ReplayPaysAgain = "pay-replay-pays-again", "idempotency", "Pays again when a request is repeated, and answers as before.", ["pay/idempotency/replay-one-effect"];
    NewIdOnReplay = "pay-new-id-on-replay", "idempotency", "Gives another paymentId when a request is repeated.", ["pay/idempotency/replay-same-result", "pay/inquiry/replay-after-inquiry"];
    OtherAmountPaysAgain = "pay-other-amount-pays-again", "idempotency", "Pays again when a used paymentRequestId comes with another amount.", ["pay/payment/other-amount", "pay/idempotency/different-body-*"];
    ReplayRefused = "pay-replay-refused", "idempotency", "Refuses a request that is repeated.", ["pay/idempotency/replay-new-connection"];
    NoLock = "pay-race-without-lock", "idempotency", "Has no lock on the key: duplicates at the same time are each paid.", ["pay/idempotency/burst-*", "pay/idempotency/twin-a-little-later"], race;
}
