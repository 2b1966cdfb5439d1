//! `POST /v2/messages/sendInbox`: one message by a token, version 2.

use std::sync::Arc;

use serde_json::Value;

use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::credentials::credentials;
use crate::reference::fault::inbox::Flaw;
use crate::reference::once::{Lapses, Manner, Once};
use crate::reference::send::Desk;
use crate::reference::{fields, fixtures};

use super::{Delivery, begins_well, templates};

pub(in crate::reference) const PATH: &str = "/v2/messages/sendInbox";

const INVALID_AUTH_CLIENT: Cause =
    Cause { code: "INVALID_AUTH_CLIENT", message: "The auth client is invalid." };

pub(in crate::reference) async fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let token = fields::required(members, "accessToken", 128)?;
    let key = fields::required(members, "requestId", 128)?;
    let template = fields::required(members, "templateCode", 256)?;
    let client = fields::optional(members, "authClientId", 128)?;
    if !conduct.has(Flaw::AnyExtendInfo) {
        fields::extend_info(members)?;
    }
    let most = if conduct.has(Flaw::SixTemplates) {
        6
    } else if conduct.has(Flaw::FourTemplates) {
        4
    } else {
        5
    };
    if let Err(refusal) = templates(members, most) {
        if conduct.has(Flaw::SentBeforeLastTemplate) && begins_well(members) {
            desk.inbox.deliver(key);
        }
        return Err(refusal);
    }
    let copies = members.get("templates").and_then(Value::as_array).map_or(1, Vec::len);
    let copies = if conduct.has(Flaw::OneMessagePerTemplate) { copies } else { 1 };
    let work = Delivery { inbox: Arc::clone(&desk.inbox), key: key.to_owned(), copies };
    let once = Once {
        desk,
        call,
        conduct,
        key,
        content: body.clone(),
        manner: Manner::Either,
        pins: false,
        lapses: Lapses {
            acts_again: Some(Flaw::ReplaySendsAgain.into()),
            other_content_acts: Some(Flaw::OtherContentSendsAgain.into()),
            unlocked: Some(Flaw::NoLock.into()),
            ..Lapses::default()
        },
    };
    let check = || {
        desk.tokens.check(token, conduct)?;
        let known = match client {
            Some(client) => client == fixtures::AUTH_CLIENT || conduct.has(Flaw::AnyAuthClient),
            None => !conduct.has(Flaw::AuthClientRequired),
        };
        if !known {
            return Err(Refusal::Because(INVALID_AUTH_CLIENT));
        }
        if template == credentials().template_code { Ok(()) } else { Err(Refusal::Template) }
    };
    once.settle(check, &work).await
}
