//! `POST /v2/platform/message/send`: messages from the platform, each with a result of its own.

use serde_json::{Map, Value, json};

use crate::reference::answer::{Answer, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::fault::platform::Flaw;
use crate::reference::key::Key;
use crate::reference::send::Desk;
use crate::reference::{fields, fixtures};

pub(in crate::reference) const PATH: &str = "/v2/platform/message/send";

/// The most messages of one request.
const MOST: usize = 20;

pub(in crate::reference) async fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let list = members.get("messages").and_then(Value::as_array).ok_or(Refusal::Field("messages"))?;
    let most = MOST + usize::from(conduct.has(Flaw::TwentyOne)) - usize::from(conduct.has(Flaw::Nineteen));
    if !(1..=most).contains(&list.len()) {
        return Err(Refusal::Field("messages"));
    }
    let looked_at = if conduct.has(Flaw::ChecksFirstOnly) { 1 } else { list.len() };
    for (nth, message) in list.iter().take(looked_at).enumerate() {
        if let Err(refusal) = check(message) {
            if conduct.has(Flaw::DeliversBeforeCheck) {
                list.iter().take(nth).filter_map(id).for_each(|id| {
                    desk.inbox.deliver(id);
                });
            }
            return Err(refusal);
        }
    }
    let mut results = Vec::new();
    for message in list {
        results.push(result(call, message, desk, conduct).await);
    }
    if conduct.has(Flaw::DeliveredOnly) {
        results.retain(|result| result["success"] == true);
    }
    if conduct.has(Flaw::OneResult) {
        results.truncate(1);
    }
    if conduct.has(Flaw::NoResults) {
        return Ok(Answer::done(Vec::new()));
    }
    Ok(Answer::done(vec![("messageSendResults", results.into())]))
}

fn id(message: &Value) -> Option<&str> {
    message.get("messageId").and_then(Value::as_str)
}

/// Whether a message has the form that the contract asks for.
fn check(message: &Value) -> Result<(), Refusal> {
    let members = message.as_object().ok_or(Refusal::Field("messages"))?;
    fields::required(members, "messageId", 64)?;
    fields::required(members, "customerId", 32)?;
    fields::optional(members, "templateCode", 64)?;
    fields::required(members, "messageContent", 4096)?;
    if !members.get("extendInfo").is_some_and(Value::is_string) {
        return Err(Refusal::Field("extendInfo"));
    }
    let channel = fields::required(members, "messageChannel", 16)?;
    if ["SMS", "PUSH", "INBOX"].contains(&channel) { Ok(()) } else { Err(Refusal::Field("messageChannel")) }
}

/// Delivers a message, unless it was delivered before, and says what became of it.
async fn result(call: &Call, message: &Value, desk: &Desk, conduct: &Conduct) -> Value {
    let id = id(message).unwrap_or_default();
    let customer = message.get("customerId").and_then(Value::as_str);
    let known = customer == Some(fixtures::CUSTOMER);
    let slot = desk.store.slot(&Key::new(call.client(), &call.path, id, "", conduct));
    let _turn = slot.turn().lock_owned().await;
    let content = without_id(message);
    let success = match slot.get() {
        Some(stored) if !conduct.has(Flaw::DeliversAgain) => stored.body == content,
        _ if known => {
            tokio::time::sleep(desk.delay).await;
            desk.inbox.deliver(id);
            slot.put(desk.stored(call, &content, Answer::done(Vec::new())));
            true
        }
        _ => {
            if conduct.has(Flaw::DeliversToAnybody) {
                desk.inbox.deliver(id);
            }
            false
        }
    };
    let id = if conduct.has(Flaw::ResultNamesAnother) { "1" } else { id };
    if success {
        let success = if conduct.has(Flaw::SuccessIsText) { Value::from("true") } else { true.into() };
        json!({ "messageId": id, "success": success })
    } else if conduct.has(Flaw::NoRetry) {
        json!({ "messageId": id, "success": false })
    } else {
        json!({ "messageId": id, "success": false, "retry": false })
    }
}

fn without_id(message: &Value) -> Value {
    let mut members: Map<String, Value> = message.as_object().cloned().unwrap_or_default();
    members.remove("messageId");
    members.into()
}
