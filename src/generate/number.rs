//! Integers and numbers within bounds and on a grid of multiples.

use super::decimal::Decimal;
use super::grid::{Bound, Grid};
use super::lack::{Built, Lack};
use super::source::Source;
use crate::schema::canonical::NumberShape;
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Up to here an integer and the double of the same value are the same number to every reader.
const EXACT: u64 = (1 << 53) - 1;
/// How often an integer is written with a fraction of zero, which leaves it an integer.
const POINTED: u64 = 16;
/// What numbers without bounds are now and then: fractions that binary does not hold, the exponents at
/// which printing changes, and about the ends of what doubles hold; not the least of them, half of which is zero to
/// some validators.
const FAR: &[f64] = &[0.1, -0.3, 1e-7, 1e21, 1e-300, f64::MAX, f64::MIN];
/// From here on doubles have no fraction.
const POINTLESS: f64 = 4_503_599_627_370_496.0;
/// How far from zero, or from their only bound, numbers go.
const REACH: f64 = 1_000.0;

/// Integers that are multiples of some steps within bounds.
#[derive(Clone, Debug)]
pub(crate) struct Integers(Grid);

impl Integers {
    pub(crate) fn new(shape: &NumberShape) -> Built<Self> {
        let mut steps = vec![Decimal::ONE];
        steps.extend(decimals(&shape.multiple_of)?);
        let (low, high) = bounds(shape)?;
        Grid::new(&steps, low, high, &decimals(&shape.not_multiple_of)?).map(Self)
    }

    /// The grid of the integers.
    pub(crate) fn grid(&self) -> &Grid {
        &self.0
    }

    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        // Upwards, downwards, and each of them written with a point.
        let sides = if self.0.two_sided() { 2 } else { 1 };
        let form = source.choose(2 * sides - 1, |rng| {
            let side = u64::from(rng.below(3) == 0).min(sides - 1);
            side + if rng.below(POINTED) == 0 { sides } else { 0 }
        });
        let number = self.0.make(form % sides == 1, source)?;
        Some(Value::Number(if form >= sides { pointed(number) } else { number }))
    }
}

/// The same integer as a double, where no reader could take it for another one.
fn pointed(number: Number) -> Number {
    let small = number.as_i64().filter(|whole| whole.unsigned_abs() <= EXACT);
    small.and_then(|whole| Number::from_f64(whole as f64)).unwrap_or(number)
}

/// Numbers within bounds: on a grid where there is one, else whole or with a fraction.
#[derive(Clone, Debug)]
pub(crate) enum Numbers {
    Grid(Grid),
    Real(Real),
}

/// Any doubles within bounds.
#[derive(Clone, Debug)]
pub(crate) struct Real {
    whole: Option<Integers>,
    /// Those with few digits.
    short: Option<Grid>,
    ends: Vec<f64>,
    low: f64,
    high: f64,
    /// Steps of which no value is a multiple.
    barred: Vec<Decimal>,
}

impl Numbers {
    pub(crate) fn new(shape: &NumberShape) -> Built<Self> {
        let barred = decimals(&shape.not_multiple_of)?;
        if !shape.multiple_of.is_empty() {
            let (low, high) = bounds(shape)?;
            return Grid::new(&decimals(&shape.multiple_of)?, low, high, &barred).map(Self::Grid);
        }
        let low =
            shape.minimum.as_ref().and_then(|bound| inner(bound, shape.exclusive_minimum, f64::next_up));
        let high =
            shape.maximum.as_ref().and_then(|bound| inner(bound, shape.exclusive_maximum, f64::next_down));
        let real = Real::new(low, high, Integers::new(shape).ok(), barred);
        // A bound that no double holds may have an integer next to it all the same.
        real.map(Self::Real)
            .or_else(|lack| Integers::new(shape).map(|whole| Self::Grid(whole.0)).map_err(|_| lack))
    }

    /// All of them, where both ends are bounds and they are at most so many.
    pub(crate) fn list(&self, most: usize) -> Option<Vec<Value>> {
        match self {
            Self::Grid(grid) if grid.size() <= most as u64 => {
                Some(grid.values().into_iter().map(Value::Number).collect())
            }
            // Among larger ones there are integers that no double is.
            Self::Real(real) if real.low.abs().max(real.high.abs()) <= EXACT as f64 => {
                let (low, high) = (rank(real.low), rank(real.high));
                let few = high - low < most as u64;
                let doubles = (low..=high).map(unrank).filter(|double| fits(*double, &real.barred));
                few.then(|| doubles.filter_map(Number::from_f64).map(Value::Number).collect())
            }
            _ => None,
        }
    }

    pub(crate) fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        match self {
            Self::Grid(grid) => {
                let descends = grid.two_sided() && source.once_in(3);
                grid.make(descends, source).map(Value::Number)
            }
            Self::Real(real) => real.make(source),
        }
    }
}

impl Real {
    fn new(
        low: Option<f64>,
        high: Option<f64>,
        whole: Option<Integers>,
        barred: Vec<Decimal>,
    ) -> Built<Self> {
        let mut ends: Vec<f64> = low.into_iter().chain(high).collect();
        if ends.is_empty() {
            ends.extend(FAR);
        }
        let (low, high) = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, (low + low.abs().max(REACH)).min(f64::MAX)),
            (None, Some(high)) => ((high - high.abs().max(REACH)).max(f64::MIN), high),
            (None, None) => (-REACH, REACH),
        };
        if low > high {
            return Err(Lack::Impossible);
        }
        let whole_only = low >= POINTLESS || high <= -POINTLESS;
        let barred_whole = barred.iter().any(|step| Decimal::ONE.is_multiple_of(*step) == Some(true));
        let short = short(low, high, &barred);
        let mut real = Self { whole, short, ends, low, high, barred };
        real.ends.retain(|end| fits(*end, &real.barred));
        // Where nothing else is left, the few doubles between the bounds are gone through.
        let any = real.whole.is_some() || real.short.is_some() || !real.ends.is_empty();
        if any || real.between(0).is_some() {
            return Ok(real);
        }
        Err(if rank(high) - rank(low) < WALK as u64 || (whole_only && barred_whole) {
            Lack::Impossible
        } else {
            Lack::gave_up("no number that is no such multiple is found".to_owned())
        })
    }

    fn make(&self, source: &mut Source<'_>) -> Option<Value> {
        let kind = source.choose(3, |rng| match rng.below(16) {
            0..=5 => 0,
            6..=12 => 1,
            13..=14 => 2,
            _ => 3,
        });
        let double = |double: f64| Number::from_f64(double).map(Value::Number);
        match (kind, &self.whole, &self.short) {
            (0, Some(whole), _) => whole.make(source),
            (0 | 1, _, Some(short)) => {
                let descends = short.two_sided() && source.once_in(2);
                short.make(descends, source).map(Value::Number)
            }
            (0..=2, ..) if !self.ends.is_empty() => {
                self.ends.get(source.pick(self.ends.len())).copied().and_then(double)
            }
            _ => {
                let room = rank(self.high) - rank(self.low);
                let step = source.choose(room, |rng| rng.up_to(room));
                match self.between(step) {
                    Some(found) => double(found),
                    None => self.whole.as_ref()?.make(source),
                }
            }
        }
    }

    /// The double so many doubles above the lowest one, or the first behind it that fits.
    fn between(&self, step: u64) -> Option<f64> {
        let (low, high) = (rank(self.low), rank(self.high));
        let ahead = (low + step..=high).take(WALK);
        let again = (low..low + step).take(WALK);
        ahead.chain(again).map(unrank).find(|double| fits(*double, &self.barred))
    }
}

/// How many doubles are gone through in search of one that fits.
const WALK: usize = 10_000;

fn fits(double: f64, barred: &[Decimal]) -> bool {
    // What has a fraction is no multiple of whole numbers, however many digits it has.
    let fractional = double.fract() != 0.0;
    let mut open = barred.iter().filter(|step| !fractional || step.whole().is_none()).peekable();
    open.peek().is_none()
        || Decimal::of_double(double)
            .is_some_and(|value| open.all(|step| value.is_multiple_of(*step) == Some(false)))
}

/// The coarsest decimal grid with at least some hundred values between the bounds.
fn short(low: f64, high: f64, barred: &[Decimal]) -> Option<Grid> {
    let width = high - low;
    let places = (3.0 - width.log10().floor()).clamp(if width < 1e9 { 2.0 } else { -300.0 }, 320.0);
    #[expect(clippy::cast_possible_truncation, reason = "small, and saturates where it is not")]
    let step = Decimal::new(1, -(places as i32));
    let bound = |double| Decimal::of_double(double).map(|at| Bound { at, exclusive: false });
    Grid::new(&[step], Some(bound(low)?), Some(bound(high)?), barred).ok()
}

/// The first double within the bound, which may be an integer that no double holds.
fn inner(bound: &Number, exclusive: bool, inward: fn(f64) -> f64) -> Option<f64> {
    let double = bound.as_f64()?;
    let (exact, held) = (Decimal::of(bound)?, Decimal::of_double(double)?);
    let beyond = inward(double) > double;
    let within = match held.compare(exact)? {
        Ordering::Equal => !exclusive,
        Ordering::Greater => beyond,
        Ordering::Less => !beyond,
    };
    Some(if within { double } else { inward(double) })
}

/// The place of a double in the order of all doubles.
fn rank(double: f64) -> u64 {
    let bits = double.to_bits();
    // Negative ones come first, their magnitudes downwards; both zeros share a place.
    if double.is_sign_negative() { (1 << 63) - (bits & !(1 << 63)) } else { bits | 1 << 63 }
}

fn unrank(rank: u64) -> f64 {
    if rank < 1 << 63 { -f64::from_bits((1 << 63) - rank) } else { f64::from_bits(rank & !(1 << 63)) }
}

fn decimals(numbers: &[Number]) -> Built<Vec<Decimal>> {
    let decimal = |number: &Number| {
        Decimal::of(number)
            .ok_or_else(|| Lack::gave_up(format!("multiples of {number} are beyond exact arithmetic")))
    };
    numbers.iter().map(decimal).collect()
}

fn bounds(shape: &NumberShape) -> Built<(Option<Bound>, Option<Bound>)> {
    let bound = |number: &Option<Number>, exclusive: bool| {
        let at = number.as_ref().map(|number| decimals(std::slice::from_ref(number))).transpose()?;
        Built::Ok(at.and_then(|all| all.first().copied()).map(|at| Bound { at, exclusive }))
    };
    Ok((bound(&shape.minimum, shape.exclusive_minimum)?, bound(&shape.maximum, shape.exclusive_maximum)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_the_order_of_doubles() {
        let all = [f64::MIN, -1.5, -5e-324, 0.0, 5e-324, 0.1, 1.5, f64::MAX];
        for pair in all.windows(2) {
            assert!(rank(pair[0]) < rank(pair[1]), "{pair:?}");
        }
        for double in all {
            assert_eq!(unrank(rank(double)).total_cmp(&double), Ordering::Equal);
        }
        assert_eq!(rank(-0.0), rank(0.0));
        assert_eq!(rank(1.0_f64.next_up()), rank(1.0) + 1);
    }
}
