//! Amounts of money: a currency, and a number of its minor units as text.

use serde_json::{Map, Value};

use super::answer::Refusal;
use super::fields;

/// Most digits of a value.
const DIGITS: usize = 16;

/// An amount above zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) currency: String,
    pub(super) value: u64,
}

/// What a wallet that is broken takes as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lax {
    Numbers,
    Negative,
    Decimals,
    Zero,
}

/// Reads an amount.
///
/// # Errors
/// It is missing, is no object, or one of its members breaks its form.
pub(super) fn read(members: &Map<String, Value>, name: &'static str, lax: &[Lax]) -> Result<Amount, Refusal> {
    let refused = Refusal::Field(name);
    let amount = members.get(name).and_then(Value::as_object).ok_or(refused)?;
    let currency = fields::required(amount, "currency", 3)?.to_owned();
    let text = match amount.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if lax.contains(&Lax::Numbers) => number.to_string(),
        _ => return Err(refused),
    };
    let mut digits = text.as_str();
    if lax.contains(&Lax::Negative) {
        digits = digits.strip_prefix('-').unwrap_or(digits);
    }
    if lax.contains(&Lax::Decimals) {
        digits = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    }
    let fits = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: u64 = digits.parse().ok().filter(|_| fits).ok_or(refused)?;
    if value > 0 || lax.contains(&Lax::Zero) { Ok(Amount { currency, value }) } else { Err(refused) }
}
