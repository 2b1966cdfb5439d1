//! Rows of small bars.

use super::group::Mark;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const PLAIN: [char; 8] = ['_', '.', '-', '~', '=', '+', '*', '#'];

/// Values as bars from nothing to the greatest, in at most so many columns. Where there are more values, a column
/// stands for its greatest, so that no day that stands out is lost; where a column has no value, it is blank.
pub(super) fn bars(values: &[Option<u64>], width: usize, unicode: bool) -> String {
    let top = values.iter().flatten().max().copied().unwrap_or(0);
    let bars = if unicode { BARS } else { PLAIN };
    columns(values, width)
        .map(|column| match column.iter().flatten().max() {
            None => ' ',
            // What is not nothing shows.
            Some(0) => bars[0],
            Some(value) => {
                let step = (u128::from(*value) * 7).div_ceil(u128::from(top.max(1)));
                bars[usize::try_from(step).unwrap_or(7).clamp(1, 7)]
            }
        })
        .collect()
}

/// What a case came to, in at most so many columns, each for the worst in it.
pub(super) fn marks(marks: &[Mark], width: usize, unicode: bool) -> String {
    columns(marks, width)
        .map(|column| match (column.iter().max(), unicode) {
            (Some(Mark::Broke), true) => '█',
            (Some(Mark::Broke), false) => '#',
            (Some(Mark::Flaky), true) => '▒',
            (Some(Mark::Flaky), false) => '~',
            (Some(Mark::Held), true) => '▁',
            (Some(Mark::Held), false) => '_',
            (Some(Mark::Undecided), _) => '?',
            (Some(Mark::Absent) | None, _) => ' ',
        })
        .collect()
}

/// The values in columns of nearly equal size, in order.
fn columns<T>(values: &[T], width: usize) -> impl Iterator<Item = &[T]> {
    let columns = values.len().min(width.max(1));
    (0..columns).map(move |column| {
        let from = column * values.len() / columns;
        let to = (column + 1) * values.len() / columns;
        &values[from..to]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_high_as_its_value_and_nothing_is_lost() {
        let values = |values: &[u64]| values.iter().map(|value| Some(*value)).collect::<Vec<_>>();
        assert_eq!(bars(&values(&[0, 1, 4, 7]), 80, true), "▁▂▅█");
        assert_eq!(bars(&values(&[0, 1, 4, 7]), 80, false), "_.=#");
        assert_eq!(bars(&values(&[0, 0]), 80, true), "▁▁");
        assert_eq!(bars(&values(&[1, 1_000_000]), 80, true), "▂█");
        assert_eq!(bars(&[Some(3), None], 80, true), "█ ");
        assert_eq!(bars(&[], 80, true), "");
        let mut many = values(&[0; 365]);
        many[200] = Some(9);
        let row = bars(&many, 40, true);
        assert_eq!((row.chars().count(), row.matches('█').count()), (40, 1));
    }

    #[test]
    fn the_worst_of_a_column_shows() {
        use Mark::{Absent, Broke, Flaky, Held, Undecided};
        let row = [Held, Broke, Flaky, Undecided, Absent];
        assert_eq!(marks(&row, 80, true), "▁█▒? ");
        assert_eq!(marks(&row, 80, false), "_#~? ");
        assert_eq!(marks(&row, 2, true), "█▒");
    }
}
