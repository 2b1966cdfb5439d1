//! What a suite asks of a configuration.

use crate::case::suite::Suite;
use serde_json::Value;

/// Something that cases need, and without which they are skipped.
pub(super) struct Need {
    /// The member of the configuration, such as `tokens.valid`.
    pub(super) name: String,
    /// How many cases need it.
    pub(super) cases: usize,
    /// One of them.
    pub(super) example: String,
}

impl Need {
    /// What happens without it.
    pub(super) fn skipped(&self) -> String {
        if self.cases == 1 {
            format!("1 case is skipped, {}", self.example)
        } else {
            format!("{} cases are skipped, such as {}", self.cases, self.example)
        }
    }
}

/// Something that the target really has, which requests name.
pub(super) struct Fixture {
    /// The table and the member.
    pub(super) at: (String, String),
    /// The value of the contract's example.
    pub(super) example: Value,
}

/// Somewhere that effects can be counted.
pub(super) struct Effects {
    /// The member of `[probe]`.
    pub(super) name: String,
    /// One effect in words.
    pub(super) meaning: String,
}

/// All of it; what most cases need comes first.
pub(super) struct Wants {
    pub(super) needs: Vec<Need>,
    pub(super) fixtures: Vec<Fixture>,
    pub(super) probes: Vec<Effects>,
    /// The header field that carries the client's id.
    pub(super) client_header: Option<String>,
}

impl Wants {
    pub(super) fn of(suite: &Suite) -> Self {
        let mut needs: Vec<Need> = Vec::new();
        for case in &suite.cases {
            for name in &case.needs {
                match needs.iter_mut().find(|need| need.name == *name) {
                    Some(need) => need.cases += 1,
                    None => needs.push(Need { name: name.clone(), cases: 1, example: case.id.clone() }),
                }
            }
        }
        needs.sort_by_key(|need| std::cmp::Reverse(need.cases));
        let (mut fixtures, mut probes): (Vec<Fixture>, Vec<Effects>) = (Vec::new(), Vec::new());
        let mut client_header = None;
        for operation in &suite.contract.operations {
            let rules = &operation.rules;
            client_header = client_header.or_else(|| rules.headers.client.clone());
            for fixture in &rules.fixtures {
                let place = fixture.config.trim_start_matches('/').split_once('/');
                let Some((table, member)) = place else { continue };
                let at = (table.to_owned(), member.to_owned());
                let Some(example) = operation.example.pointer(&fixture.pointer) else { continue };
                if fixtures.iter().all(|known| known.at != at) {
                    fixtures.push(Fixture { at, example: example.clone() });
                }
            }
            if let Some(effect) = &rules.effect
                && probes.iter().all(|probe| probe.name != effect.probe)
            {
                probes.push(Effects { name: effect.probe.clone(), meaning: effect.meaning.clone() });
            }
        }
        Self { needs, fixtures, probes, client_header }
    }

    /// The need of this name.
    pub(super) fn need(&self, name: &str) -> Option<&Need> {
        self.needs.iter().find(|need| need.name == name)
    }

    /// The kinds of tokens, the one that most cases need first.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.needs.iter().filter_map(|need| need.name.strip_prefix("tokens."))
    }

    /// The names of other clients.
    pub(super) fn clients(&self) -> impl Iterator<Item = &str> {
        self.needs.iter().filter_map(|need| need.name.strip_prefix("clients."))
    }
}
