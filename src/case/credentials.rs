//! The credentials that a step's document holds.

use super::script::{MADE_UP, Step};
use crate::contract::Operation;
use crate::contract::extension::Credential;

impl Step {
    /// Whether the step leaves a place of the document as it is.
    pub fn leaves(&self, pointer: &str) -> bool {
        let edited = self.set.contains_key(pointer) || self.feed.contains_key(pointer);
        !edited && !self.remove.iter().any(|removed| removed == pointer)
    }

    /// The credentials that the step's document holds when it calls this operation, and the kind of each.
    pub fn credentials<'a>(&'a self, operation: &'a Operation) -> Vec<(&'a Credential, &'a str)> {
        let whole = self.set.get("").unwrap_or(&operation.example);
        let holds = |pointer: &str| whole.pointer(pointer).is_some_and(|member| !member.is_null());
        let all = operation.rules.credentials.iter().filter(|credential| {
            let there = !credential.when_present || holds(&credential.pointer);
            self.leaves(&credential.pointer) && (there || self.with.contains(&credential.pointer))
        });
        all.map(|credential| (credential, self.credential.as_deref().unwrap_or(&credential.default)))
            .collect()
    }
}

/// The member of the configuration that holds a kind of credential; nothing where it is made up.
pub fn name(credential: &Credential, kind: &str) -> Option<String> {
    (kind != MADE_UP).then(|| format!("{}.{kind}", credential.table))
}
