//! Why a part of a schema has no plan: because nothing can be there, or because nothing is made.

use super::refusal::Refusal;

/// What stands in the way of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It is certain that no value can be there.
    Impossible,
    /// Values may be there, but none is made, and why.
    Unmade(Refusal),
}

/// A part, or why there is none.
pub(crate) type Built<T> = Result<T, Lack>;

impl Lack {
    /// Nothing is made since making it costs too much.
    pub(crate) fn costly(what: &str, count: u64) -> Self {
        Self::gave_up(format!("{what} of at least {count} are not made, since they cost too much"))
    }

    pub(crate) fn gave_up(message: String) -> Self {
        Self::Unmade(Refusal::GaveUp { message })
    }

    /// What is not known of one of two parts is not known of both.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Impossible { other } else { self }
    }

    pub(crate) fn unsupported(message: String) -> Self {
        Self::Unmade(Refusal::Unsupported { pointer: String::new(), message })
    }
}

/// The parts of which any will do: those there are. Where there are none it is certain that nothing
/// can be there only if it is certain of each.
pub(crate) fn any<T>(parts: impl IntoIterator<Item = Built<T>>) -> Built<Vec<T>> {
    let mut found = Vec::new();
    let mut lack = Lack::Impossible;
    for part in parts {
        match part {
            Ok(part) => found.push(part),
            Err(reason) => lack = lack.or(reason),
        }
    }
    if found.is_empty() { Err(lack) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_of_one_is_unknown_of_all() {
        let unknown = || Lack::gave_up("too long".to_owned());
        assert_eq!(any([Err(Lack::Impossible), Ok(1)]), Ok(vec![1]));
        assert_eq!(any([Err(unknown()), Ok(1)]), Ok(vec![1]));
        assert_eq!(any::<u8>([Err(Lack::Impossible), Err(Lack::Impossible)]), Err(Lack::Impossible));
        assert_eq!(any::<u8>([Err(Lack::Impossible), Err(unknown())]), Err(unknown()));
        assert_eq!(any::<u8>([]), Err(Lack::Impossible));
    }
}
