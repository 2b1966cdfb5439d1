//! `proofmark generate --goals`: what can be met and what cannot, goal by goal.

use super::output::Lines;
use crate::generate::{Generator, Goal, append_json, draw, seed};
use serde_json::{Value, json};

/// Prints one JSON object for each goal: where it stands, and whether payloads meet it.
pub(super) fn list(generator: &Generator, run_seed: u64) {
    let mut lines = Lines::new();
    for goal in generator.goals() {
        append_json(lines.line(), &line(generator, goal, run_seed));
        if !lines.end() {
            return;
        }
    }
}

/// `met` is `alone` where nothing else fails, `among others` where something does, and null, with the reason as
/// `why`, where no payload is made.
fn line(generator: &Generator, goal: &Goal, run_seed: u64) -> Value {
    let label = format!("generate{}/{}/{}", goal.pointer, goal.keyword, goal.side);
    let made = generator.documents(goal).and_then(|strategy| draw(&strategy, seed(run_seed, &label, 0)));
    let mut line = json!({
        "keyword": goal.keyword,
        "pointer": goal.pointer,
        "side": goal.side,
        "valid": goal.valid,
        "met": match &made {
            Ok(value) if generator.alone(goal, value) => Some("alone"),
            Ok(_) => Some("among others"),
            Err(_) => None,
        },
    });
    if let (Err(reason), Some(members)) = (made, line.as_object_mut()) {
        members.insert("why".to_owned(), reason.to_string().into());
    }
    line
}
