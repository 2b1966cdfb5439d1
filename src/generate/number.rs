//! Integers and numbers within bounds and on a grid of multiples.

use super::source::{Rng, Source};
use crate::schema::canonical::NumberShape;
use serde_json::{Number, Value};

/// The largest integer that every JSON reader keeps exactly (RFC 8259, section 6): where no bound
/// says more, values stay within it.
const EXACT: i128 = (1 << 53) - 1;
const LEAST: i128 = i64::MIN as i128;
const MOST: i128 = u64::MAX as i128;

/// Integers that are multiples of `step` within bounds, counted in steps from the simplest one.
#[derive(Clone, Debug)]
pub(crate) struct Integers {
    step: i128,
    low: i128,
    high: i128,
    origin: i128,
}

impl Integers {
    /// Nothing where no integer that JSON numbers hold exactly is within the bounds.
    pub(crate) fn new(shape: &NumberShape) -> Option<Self> {
        let step = shape.multiple_of.iter().try_fold(1, |step, divisor| lcm(step, whole_step(divisor)?))?;
        let low = shape.minimum.as_ref().map(|number| ceiling(number, shape.exclusive_minimum));
        let high = shape.maximum.as_ref().map(|number| floor(number, shape.exclusive_maximum));
        let (low, high) = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, EXACT.max(low.saturating_add(step * 1_000))),
            (None, Some(high)) => ((-EXACT).min(high.saturating_sub(step * 1_000)), high),
            (None, None) => (-EXACT.max(step), EXACT.max(step)),
        };
        let low = low.max(LEAST);
        let high = high.min(MOST);
        let (low, high) =
            (low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0), high.div_euclid(step));
        (low <= high).then(|| Self { step, low, high, origin: 0.clamp(low, high) })
    }

    pub(crate) fn make(&self, source: &mut Source<'_>) -> Value {
        let up = distance(self.origin, self.high);
        let down = distance(self.low, self.origin);
        let descends = down > 0 && (up == 0 || source.once_in(3));
        let room = if descends { down } else { up };
        let steps = if room == 0 { 0 } else { source.choose(room, |rng| reach(rng, room)) };
        let count = if descends { self.origin - i128::from(steps) } else { self.origin + i128::from(steps) };
        integer(count * self.step)
    }
}

/// Numbers within bounds: on a grid where there is one, else whole or with a fraction.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    whole: Option<Integers>,
    low: f64,
    high: f64,
    grid: Option<f64>,
    specials: Vec<f64>,
}

impl Numbers {
    /// Nothing where the bounds leave no double.
    pub(crate) fn new(shape: &NumberShape) -> Option<Self> {
        let bound = |number: Option<&Number>| number.and_then(Number::as_f64);
        let (minimum, maximum) = (bound(shape.minimum.as_ref()), bound(shape.maximum.as_ref()));
        let low = minimum.map(|low| if shape.exclusive_minimum { low.next_up() } else { low });
        let high = maximum.map(|high| if shape.exclusive_maximum { high.next_down() } else { high });
        let specials = low.into_iter().chain(high).collect();
        let (low, high) = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, low + low.abs().max(1_000.0)),
            (None, Some(high)) => (high - high.abs().max(1_000.0), high),
            (None, None) => (-1_000.0, 1_000.0),
        };
        let grid = shape.multiple_of.iter().filter_map(Number::as_f64).reduce(f64::max);
        (low <= high).then(|| Self { whole: Integers::new(shape), low, high, grid, specials })
    }

    /// Nothing where the chance draw fell outside the bounds.
    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        if let Some(whole) = &self.whole
            && !source.once_in(2)
        {
            return Some(whole.make(source));
        }
        let float = if let Some(grid) = self.grid {
            let (low, high) = ((self.low / grid).ceil(), (self.high / grid).floor());
            let origin = 0.0_f64.clamp(low.min(high), high);
            let steps = source.choose(1 << 20, |rng| reach(rng, 1 << 20)) as f64;
            let room = if high > origin { high - origin } else { origin - low };
            let count = if high > origin { origin + steps.min(room) } else { origin - steps.min(room) };
            // Dividing by the inverse of a decimal grid gives the double nearest to the decimal.
            let inverse = (1.0 / grid).round();
            if (inverse * grid - 1.0).abs() < 1e-9 { count / inverse } else { count * grid }
        } else if !self.specials.is_empty() && source.once_in(3) {
            self.specials.get(source.pick(self.specials.len())).copied()?
        } else {
            let parts = source.choose(255, |rng| rng.below(256)) as f64;
            self.low + (self.high - self.low) * ((parts + 1.0) / 257.0)
        };
        (self.low <= float && float <= self.high).then(|| Number::from_f64(float).map(Value::Number))?
    }
}

/// The value of an integer; one beyond 64 bits becomes the nearest double.
pub(crate) fn integer(value: i128) -> Value {
    if let Ok(small) = i64::try_from(value) {
        return small.into();
    }
    u64::try_from(value).map_or_else(|_| Value::from(value as f64), Value::from)
}

/// The number next to `number`: one step away where that changes it, else the nearest double.
pub(crate) fn neighbour(number: &Number, step: &Number, up: bool) -> Option<Value> {
    if let (Some(whole), Some(step)) = (exact(number), exact(step)) {
        return Some(integer(if up { whole + step } else { whole - step }));
    }
    let (float, step) = (number.as_f64()?, step.as_f64()?);
    let step = if up { float + step } else { float - step };
    let next = match (step.total_cmp(&float).is_eq(), up) {
        (false, _) => step,
        (true, true) => float.next_up(),
        (true, false) => float.next_down(),
    };
    Number::from_f64(next).map(Value::Number)
}

/// The value as an integer, where it is one that 64 bits hold.
fn exact(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn ceiling(number: &Number, exclusive: bool) -> i128 {
    if let Some(whole) = exact(number) {
        return whole + i128::from(exclusive);
    }
    let float = number.as_f64().unwrap_or(0.0);
    saturating(float.ceil()) + i128::from(exclusive && float.fract() == 0.0)
}

fn floor(number: &Number, exclusive: bool) -> i128 {
    if let Some(whole) = exact(number) {
        return whole - i128::from(exclusive);
    }
    let float = number.as_f64().unwrap_or(0.0);
    saturating(float.floor()) - i128::from(exclusive && float.fract() == 0.0)
}

#[expect(clippy::cast_possible_truncation, reason = "bounded before the cast")]
fn saturating(float: f64) -> i128 {
    float.clamp(-1e30, 1e30) as i128
}

/// The least positive integer that is a multiple of the divisor.
fn whole_step(divisor: &Number) -> Option<i128> {
    if let Some(whole) = exact(divisor) {
        return (whole > 0).then_some(whole);
    }
    let float = divisor.as_f64()?;
    (1..=1_000_i32).find_map(|times| {
        let product = float * f64::from(times);
        let near = (product - product.round()).abs() < 1e-9 && product >= 0.5;
        near.then(|| saturating(product.round()))
    })
}

fn lcm(left: i128, right: i128) -> Option<i128> {
    let (mut a, mut b) = (left, right);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    left.checked_mul(right / a).filter(|lcm| *lcm <= MOST)
}

fn distance(low: i128, high: i128) -> u64 {
    u64::try_from(high - low).unwrap_or(u64::MAX)
}

/// A number of steps from the simplest value, weighted to both ends and to few.
fn reach(rng: &mut Rng, room: u64) -> u64 {
    match rng.below(16) {
        0 => 0,
        1 | 2 => room,
        3 => room - room.min(1),
        4 => room.min(1),
        5..=10 => rng.up_to(room.min(1_000)),
        _ => rng.up_to(room),
    }
}
