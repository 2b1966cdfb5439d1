//! A case in words.

mod accepted;

use super::Case;
use super::model::Plan;
use super::programs::Programs;
use super::script::{Feed, KeyChange, Step, Times, When, Writing};
use super::{wire, words};
use crate::contract::Operation;
use accepted::accepted;

/// The clause, what is sent, what is accepted, and how to mend a target that breaks it. `judged` is the operation that
/// the case's rule is about.
pub fn explain(case: &Case, operation: &Operation, judged: &Operation) -> String {
    let mut text = format!("{}\n  {}\n\n", case.id, case.title);
    let level = format!("{:?}", case.level).to_uppercase();
    let law = format!("{:?}", case.law).to_lowercase();
    text.push_str(&format!("level: {level}   law: {law}\nclause: {}\n", case.clause));
    if let Some(position) = case.position.and_then(|id| operation.position(id)) {
        text.push_str(&format!(
            "position {}: {} {}\n  The sources leave this open, so it is a position and can be argued with.\n",
            position.id, position.question, position.position
        ));
    }
    if !case.needs.is_empty() {
        text.push_str(&format!(
            "needs: {} in the configuration, else the case is skipped\n",
            case.needs.join(", ")
        ));
    }
    text.push_str("\nwhat is sent\n");
    for line in sent(case, operation) {
        text.push_str(&format!("  - {line}\n"));
    }
    text.push_str(&format!("\nwhat is accepted\n  {}\n", accepted(&case.rule, judged)));
    text.push_str(&format!("\nhow to mend a target that breaks it\n  {}\n", case.fix));
    text
}

fn sent(case: &Case, operation: &Operation) -> Vec<String> {
    let endpoint = format!("{} {}", operation.method, operation.path);
    match &case.plan {
        Plan::Written(script) => script.0.iter().map(|step| step_in_words(step, &endpoint)).collect(),
        Plan::Programs(programs) => programs_in_words(programs, &endpoint),
        Plan::Bound(plan) => vec![
            format!("`inside`: {endpoint} with {}", words::what(&plan.inside)),
            format!("`at`: the same with {}", words::what(&plan.at)),
            format!("`probe`: the same with {}", words::what(&plan.beyond)),
        ],
        Plan::Samples => vec![
            format!("`control`: {endpoint} with the contract's example"),
            format!(
                "`probe`: {endpoint} with a generated request that the schema allows, fixtures and credentials kept"
            ),
        ],
        Plan::Goal(plan) => {
            let mut lines = Vec::new();
            if plan.goal.valid {
                lines.push(if plan.compared {
                    format!("`control`: {endpoint} with a made-up value well inside the bounds")
                } else {
                    format!("`control`: {endpoint} with the contract's example")
                });
                lines.extend(plan.references.iter().map(|(role, goal)| {
                    format!("`{role}`: the same with {}, to tell what the target counts", words::what(goal))
                }));
            }
            lines.push(format!(
                "`probe`: {endpoint} with {}, and all else as in a good request",
                words::what(&plan.goal)
            ));
            lines
        }
    }
}

fn programs_in_words(programs: &Programs, endpoint: &str) -> Vec<String> {
    let Programs { requests, keys, together, delay, .. } = programs;
    let overlap = if *together > 1 {
        format!(", up to {together} of them at the same time, up to {delay} ms apart")
    } else {
        ", one after the other".to_owned()
    };
    let mut lines = vec![format!(
        "programs of 2 to {requests} requests over {keys} fresh keys{overlap}; each request is one of:"
    )];
    for step in programs.steps().unwrap_or_default() {
        let line = step_in_words(&step, endpoint);
        lines.push(line.trim_start_matches("`kind`: ").to_owned());
    }
    lines.push("`last`: each key once more in the end".to_owned());
    lines
}

fn step_in_words(step: &Step, endpoint: &str) -> String {
    let endpoint = match (&step.operation, &step.method) {
        (Some(other), Some(method)) => format!("{other} by {method}"),
        (Some(other), None) => other.clone(),
        (None, Some(method)) => format!("{method} {}", endpoint.split_once(' ').map_or("", |(_, path)| path)),
        (None, None) => endpoint.to_owned(),
    };
    let mut parts = vec![match &step.times {
        Times::Once => format!("`{}`: {endpoint}", step.role),
        Times::Burst(count) => format!("`{}`: {count} times at once, {endpoint}", step.role),
        Times::Series(count) => {
            format!("`{}`: {count} times, each with a key of its own, {endpoint}", step.role)
        }
    }];
    parts.extend(match step.when {
        When::Now => None,
        When::End => Some("at the end of the run, no sooner than --retention says".to_owned()),
        When::EndAfter(age) => Some(format!("at the end of the run, no sooner than after {age} ms")),
    });
    parts.extend(step.client.as_ref().map(|name| format!("as the client `{name}`")));
    parts.extend(step.credential.as_ref().map(|kind| format!("with the credential `{kind}`")));
    match (&step.key.of, &step.key.change) {
        (Some(of), None) => parts.push(format!("with the key of `{of}`")),
        (Some(of), Some(change)) => {
            parts.push(format!("with the key of `{of}`, {}", change_in_words(change)));
        }
        (None, Some(change)) => parts.push(format!("with a fresh key, {}", change_in_words(change))),
        (None, None) => {}
    }
    if step.key.digits {
        parts.push("of digits only".to_owned());
    }
    parts.extend(step.key.length.map(|length| format!("with a key of {length} characters")));
    parts.extend(step.set.iter().map(|(pointer, value)| format!("with {pointer} = {value}")));
    parts.extend(step.remove.iter().map(|pointer| format!("without {pointer}")));
    parts.extend(step.vary.iter().map(|pointer| format!("with another value at {pointer}")));
    parts.extend(step.with.iter().map(|pointer| format!("with a credential at {pointer}")));
    parts.extend(step.feed.iter().map(|(pointer, Feed { of, at, sent })| {
        format!("with {pointer} from {at} of the {} `{of}`", if *sent { "request" } else { "answer to" })
    }));
    parts.extend(step.headers.iter().map(|(name, value)| match value {
        Some(value) => format!("with the header {name}: {value}"),
        None => format!("without the header {name}"),
    }));
    parts.extend(writing_in_words(&step.write));
    parts.extend(wire::in_words(step));
    if step.new_connection {
        parts.push("on a new connection".to_owned());
    }
    if step.beside {
        parts.push("together with the step before".to_owned());
    }
    if step.delay > 0 {
        parts.push(format!("{} ms later", step.delay));
    }
    parts.extend(step.cut_after.map(|patience| {
        format!(
            "and the connection is closed {patience} ms after the request is sent, unless the answer is there"
        )
    }));
    if step.probe {
        parts.push("and the probe is asked for its effects in the end".to_owned());
    }
    parts.join(", ")
}

fn change_in_words(change: &KeyChange) -> String {
    match change {
        KeyChange::SwapCase => "upper and lower case swapped".to_owned(),
        KeyChange::LastCharacter => "its last character changed".to_owned(),
        KeyChange::ReplaceAt(count) => format!("the character behind the first {count} changed"),
        KeyChange::Append(text) => format!("with {} at its end", visible(text)),
        KeyChange::Prepend(text) => format!("with {} before it", visible(text)),
        KeyChange::Replace(from, to) => format!("with {} in place of {}", visible(to), visible(from)),
    }
}

/// Text in JSON quotes, everything outside ASCII escaped, so that look-alikes can be told apart.
fn visible(text: &str) -> String {
    let quoted = text.chars().map(|c| {
        if c.is_ascii_graphic() || c == ' ' { c.to_string() } else { c.escape_unicode().to_string() }
    });
    format!("\"{}\"", quoted.collect::<String>())
}

fn writing_in_words(writing: &Writing) -> Option<String> {
    Some(match writing {
        Writing::Compact => return None,
        Writing::Spaced => "with white space between all tokens".to_owned(),
        Writing::Reordered => "with members in reverse order".to_owned(),
        Writing::Escaped => "with characters escaped".to_owned(),
        Writing::EscapedSlashes => "with slashes escaped".to_owned(),
        Writing::EscapedLetters => "with letters escaped as \\uXXXX".to_owned(),
        Writing::DuplicateKey(name) => format!("with the member {name} twice"),
        Writing::Followed(text) => format!("followed by `{text}`"),
        Writing::ByteOrderMark => "after a byte order mark".to_owned(),
        Writing::Nested(depth) => format!("with an unknown member nested {depth} deep"),
        Writing::Padded(length) => format!("padded to {length} bytes"),
        Writing::Truncated => "cut off before its last character".to_owned(),
        Writing::InvalidUtf8(pointer) => format!("with a byte at {pointer} that is not UTF-8"),
        Writing::LoneSurrogate(pointer) => format!("with half a surrogate pair at {pointer}"),
        Writing::Text(text) if text.is_empty() => "with an empty body".to_owned(),
        Writing::Text(text) => format!("with the body `{text}`"),
    })
}
