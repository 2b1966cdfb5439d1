//! Sets of small numbers.

/// A set of numbers below some bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn insert(&mut self, at: usize) {
        let word = at / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one & other).collect())
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        let word = |(at, word): (usize, &u64)| word & !other.0.get(at).copied().unwrap_or_default();
        Self(self.0.iter().enumerate().map(word).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len() * 64).filter(|at| self.has(*at))
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<T: IntoIterator<Item = usize>>(members: T) -> Self {
        let mut bits = Self::default();
        members.into_iter().for_each(|at| bits.insert(at));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn sets_of_different_lengths_meet_and_part() {
        let (one, other): (Bits, Bits) = ([1, 64, 200].into_iter().collect(), [1, 64].into_iter().collect());
        assert_eq!(one.and(&other).iter().collect::<Vec<_>>(), [1, 64]);
        assert_eq!(one.without(&other).iter().collect::<Vec<_>>(), [200]);
        assert_eq!((one.count(), other.without(&one).count(), other.has(200)), (3, 0, false));
    }
}
