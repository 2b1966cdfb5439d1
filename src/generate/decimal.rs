//! Exact decimals: what a JSON number says, rather than the double next to it.

use serde_json::Number;
use std::cmp::Ordering;

/// The greatest power of ten that 128 bits hold.
const DIGITS: u32 = 38;

/// A mantissa times a power of ten, in lowest terms once made by [`Decimal::new`]. Operations give nothing where 128 bits are not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    pub(crate) const ONE: Self = Self { mantissa: 1, exponent: 0 };

    pub(crate) const fn whole_number(whole: i128) -> Self {
        Self { mantissa: whole, exponent: 0 }
    }

    pub(crate) fn new(mantissa: i128, exponent: i32) -> Self {
        Self { mantissa, exponent }.reduced()
    }

    /// The decimal that the number is written as; a whole double is taken at its exact value.
    pub(crate) fn of(number: &Number) -> Option<Self> {
        if let Some(whole) = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)) {
            return Some(Self::new(whole, 0));
        }
        Self::of_double(number.as_f64()?)
    }

    pub(crate) fn of_double(double: f64) -> Option<Self> {
        if double.fract() == 0.0 && double.abs() < 1e37 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within bounds")]
            return Some(Self::new(double as i128, 0));
        }
        // The shortest digits that read back as this double.
        let text = format!("{double:e}");
        let (digits, exponent) = text.split_once('e')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mantissa = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?;
        Some(Self::new(mantissa, exponent.parse::<i32>().ok()? - places))
    }

    /// The number: an integer where 64 bits hold it, else the nearest double.
    pub(crate) fn number(self) -> Option<Number> {
        if let Some(whole) = self.whole() {
            if let Ok(small) = i64::try_from(whole) {
                return Some(small.into());
            }
            if let Ok(large) = u64::try_from(whole) {
                return Some(large.into());
            }
        }
        Number::from_f64(self.double())
    }

    pub(crate) fn double(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Whether a JSON number holds exactly this value.
    pub(crate) fn is_number(self) -> bool {
        self.number().as_ref().and_then(Self::of).is_some_and(|read| read == self)
    }

    /// Whether a double holds exactly this value, read as its shortest digits.
    pub(crate) fn is_double(self) -> bool {
        Self::of_double(self.double()).is_some_and(|read| read == self)
    }

    /// Whether a JSON number holds every value of this size that is written with few digits.
    pub(crate) fn keeps_short_digits(self) -> bool {
        (-280..=0).contains(&self.exponent) || self.whole().is_some_and(|whole| i64::try_from(whole).is_ok())
    }

    /// The digits that so many times the value are written with, as a number; too many give the most.
    pub(crate) fn digits_of(self, factor: i128) -> i128 {
        self.mantissa.saturating_mul(factor).saturating_abs()
    }

    /// The value as an integer, where it is one.
    pub(crate) fn whole(self) -> Option<i128> {
        let power = ten(self.exponent.unsigned_abs())?;
        if self.exponent >= 0 {
            self.mantissa.checked_mul(power)
        } else {
            (self.mantissa % power == 0).then(|| self.mantissa / power)
        }
    }

    pub(crate) fn times(self, factor: i128) -> Option<Self> {
        Some(Self::new(self.mantissa.checked_mul(factor)?, self.exponent))
    }

    /// The greatest integer that `step` can be taken times without going beyond the value.
    pub(crate) fn floor_div(self, step: Self) -> Option<i128> {
        let (value, step) = aligned(self, step)?;
        (step > 0).then(|| value.div_euclid(step))
    }

    /// The least integer that `step` can be taken times without staying below the value.
    pub(crate) fn ceil_div(self, step: Self) -> Option<i128> {
        let (value, step) = aligned(self, step)?;
        (step > 0).then(|| value.div_euclid(step) + i128::from(value.rem_euclid(step) != 0))
    }

    /// The least positive value that is a multiple of both.
    pub(crate) fn lcm(self, other: Self) -> Option<Self> {
        let (left, right) = aligned(self, other)?;
        let (mut a, mut b) = (left, right);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let exponent = self.exponent.min(other.exponent);
        Some(Self::new(left.checked_mul(right.checked_div(a)?)?.checked_abs()?, exponent))
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right) = aligned(self, other)?;
        Some(left.cmp(&right))
    }

    pub(crate) fn is_multiple_of(self, step: Self) -> Option<bool> {
        let (value, step) = aligned(self, step)?;
        (step != 0).then(|| value % step == 0)
    }

    fn reduced(mut self) -> Self {
        while self.mantissa != 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        if self.mantissa == 0 {
            self.exponent = 0;
        }
        self
    }
}

/// Both mantissas under one exponent.
fn aligned(left: Decimal, right: Decimal) -> Option<(i128, i128)> {
    let least = left.exponent.min(right.exponent);
    let scale = |one: Decimal| {
        if one.mantissa == 0 {
            return Some(0);
        }
        one.mantissa.checked_mul(ten(u32::try_from(one.exponent - least).ok()?)?)
    };
    Some((scale(left)?, scale(right)?))
}

fn ten(power: u32) -> Option<i128> {
    (power <= DIGITS).then(|| 10_i128.pow(power))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;
    use serde_json::{Value, json};

    fn decimal(value: &Value) -> Decimal {
        Decimal::of(value.as_number().unwrap()).unwrap()
    }

    #[test]
    fn multiples_are_those_of_the_written_decimals() {
        let lcm = decimal(&json!(0.01)).lcm(decimal(&json!(0.3))).unwrap();
        assert_eq!(lcm.number(), Some(Number::from_f64(0.3).unwrap()));
        assert_eq!(decimal(&json!(6)).lcm(decimal(&json!(10))).unwrap().whole(), Some(30));
        assert_eq!(decimal(&json!(4.35)).is_multiple_of(decimal(&json!(0.01))), Some(true));
        assert_eq!(decimal(&json!(1e-8)).is_multiple_of(decimal(&json!(1e-9))), Some(true));
        assert_eq!(decimal(&json!(1e-300)).lcm(decimal(&json!(1e300))).map(Decimal::double), None);
    }

    #[test]
    fn steps_are_counted_towards_either_side() {
        let cent = decimal(&json!(0.01));
        assert_eq!(decimal(&json!(0.075)).floor_div(cent), Some(7));
        assert_eq!(decimal(&json!(0.075)).ceil_div(cent), Some(8));
        assert_eq!(decimal(&json!(-0.075)).floor_div(cent), Some(-8));
        assert_eq!(decimal(&json!(-0.075)).ceil_div(cent), Some(-7));
        assert_eq!(cent.times(435).unwrap().number(), Number::from_f64(4.35));
    }

    #[test]
    fn integers_stay_exact() {
        for value in [json!(u64::MAX), json!(i64::MIN), json!(9_007_199_254_740_993_u64), json!(0)] {
            assert_eq!(decimal(&value).number().map(Value::Number), Some(value));
        }
        assert_eq!(decimal(&json!(1e300)).double().to_string(), 1e300.to_string());
        assert!(!Decimal::new(12_345_678_901_234_567_891, -2).is_number());
        assert!(Decimal::new(435, -2).is_number());
    }
}
