//! `POST /v1/payments/inquiryRefund`: how far a refund has come.

use serde_json::Value;

use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::fault::inquiry_refund::Flaw;
use crate::reference::fields;
use crate::reference::send::Desk;

pub(in crate::reference) const PATH: &str = "/v1/payments/inquiryRefund";

const UNKNOWN_REFUND: Cause = Cause { code: "REFUND_NOT_EXIST", message: "There is no such refund." };
const ILLEGAL: Cause = Cause { code: "PARAM_ILLEGAL", message: "Illegal parameter: refundId." };

pub(in crate::reference) fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let id = fields::optional(members, "refundId", 64)?;
    let key = fields::optional(members, "refundRequestId", 64)?;
    let ledger = &desk.ledger;
    let by_key = |key: &str| ledger.refund_id(call.client(), key);
    let found = match (id, key) {
        (None, None) if conduct.has(Flaw::NoIdAccepted) => return Ok(told("PROCESSING", conduct)),
        (None, None) => return Err(Refusal::Field("refundId")),
        (None, Some(_)) | (Some(_), None) if conduct.has(Flaw::BothIdsNeeded) => {
            return Err(Refusal::Field("refundId"));
        }
        (_, Some(key)) if conduct.has(Flaw::RequestIdWins) => by_key(key),
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(key)) => by_key(key),
    };
    match found.and_then(|id| ledger.refund(&id)) {
        Some(state) => Ok(told(state.text(), conduct)),
        None if conduct.has(Flaw::UnknownIsProcessing) => Ok(told("PROCESSING", conduct)),
        None if conduct.has(Flaw::UnknownAsIllegal) => Err(Refusal::Because(ILLEGAL)),
        None if conduct.has(Flaw::UnknownAnsweredUnknown) => Err(Refusal::Unknown),
        None => Err(Refusal::Because(UNKNOWN_REFUND)),
    }
}

fn told(state: &str, conduct: &Conduct) -> Answer {
    if conduct.has(Flaw::NoStatus) {
        return Answer::done(Vec::new());
    }
    let state = if conduct.has(Flaw::OtherStatus) { "REFUNDED" } else { state };
    Answer::done(vec![("refundStatus", state.into())])
}
