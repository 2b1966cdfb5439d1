//! Which dialect comes nearest to what was found out.

use super::{Signed, Spoken, Survey};
use crate::contract::Operation;

/// A dialect, and in what it is not as was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Its name.
    pub dialect: String,
    /// What differs, each in a sentence.
    pub differs: Vec<String>,
}

/// The dialect with the fewest differences, the earliest of several; nothing where the operation was not found.
pub fn nearest(survey: &Survey, dialects: &[Spoken]) -> Option<Nearest> {
    survey.place.as_ref()?;
    let all = dialects.iter().map(|(name, operation)| {
        let weighed = differences(survey, operation);
        let weight: u32 = weighed.iter().map(|(weight, _)| weight).sum();
        let differs = weighed.into_iter().filter_map(|(_, words)| words).collect();
        (weight, Nearest { dialect: name.clone(), differs })
    });
    all.min_by_key(|(weight, _)| *weight).map(|(_, nearest)| nearest)
}

/// What differs, with how much it weighs: the address most, since nothing is answered elsewhere, and what a dialect
/// demands more than what it merely does not say.
fn differences(survey: &Survey, operation: &Operation) -> Vec<(u32, Option<String>)> {
    let mut found = Vec::new();
    if let Some(place) = &survey.place {
        let own = format!("{}{}", operation.base, operation.rules.suffix);
        let seen = format!("{}{}", place.base, place.suffix);
        if own != seen {
            found.push((8, Some(format!("the operation answers at {}", place.path))));
        }
    }
    let Some(signing) = &operation.rules.signing else { return found };
    if let Some(taken) = &survey.taken
        && !taken.is_empty()
        && !taken.iter().any(|(path, encoding)| *path == signing.path && *encoding == signing.encoding)
        // Without a base path it does not matter whether one is signed.
        && !taken.iter().any(|(_, encoding)| *encoding == signing.encoding && operation.base.is_empty())
    {
        let names: Vec<&str> = taken.iter().map(|(_, encoding)| encoding.name()).collect();
        found.push((4, Some(format!("signatures are taken in {}", names.join(", ")))));
    }
    // Where one encoding alone is taken, a dialect that knows it says more than one that reads any.
    if survey.taken.as_ref().is_some_and(|taken| taken.len() == 1) && signing.answers.len() > 1 {
        found.push((1, None));
    }
    match survey.signed {
        Some(Signed::Not) => found.push((2, Some("answers are not signed".to_owned()))),
        Some(Signed::As(Some(encoding), _)) if !signing.answers.contains(&encoding) => {
            found.push((4, Some(format!("answers are signed in {}", encoding.name()))));
        }
        _ => {}
    }
    if let Some(layered) = survey.layered {
        let own = !operation.rules.http.refused.is_empty();
        if own != layered {
            let words =
                if layered { "refusals have HTTP statuses of their own" } else { "refusals are HTTP 200" };
            found.push((3, Some(words.to_owned())));
        }
    }
    found
}
