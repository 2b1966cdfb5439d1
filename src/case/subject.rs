//! What of the contract a rule is about: the situations that it puts the target into, and the status that it asks
//! for. A report says by it which rows of the status table and of the code catalogue were put to the test.

use super::rule::Rule;
use crate::contract::extension::StatusClass;

impl Rule {
    /// The situations that the rule names.
    pub fn situations(&self) -> Vec<&str> {
        match self {
            Self::Refused { situation, .. } | Self::Code { situation, .. } => vec![situation],
            Self::Cause { situations, .. } => situations.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The class of status that the rule is about, where it is about one.
    pub fn class(&self) -> Option<StatusClass> {
        match self {
            Self::Taken { .. } | Self::TakenOnce { .. } => Some(StatusClass::Success),
            Self::Refused { .. } | Self::Code { .. } | Self::Cause { .. } | Self::SameRefusal { .. } => {
                Some(StatusClass::Refused)
            }
            Self::Effects { when, .. }
            | Self::Schema { when, .. }
            | Self::Pairing { when, .. }
            | Self::HttpStatus { when, .. }
            | Self::EffectId { when, .. }
            | Self::Member { when, .. }
            | Self::Shows { when, .. } => Some(*when),
            Self::Settles { class, .. } => Some(*class),
            _ => None,
        }
    }

    /// The step that is sent only for others to be held against.
    pub fn control(&self) -> Option<&str> {
        match self {
            Self::Alike { control, .. }
            | Self::Cause { control, .. }
            | Self::AlikeAnswers { control, .. } => Some(control),
            _ => None,
        }
    }

    /// Whether the rule breaks where the target answers with another class than [`Rule::class`].
    pub fn demands_class(&self) -> bool {
        matches!(self, Self::Taken { .. } | Self::Refused { .. } | Self::Cause { .. })
    }
}
