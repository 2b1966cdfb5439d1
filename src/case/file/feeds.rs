//! Whether the operation that a step calls exists, and the steps that it is fed from.

use crate::case::script::Step;
use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::{Contract, Operation};
use crate::schema::pointer;

/// What keeps a step from calling its operation, or from being fed.
pub(super) fn check(
    document: &Document,
    place: &str,
    contract: &Contract,
    operation: &Operation,
    before: &[Step],
    step: &Step,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(id) = step.operation.as_ref().filter(|id| contract.operation(id).is_none()) {
        let known: Vec<&str> = contract.ids().collect();
        problems.push(document.problem(
            &format!("{place}/operation"),
            format!("the contract has no operation `{id}`"),
            format!("name one of: {}", known.join(", ")),
        ));
    }
    for (index, pointer) in step.with.iter().enumerate() {
        let other = step.operation.as_ref().and_then(|id| contract.operation(id));
        let known = &other.unwrap_or(operation).rules.credentials;
        if known.iter().all(|credential| credential.pointer != *pointer) {
            let known: Vec<&str> = known.iter().map(|credential| credential.pointer.as_str()).collect();
            problems.push(document.problem(
                &format!("{place}/with/{index}"),
                format!("the operation has no credential at `{pointer}`"),
                format!("name one of: {}", known.join(", ")),
            ));
        }
    }
    for (fed, feed) in &step.feed {
        let at = pointer::join(&format!("{place}/feed"), fed);
        let mut say = |message: String, mend: &str| problems.push(document.problem(&at, message, mend));
        if step.set.contains_key(fed) || step.remove.contains(fed) {
            say(format!("`{fed}` is both fed and edited"), "keep one of them");
        }
        if !fed.starts_with('/') || !feed.at.starts_with('/') && !feed.at.is_empty() {
            say("one of the places is no JSON pointer".to_owned(), "begin it with `/`");
        }
        let Some(index) = before.iter().position(|earlier| earlier.role == feed.of) else {
            say(format!("no earlier step is called `{}`", feed.of), "name a step that comes before this one");
            continue;
        };
        let together = step.beside && before.iter().skip(index + 1).all(|between| between.beside);
        if together && !feed.sent {
            say(
                format!("`{}` goes out together with this step, so its answer is not there yet", feed.of),
                "name a step that is answered before, or remove `beside`",
            );
        }
    }
    problems
}
