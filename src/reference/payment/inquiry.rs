//! `POST /v1/payments/inquiryPayment`: how far a payment has come.

use serde_json::Value;

use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::fault::inquiry_payment::Flaw;
use crate::reference::fields;
use crate::reference::send::Desk;

pub(in crate::reference) const PATH: &str = "/v1/payments/inquiryPayment";

pub(super) const UNKNOWN_PAYMENT: Cause =
    Cause { code: "ORDER_NOT_EXIST", message: "There is no such payment." };

pub(in crate::reference) fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let id = fields::optional(members, "paymentId", 64)?;
    let key = fields::optional(members, "paymentRequestId", 64 + usize::from(conduct.has(Flaw::KeyOneOver)))?;
    let ledger = &desk.ledger;
    let found = match (id, key) {
        (None, None) if conduct.has(Flaw::NoIdAccepted) => return Ok(told("PROCESSING", conduct)),
        (None, None) => return Err(Refusal::Field("paymentId")),
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(_)) if conduct.has(Flaw::ByPaymentIdOnly) => None,
        (None, Some(key)) => ledger.payment_id(call.client(), key),
    };
    if conduct.has(Flaw::AskingPays)
        && let Some(key) = key
    {
        ledger.effects.add("payments", key);
    }
    let state = found.and_then(|id| ledger.payment(&id));
    match state {
        Some(state) => Ok(told(state.text(), conduct)),
        None if conduct.has(Flaw::UnknownIsPaid) => Ok(told("SUCCESS", conduct)),
        None if conduct.has(Flaw::UnknownIsProcessing) => Ok(told("PROCESSING", conduct)),
        None if conduct.has(Flaw::UnknownAnsweredUnknown) => Err(Refusal::Unknown),
        None => Err(Refusal::Because(UNKNOWN_PAYMENT)),
    }
}

fn told(state: &str, conduct: &Conduct) -> Answer {
    let state = if conduct.has(Flaw::LowerCaseStatus) { state.to_lowercase() } else { state.to_owned() };
    if conduct.has(Flaw::NoStatus) {
        return Answer::done(Vec::new());
    }
    Answer::done(vec![("paymentStatus", state.into())])
}
