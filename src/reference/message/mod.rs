//! The operations that send messages, but for the first sendInbox.

pub(super) mod inbox;
pub(super) mod platform;
pub(super) mod send;

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::{Answer, Refusal};
use super::fields;
use super::inbox::Inbox;
use super::once::Work;

/// A message under way.
#[derive(Clone)]
struct Delivery {
    inbox: Arc<Inbox>,
    key: String,
    /// How many messages the wallet makes of it; a correct one makes one.
    copies: usize,
}

impl Work for Delivery {
    fn finish(&self, _id: &str) {
        for _ in 0..self.copies {
            self.inbox.deliver(&self.key);
        }
    }

    fn success(&self, id: &str) -> Answer {
        Answer::success(id.to_owned())
    }
}

/// Checks `templates`: from one to so many, each with parameters and perhaps a language.
fn templates(members: &Map<String, Value>, most: usize) -> Result<(), Refusal> {
    let refused = Refusal::Field("templates");
    let list = members.get("templates").and_then(Value::as_array).ok_or(refused)?;
    if !(1..=most).contains(&list.len()) {
        return Err(refused);
    }
    list.iter().try_for_each(template)
}

fn template(template: &Value) -> Result<(), Refusal> {
    let members = template.as_object().ok_or(Refusal::Field("templates"))?;
    fields::optional(members, "language", 35)?;
    match members.get("templateParameters") {
        Some(Value::Object(_)) => Ok(()),
        _ => Err(Refusal::Field("templateParameters")),
    }
}

/// Whether the first of several templates is good.
fn begins_well(members: &Map<String, Value>) -> bool {
    let list = members.get("templates").and_then(Value::as_array);
    list.is_some_and(|list| list.len() > 1 && template(&list[0]).is_ok())
}
