//! What the wallet has: the things that requests of the family refer to.

use serde_json::{Map, Value};

/// The mini program, as message/send names it.
pub(super) const APP: &str = "PROOFMARK_DEMO_APP";
/// The same, as sendInbox version 2 does.
pub(super) const AUTH_CLIENT: &str = "PROOFMARK_DEMO_AUTH_CLIENT";
/// The user to whom the tokens belong.
pub(super) const CUSTOMER: &str = "1000001119398804";
/// The product that can be paid for.
pub(super) const PRODUCT: &str = "51051000101000000011";
/// The currency of all payments.
pub(super) const CURRENCY: &str = "IQD";
/// A payment that was made, by the wallet's id and by the merchant's.
pub(super) const PAYMENT: (&str, &str) = ("20260101000000000000payment", "PROOFMARK-DEMO-PAYMENT");
/// A refund of a part of it, by the wallet's id and by the merchant's.
pub(super) const REFUND: (&str, &str) = ("20260101000000000000refund", "PROOFMARK-DEMO-REFUND");

/// What a configuration says of it in its table `fixtures`.
pub fn fixtures() -> Map<String, Value> {
    [
        ("app_id", APP),
        ("auth_client_id", AUTH_CLIENT),
        ("currency", CURRENCY),
        ("customer_id", CUSTOMER),
        ("payment_id", PAYMENT.0),
        ("payment_request_id", PAYMENT.1),
        ("payment_value", "100000"),
        ("product_code", PRODUCT),
        ("refund_id", REFUND.0),
        ("refund_request_id", REFUND.1),
        ("refund_value", "1000"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Value::from(text)))
    .collect()
}
