//! `POST /v1/payments/refund`: a payment given back, as a whole or in part.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::reference::amount::{self, Amount, Lax};
use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::fault::refund::Flaw;
use crate::reference::fields;
use crate::reference::once::{Lapses, Manner, Once, Work};
use crate::reference::send::Desk;

use super::inquiry::UNKNOWN_PAYMENT;
use super::{Ledger, State};

pub(in crate::reference) const PATH: &str = "/v1/payments/refund";

const EXCEEDS: Cause = Cause { code: "ORDER_STATUS_INVALID", message: "More than is left of the payment." };
const CURRENCY: Cause = Cause { code: "CURRENCY_NOT_SUPPORT", message: "The payment has another currency." };

/// A refund under way.
#[derive(Clone)]
struct Refund {
    ledger: Arc<Ledger>,
    payment: String,
    client: Vec<u8>,
    key: String,
    value: u64,
    kept: bool,
    named: bool,
}

impl Work for Refund {
    fn begin(&self, id: &str) {
        if self.kept {
            self.ledger.open_refund(id, &self.payment, &self.client, &self.key, self.value);
        }
    }

    fn finish(&self, id: &str) {
        self.ledger.refunded(id);
        self.ledger.effects.add("refunds", &self.key);
    }

    fn success(&self, id: &str) -> Answer {
        if self.named { Answer::done(vec![("refundId", id.into())]) } else { Answer::done(Vec::new()) }
    }
}

pub(in crate::reference) async fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let key = fields::required(members, "refundRequestId", 64)?;
    let id = fields::optional(members, "paymentId", 64)?;
    let own = fields::optional(members, "paymentRequestId", 64)?;
    if id.is_none() && own.is_none() {
        return Err(Refusal::Field("paymentId"));
    }
    let lax: &[Lax] = if conduct.has(Flaw::NegativeAmount) { &[Lax::Negative] } else { &[] };
    let amount = amount::read(members, "refundAmount", lax)?;
    if members.get("refundReason").is_some_and(|reason| !is_reason(reason, conduct)) {
        return Err(Refusal::Field("refundReason"));
    }
    let ledger = &desk.ledger;
    let payment = match (id, own) {
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(_)) if conduct.has(Flaw::ByPaymentIdOnly) => None,
        (None, own) => own.and_then(|own| ledger.payment_id(call.client(), own)),
    };
    let work = Refund {
        ledger: Arc::clone(ledger),
        payment: payment.clone().unwrap_or_default(),
        client: call.client().to_vec(),
        key: key.to_owned(),
        value: amount.value,
        kept: !conduct.has(Flaw::RefundNotKept),
        named: !conduct.has(Flaw::NoRefundId),
    };
    let once = Once {
        desk,
        call,
        conduct,
        key,
        // The key parameters; whatever else differs is the same refund.
        content: json!([payment, amount.currency, amount.value]),
        manner: Manner::Success,
        pins: true,
        lapses: Lapses {
            acts_again: Some(Flaw::ReplayRefundsAgain.into()),
            other_content_acts: Some(Flaw::OtherAmountRefundsAgain.into()),
            unlocked: Some(Flaw::NoLock.into()),
            ..Lapses::default()
        },
    };
    let checked = check(ledger, payment.as_deref(), &amount, conduct);
    if let Err(Refusal::Because(EXCEEDS)) = checked
        && conduct.has(Flaw::RefundsBeforeCheck)
    {
        ledger.effects.add("refunds", key);
    }
    once.settle(|| checked, &work).await
}

fn is_reason(reason: &Value, conduct: &Conduct) -> bool {
    match reason {
        Value::Null => true,
        Value::String(text) => text.chars().count() <= 256 || conduct.has(Flaw::LongReason),
        _ => false,
    }
}

fn check(ledger: &Ledger, payment: Option<&str>, amount: &Amount, conduct: &Conduct) -> Result<(), Refusal> {
    let books = ledger.books();
    let Some(payment) = payment.and_then(|id| books.payments.get(id)) else {
        let any = conduct.has(Flaw::AnyPayment);
        return if any { Ok(()) } else { Err(Refusal::Because(UNKNOWN_PAYMENT)) };
    };
    if payment.amount.currency != amount.currency && !conduct.has(Flaw::AnyCurrency) {
        return Err(Refusal::Because(CURRENCY));
    }
    let left = payment.amount.value.saturating_sub(payment.refunded);
    let once = conduct.has(Flaw::OneRefundOnly) && payment.refunds > 1;
    let fits = amount.value <= left || conduct.has(Flaw::MoreThanPaid);
    if payment.state == State::Done && fits && !once { Ok(()) } else { Err(Refusal::Because(EXCEEDS)) }
}
