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
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Laxity {
    pub(super) numbers: bool,
    pub(super) negative: bool,
    pub(super) decimals: bool,
    pub(super) zero: bool,
}

/// Reads an amount.
///
/// # Errors
/// It is missing, is no object, or one of its members breaks its form.
pub(super) fn read(members: &Map<String, Value>, name: &'static str, lax: Laxity) -> Result<Amount, Refusal> {
    let refused = Refusal::Field(name);
    let amount = members.get(name).and_then(Value::as_object).ok_or(refused)?;
    let currency = fields::required(amount, "currency", 3)?.to_owned();
    let text = match amount.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if lax.numbers => number.to_string(),
        _ => return Err(refused),
    };
    let mut digits = text.as_str();
    if lax.negative {
        digits = digits.strip_prefix('-').unwrap_or(digits);
    }
    if lax.decimals {
        digits = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    }
    let fits = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: u64 = digits.parse().ok().filter(|_| fits).ok_or(refused)?;
    if value > 0 || lax.zero { Ok(Amount { currency, value }) } else { Err(refused) }
}
