//! `POST /v1/authorizations/cancelToken`: the end of an access token and of the refresh token beside it.

use serde_json::Value;

use crate::reference::answer::{Answer, Refusal};
use crate::reference::conduct::Conduct;
use crate::reference::fault::token::Flaw;
use crate::reference::fields;

use super::Tokens;

pub(in crate::reference) const PATH: &str = "/v1/authorizations/cancelToken";

pub(in crate::reference) fn act(body: &Value, tokens: &Tokens, conduct: &Conduct) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let token = fields::required(members, "accessToken", 128)?;
    fields::extend_info(members)?;
    match tokens.alive(token, conduct) {
        Err(Refusal::InvalidToken) if conduct.has(Flaw::CancelTakesAnyToken) => {}
        Err(Refusal::InvalidToken) if conduct.has(Flaw::CancelAnswersUnknown) => {
            return Err(Refusal::Unknown);
        }
        alive => alive?,
    }
    tokens.cancel(token, conduct);
    Ok(Answer::done(Vec::new()))
}
