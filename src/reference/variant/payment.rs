//! Variants of payments.

use super::variant_table;

#[rustfmt::skip]
variant_table! {
    PaysAtOnce = "pays-at-once", "Answers S to a payment, which needs no cashier page." => ["pay"];
    FormByDemoName = "form-by-demo-name", "Calls the address of the cashier page redirectUrl, as the demo code does." => ["pay"];
}
