//! `POST /v2/miniprogram/message/send`: one message by a token, over the channel of its template.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::reference::answer::{Answer, Cause, Refusal};
use crate::reference::call::Call;
use crate::reference::conduct::Conduct;
use crate::reference::credentials::credentials;
use crate::reference::fault::message::Flaw;
use crate::reference::once::{Lapses, Manner, Once};
use crate::reference::send::Desk;
use crate::reference::{fields, fixtures};

use super::{Delivery, templates};

pub(in crate::reference) const PATH: &str = "/v2/miniprogram/message/send";

const UNKNOWN_APP: Cause = Cause { code: "INVALID_AUTH_CLIENT", message: "The mini program is unknown." };
const WRONG_TEMPLATE_CODE: Cause =
    Cause { code: "PARAM_ILLEGAL", message: "Illegal parameter: templateCode." };

pub(in crate::reference) async fn act(
    call: &Call,
    body: &Value,
    desk: &Desk,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let token = plain(members, "accessToken", 128)?;
    let app = plain(members, "appId", 32)?;
    let key = if conduct.has(Flaw::RequestIdTakesSpecials) {
        fields::required(members, "requestId", 64)?
    } else {
        plain(members, "requestId", 64 + usize::from(conduct.has(Flaw::RequestIdOneOver)))?
    };
    let template = plain(members, "templateCode", 64)?;
    extend_info(members, conduct)?;
    templates(members, 5)?;
    let work = Delivery { inbox: Arc::clone(&desk.inbox), key: key.to_owned(), copies: 1 };
    let once = Once {
        desk,
        call,
        conduct,
        key,
        content: body.clone(),
        manner: Manner::Success,
        pins: false,
        lapses: Lapses {
            new_id: Some(Flaw::NewIdOnReplay.into()),
            replay_refused: Some(Flaw::ReplayRefused.into()),
            unlocked: Some(Flaw::NoLock.into()),
            ..Lapses::default()
        },
    };
    let check = || {
        match desk.tokens.check(token, conduct) {
            Err(Refusal::UnscopedToken) if conduct.has(Flaw::ScopeNotChecked) => Ok(()),
            checked => checked,
        }?;
        if app != fixtures::APP && !conduct.has(Flaw::AnyApp) {
            return Err(Refusal::Because(UNKNOWN_APP));
        }
        if template == credentials().template_code {
            Ok(())
        } else if conduct.has(Flaw::UnknownTemplateAsIllegal) {
            Err(Refusal::Because(WRONG_TEMPLATE_CODE))
        } else {
            Err(Refusal::Template)
        }
    };
    let answer = once.settle(check, &work).await?;
    Ok(match answer.message_id.clone() {
        Some(id) if conduct.has(Flaw::AnswersAccepted) => Answer::accepted(id),
        Some(id) if conduct.has(Flaw::MessageId65) => Answer::success(format!("{id:0<65}")),
        _ => answer,
    })
}

/// A text without the characters that ids may not have.
fn plain<'a>(members: &'a Map<String, Value>, name: &'static str, max: usize) -> Result<&'a str, Refusal> {
    let text = fields::required(members, name, max)?;
    if text.contains(['@', '#', '?']) { Err(Refusal::Field(name)) } else { Ok(text) }
}

fn extend_info(members: &Map<String, Value>, conduct: &Conduct) -> Result<(), Refusal> {
    let refused = match members.get("extendInfo") {
        Some(Value::Null) => conduct.has(Flaw::NullExtendInfoRefused),
        Some(Value::String(text)) => {
            conduct.has(Flaw::SpecialsInExtendInfoRefused) && text.contains(['@', '#', '?'])
        }
        _ => false,
    };
    if refused { Err(Refusal::Field("extendInfo")) } else { fields::extend_info(members) }
}
