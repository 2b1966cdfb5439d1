//! `POST /v1/payments/pay`: a payment on the cashier page. The demo user pays at once.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::reference::amount::{self, Amount, Lax};
use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::fault::pay::Flaw;
use crate::reference::once::{Lapses, Manner, Once, Work};
use crate::reference::send::Desk;
use crate::reference::variant::payment::Habit;
use crate::reference::{clock, fields, fixtures};

use super::Ledger;

pub(in crate::reference) const PATH: &str = "/v1/payments/pay";

/// The most that one payment can be over.
const LIMIT: u64 = 10_000_000_000;

const EXCESSIVE: Cause =
    Cause { code: "PAYMENT_AMOUNT_EXCEED_LIMIT", message: "The amount is over the limit of a payment." };
const CURRENCY: Cause = Cause { code: "CURRENCY_NOT_SUPPORT", message: "The currency is not supported." };
const PRODUCT: Cause = Cause { code: "ACCESS_DENIED", message: "The product is not the client's." };

/// A payment under way.
#[derive(Clone)]
struct Payment {
    ledger: Arc<Ledger>,
    client: Vec<u8>,
    key: String,
    amount: Amount,
    /// Which member holds the address of the cashier page, where there is one.
    form: Option<&'static str>,
    kept: bool,
}

impl Work for Payment {
    fn begin(&self, id: &str) {
        if self.kept {
            self.ledger.open(id, &self.client, &self.key, self.amount.clone());
        }
    }

    fn finish(&self, id: &str) {
        self.ledger.paid(id);
        self.ledger.effects.add("payments", &self.key);
    }

    fn success(&self, id: &str) -> Answer {
        Answer::done(vec![("paymentId", id.into())])
    }

    fn accepted(&self, id: &str) -> Answer {
        let mut members = vec![("paymentId", Value::from(id))];
        if let Some(name) = self.form {
            members.push(("redirectActionForm", json!({ name: format!("https://cashier.example/{id}") })));
        }
        Answer { members, message_id: None, ..Answer::accepted(String::new()) }
    }
}

pub(in crate::reference) async fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let product = fields::required(members, "productCode", 32)?;
    let key = fields::required(members, "paymentRequestId", 64 + usize::from(conduct.has(Flaw::KeyOneOver)))?;
    let lax = [
        (Flaw::NumberAsAmount, Lax::Numbers),
        (Flaw::NegativeAmount, Lax::Negative),
        (Flaw::DecimalsCutOff, Lax::Decimals),
        (Flaw::ZeroAmount, Lax::Zero),
    ];
    let lax: Vec<Lax> = lax.into_iter().filter(|(flaw, _)| conduct.has(*flaw)).map(|(_, lax)| lax).collect();
    let amount = amount::read(members, "paymentAmount", &lax)?;
    if let Some(time) = fields::optional(members, "paymentExpiryTime", 64)?
        && clock::parse(time.as_bytes()).is_none()
        && !conduct.has(Flaw::AnyExpiryTime)
    {
        return Err(Refusal::Field("paymentExpiryTime"));
    }
    fields::optional(members, "paymentRedirectUrl", 1024)?;
    fields::optional(members, "paymentNotifyUrl", 1024)?;
    fields::extend_info(members)?;
    let form = if conduct.does(Habit::FormByDemoName) { "redirectUrl" } else { "redirectionUrl" };
    let work = Payment {
        ledger: Arc::clone(&desk.ledger),
        client: call.client().to_vec(),
        key: key.to_owned(),
        amount: amount.clone(),
        form: Some(form).filter(|_| !conduct.has(Flaw::NoCashierPage)),
        kept: !conduct.has(Flaw::PaymentNotKept),
    };
    let once = Once {
        desk,
        call,
        conduct,
        key,
        // The key parameters; whatever else differs is the same payment.
        content: json!([product, amount.currency, amount.value]),
        manner: if conduct.does(Habit::PaysAtOnce) { Manner::Either } else { Manner::Accepted },
        pins: true,
        lapses: Lapses {
            acts_again: Some(Flaw::ReplayPaysAgain.into()),
            new_id: Some(Flaw::NewIdOnReplay.into()),
            other_content_acts: Some(Flaw::OtherAmountPaysAgain.into()),
            replay_refused: Some(Flaw::ReplayRefused.into()),
            unlocked: Some(Flaw::NoLock.into()),
            forgets_refusals: None,
        },
    };
    let check = || {
        if product != fixtures::PRODUCT {
            return Err(Refusal::Because(PRODUCT));
        }
        if amount.currency != fixtures::CURRENCY && !conduct.has(Flaw::AnyCurrency) {
            return Err(Refusal::Because(CURRENCY));
        }
        if amount.value > LIMIT {
            if conduct.has(Flaw::ExcessivePaidFirst) {
                desk.ledger.effects.add("payments", key);
            } else if conduct.has(Flaw::AnyAmount) {
                return Ok(());
            }
            return Err(Refusal::Because(EXCESSIVE));
        }
        Ok(())
    };
    once.settle(check, &work).await
}
