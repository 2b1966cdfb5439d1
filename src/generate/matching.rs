//! Whether places can have values of their own, each from its own stock.

/// Whether every place can be given one of its values so that no two share one.
pub(crate) fn assignable(places: &[Vec<usize>]) -> bool {
    let values = places.iter().flatten().max().map_or(0, |last| last + 1);
    let mut owners = vec![None; values];
    (0..places.len()).all(|place| assign(place, places, &mut owners, &mut vec![false; values]))
}

/// Gives the place a value, if need be one whose owner can be given another one.
fn assign(place: usize, places: &[Vec<usize>], owners: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    let Some(stock) = places.get(place) else { return false };
    for value in stock {
        if seen.get_mut(*value).is_none_or(|seen| std::mem::replace(seen, true)) {
            continue;
        }
        let owner = owners.get(*value).copied().flatten();
        if owner.is_none_or(|owner| assign(owner, places, owners, seen)) {
            if let Some(slot) = owners.get_mut(*value) {
                *slot = Some(place);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::assignable;

    #[test]
    fn owners_make_room() {
        assert!(assignable(&[vec![0, 1], vec![0], vec![1, 2]]));
        assert!(!assignable(&[vec![0, 1], vec![0], vec![1]]));
        assert!(assignable(&[]));
        assert!(!assignable(&[Vec::new()]));
    }
}
