//! `POST /v1/users/inquiryUserInfo`: who the access token belongs to.

use serde_json::{Value, json};

use crate::reference::answer::{Answer, Refusal};
use crate::reference::conduct::Conduct;
use crate::reference::fault::token::Flaw;
use crate::reference::fields;

use super::Tokens;

pub(in crate::reference) const PATH: &str = "/v1/users/inquiryUserInfo";

pub(in crate::reference) fn act(body: &Value, tokens: &Tokens, conduct: &Conduct) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let token = fields::required(members, "accessToken", 128)?;
    if !conduct.has(Flaw::UserInfoTakesAnyExtendInfo) {
        fields::extend_info(members)?;
    }
    match tokens.alive(token, conduct) {
        Err(Refusal::ExpiredToken) if conduct.has(Flaw::UserInfoForExpiredToken) => {}
        Err(Refusal::InvalidToken) if conduct.has(Flaw::UserInfoForAnyToken) => {}
        alive => alive?,
    }
    let info = json!({ "userId": "1000001119398804", "nickName": "demo", "gender": "F" });
    let info = match info {
        _ if conduct.has(Flaw::UserInfoMissing) => return Ok(Answer::done(Vec::new())),
        _ if conduct.has(Flaw::UserInfoIsText) => Value::from(info.to_string()),
        mut info if conduct.has(Flaw::UserInfoWithoutId) => {
            info.as_object_mut().and_then(|info| info.remove("userId"));
            info
        }
        info => info,
    };
    Ok(Answer::done(vec![("userInfo", info)]))
}
