//! The multiples of a step within bounds, less those of some other steps.

use super::decimal::Decimal;
use super::lack::{Built, Lack};
use super::source::{Rng, Source};
use serde_json::Number;

/// How many steps are walked in search of one that is not barred. The steps of few divisors leave
/// far smaller gaps, so where a range is longer there is one.
const WALK: i128 = 10_000;
/// The largest integer that every JSON reader keeps exactly (RFC 8259, section 6): where no bound
/// says more, values stay within it, and so do the digits that they are written with.
const EXACT: i128 = (1 << 53) - 1;
const LEAST: Decimal = Decimal::whole_number(i64::MIN as i128);
const MOST: Decimal = Decimal::whole_number(u64::MAX as i128);
/// Decimals of so many digits come back from a double as they were.
const SAFE: i128 = 1_000_000_000_000_000;

/// The values `count * step` for each count in a range, counted from the simplest one.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    step: Decimal,
    low: i128,
    high: i128,
    origin: i128,
    /// No count is a multiple of any of these.
    barred: Vec<i128>,
    /// What has to be looked at in each value.
    holding: Holding,
}

/// Which values of a grid a JSON number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holding {
    All,
    /// Those that a 64-bit integer or a double holds exactly.
    Numbers,
    /// Those that a double holds exactly, since the validator divides doubles.
    Doubles,
}

/// A bound and whether it is itself left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) at: Decimal,
    pub(crate) exclusive: bool,
}

impl Grid {
    /// The grid of the multiples of all of `steps`; an open end reaches as far as values are plain.
    pub(crate) fn new(
        steps: &[Decimal],
        low: Option<Bound>,
        high: Option<Bound>,
        barred: &[Decimal],
    ) -> Built<Self> {
        let step = steps.iter().copied().try_fold(*steps.first().unwrap_or(&Decimal::ONE), Decimal::lcm);
        let step = step.ok_or_else(beyond)?;
        let low = low.map(|bound| least(bound, step).ok_or_else(beyond)).transpose()?;
        let high = high.map(|bound| greatest(bound, step).ok_or_else(beyond)).transpose()?;
        let (low, high) = range(step, low, high);
        if low > high {
            let vague = step.whole().is_some_and(|whole| whole > EXACT);
            return Err(if vague { beyond() } else { Lack::Impossible });
        }
        // A count is barred where its value is a multiple of a barred step too.
        let factors = barred
            .iter()
            .map(|other| step.lcm(*other).and_then(|both| both.floor_div(step)).ok_or_else(beyond))
            .collect::<Built<Vec<i128>>>()?;
        if factors.contains(&1) {
            return Err(Lack::Impossible);
        }
        let whole = |step: &Decimal| step.whole().is_some_and(|whole| whole <= EXACT);
        let holding = if steps.iter().chain(barred).all(whole) { Holding::Numbers } else { Holding::Doubles };
        let safe = |end: i128| {
            step.digits_of(end) < SAFE && step.times(end).is_some_and(Decimal::keeps_short_digits)
        };
        let holding = if safe(low) && safe(high) { Holding::All } else { holding };
        let mut grid = Self { step, low, high, origin: 0.clamp(low, high), barred: factors, holding };
        match grid.fitting(grid.origin) {
            Some(origin) => {
                grid.origin = origin;
                Ok(grid)
            }
            // Beyond what doubles hold exactly, the validator takes some for multiples that are none.
            None if high - low < WALK && holding != Holding::Doubles => Err(Lack::Impossible),
            None => Err(beyond()),
        }
    }

    /// How many values there are at most.
    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.high - self.low).map_or(u64::MAX, |steps| steps.saturating_add(1))
    }

    /// Every value, in order.
    pub(crate) fn values(&self) -> Vec<Number> {
        (self.low..=self.high).filter(|count| self.fits(*count)).filter_map(|count| self.at(count)).collect()
    }

    /// One value; the direction is a choice of the caller's.
    pub(crate) fn make(&self, descends: bool, source: &mut Source<'_>) -> Option<Number> {
        let up = distance(self.origin, self.high);
        let down = distance(self.low, self.origin);
        let descends = down > 0 && (up == 0 || descends);
        let room = if descends { down } else { up };
        let steps = if room == 0 { 0 } else { i128::from(source.choose(room, |rng| reach(rng, room))) };
        let count = if descends { self.origin - steps } else { self.origin + steps };
        self.at(self.fitting(count)?)
    }

    /// Whether values lie on both sides of the simplest one.
    pub(crate) fn two_sided(&self) -> bool {
        self.low < self.origin && self.origin < self.high
    }

    fn at(&self, count: i128) -> Option<Number> {
        self.step.times(count)?.number()
    }

    fn fits(&self, count: i128) -> bool {
        self.barred.iter().all(|barred| count % barred != 0)
            && match self.holding {
                Holding::All => true,
                Holding::Numbers => self.step.times(count).is_some_and(Decimal::is_number),
                Holding::Doubles => self.step.times(count).is_some_and(Decimal::is_double),
            }
    }

    /// The count itself or the first behind it that fits, from the start again behind the end.
    fn fitting(&self, count: i128) -> Option<i128> {
        let ahead = (count..=self.high).take(usize::try_from(WALK).unwrap_or(0));
        let again = (self.low..count).take(usize::try_from(WALK).unwrap_or(0));
        ahead.chain(again).find(|count| self.fits(*count))
    }
}

fn beyond() -> Lack {
    Lack::gave_up("the multiples are beyond the reach of exact arithmetic".to_owned())
}

/// The range of counts, an open end closed where values stop being plain.
fn range(step: Decimal, low: Option<i128>, high: Option<i128>) -> (i128, i128) {
    let plain = Decimal::whole_number(EXACT).floor_div(step).unwrap_or(EXACT);
    let plain = plain.min(EXACT / step.digits_of(1).max(1)).max(1);
    let reach = |from: i128| from.saturating_abs().max(plain).min(i128::MAX / 4);
    match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => {
            let most = MOST.floor_div(step).unwrap_or(i128::MAX);
            (low, if low < plain { plain } else { low.saturating_add(reach(low)).min(most.max(low)) })
        }
        (None, Some(high)) => {
            let least = LEAST.ceil_div(step).unwrap_or(i128::MIN);
            (if high > -plain { -plain } else { high.saturating_sub(reach(high)).max(least.min(high)) }, high)
        }
        (None, None) => (-plain, plain),
    }
}

fn least(bound: Bound, step: Decimal) -> Option<i128> {
    let count = bound.at.ceil_div(step)?;
    Some(count + i128::from(bound.exclusive && bound.at.floor_div(step)? == count))
}

fn greatest(bound: Bound, step: Decimal) -> Option<i128> {
    let count = bound.at.floor_div(step)?;
    Some(count - i128::from(bound.exclusive && bound.at.ceil_div(step)? == count))
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
