//! `POST /v1/authorizations/applyToken`: an access token for a code or a refresh token.

use serde_json::Value;

use crate::reference::answer::{Answer, Refusal};
use crate::reference::clock;
use crate::reference::conduct::Conduct;
use crate::reference::fault::token::Flaw;
use crate::reference::fields;

use super::Tokens;

pub(in crate::reference) const PATH: &str = "/v1/authorizations/applyToken";

/// How long an access token lasts, in hours.
const ACCESS_HOURS: i64 = 48;
/// How long a refresh token lasts, in hours.
const REFRESH_HOURS: i64 = 30 * 24;

pub(in crate::reference) async fn act(
    body: &Value,
    tokens: &Tokens,
    conduct: &Conduct,
) -> Result<Answer, Refusal> {
    let members = fields::members(body)?;
    let grant = members.get("grantType").and_then(Value::as_str).ok_or(Refusal::Field("grantType"))?;
    let code_max = 64 + usize::from(conduct.has(Flaw::AuthCodeOneOver));
    let code = fields::optional(members, "authCode", code_max)?;
    let refresh = fields::optional(members, "refreshToken", 128)?;
    fields::extend_info(members)?;
    match (grant, code, refresh) {
        ("AUTHORIZATION_CODE", Some(code), _) => tokens.spend_code(code, conduct).await,
        ("AUTHORIZATION_CODE", None, _) if conduct.has(Flaw::AuthCodeMayBeMissing) => Ok(()),
        ("AUTHORIZATION_CODE", None, _) => Err(Refusal::Field("authCode")),
        ("REFRESH_TOKEN", _, Some(token)) => tokens.spend_refresh(token, conduct).await,
        ("REFRESH_TOKEN", _, None) => Err(Refusal::Field("refreshToken")),
        (_, Some(code), _) if conduct.has(Flaw::UnknownGrantTypeAccepted) => {
            tokens.spend_code(code, conduct).await
        }
        _ => Err(Refusal::Field("grantType")),
    }?;
    let pair = tokens.issue(conduct);
    let mut members = vec![
        ("accessToken", Value::from(pair.access)),
        ("accessTokenExpiryTime", Value::from(clock::text_in(ACCESS_HOURS))),
    ];
    if !conduct.has(Flaw::RefreshTokenMissing) {
        members.push(("refreshToken", Value::from(pair.refresh)));
    }
    if conduct.has(Flaw::ExpiryIsNumber) {
        members.push(("refreshTokenExpiryTime", Value::from(REFRESH_HOURS)));
    } else if !conduct.has(Flaw::ExpiryMissing) {
        members.push(("refreshTokenExpiryTime", Value::from(clock::text_in(REFRESH_HOURS))));
    }
    members.push(("customerId", Value::from("1000001119398804")));
    Ok(Answer::done(members))
}
