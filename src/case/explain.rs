//! A case in words.

use super::Case;
use super::model::Plan;
use super::programs::Programs;
use super::rule::Rule;
use super::script::{Fields, KeyChange, SignatureEdit, Step, Time, Times, When, Writing};
use super::words;
use crate::contract::Operation;
use crate::contract::extension::{HttpKind, StatusClass};

/// The clause, what is sent, what is accepted, and how to mend a target that breaks it.
pub fn explain(case: &Case, operation: &Operation) -> String {
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
    text.push_str(&format!("\nwhat is accepted\n  {}\n", accepted(&case.rule, operation)));
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
    let endpoint = match &step.method {
        Some(method) => format!("{method} {}", endpoint.split_once(' ').map_or("", |(_, path)| path)),
        None => endpoint.to_owned(),
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
    parts.extend(step.headers.iter().map(|(name, value)| match value {
        Some(value) => format!("with the header {name}: {value}"),
        None => format!("without the header {name}"),
    }));
    parts.extend(match step.fields {
        Fields::AsNamed => None,
        Fields::LowerCase => Some("with the names of header fields in lower case".to_owned()),
        Fields::Reversed => Some("with header fields in reverse order".to_owned()),
    });
    parts.extend(writing_in_words(&step.write));
    if let Time::SecondsAgo(seconds) = step.time {
        parts.push(format!("claiming a time {seconds} seconds ago"));
    }
    parts.extend(
        match step.signature {
            SignatureEdit::Right => None,
            SignatureEdit::Missing => Some("unsigned"),
            SignatureEdit::Malformed => Some("with a malformed signature header"),
            SignatureEdit::Wrong => Some("with a wrong signature"),
            SignatureEdit::OtherBody => Some("with the signature of another body"),
            SignatureEdit::OtherPath => Some("with the signature of another path"),
            SignatureEdit::OtherTime => Some("with the signature of another time"),
        }
        .map(str::to_owned),
    );
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

fn accepted(rule: &Rule, operation: &Operation) -> String {
    let literals = |class| operation.literals(class).join(" or ");
    let taken = format!("{} or {}", literals(StatusClass::Success), literals(StatusClass::Accepted));
    let refused = literals(StatusClass::Refused);
    let id = operation.rules.effect.as_ref().map_or("id", |effect| effect.id.trim_start_matches('/'));
    match rule {
        Rule::Taken { of, after_refused } => match after_refused {
            Some(refused) => format!("`{of}` is answered {taken} although `{refused}` was refused before"),
            None => format!("`{of}` is answered {taken}"),
        },
        Rule::Refused { of, situation, documented, .. } => {
            let codes = operation.situation(situation).filter(|s| s.exact).map(|s| s.codes.join(" or "));
            let any = if *documented { "a documented code" } else { "whatever code" };
            let codes = codes.map_or(any.to_owned(), |codes| format!("the code {codes}"));
            format!(
                "`{of}` is answered {refused} with {codes}; never {taken}, never {}",
                literals(StatusClass::Unknown)
            )
        }
        Rule::Code { of, situation } => {
            let codes = operation.situation(situation).map(|s| s.codes.join(" or ")).unwrap_or_default();
            format!("where `{of}` is refused, its code is {codes}")
        }
        Rule::Orderly { of } => format!(
            "`{of}` has any answer but HTTP 5xx, {}, a stack trace or a closed connection",
            literals(StatusClass::Unknown)
        ),
        Rule::Alike { control, of, .. } => format!(
            "`{of}` is treated like `{control}`: taken where that is taken, refused with the same code where it is refused"
        ),
        Rule::Bound { inside, at, beyond, .. } => {
            format!("`{inside}` and `{at}` are treated alike, and `{beyond}` is answered {refused}")
        }
        Rule::Cause { of, situations, .. } => {
            let named = situations.iter().filter_map(|name| operation.situation(name));
            let codes: Vec<&str> = named.flat_map(|s| &s.codes).map(String::as_str).collect();
            format!(
                "`{of}` is answered {refused} with one of the codes {}, or with one that blames nothing in the request",
                codes.join(", ")
            )
        }
        Rule::SameRefusal { of } => {
            format!("where one of {} is answered {refused}, all are, with one code", of.join(", "))
        }
        Rule::AlikeAnswers { control, of } => format!(
            "{} are answered like `{control}`: taken where that is taken, refused with the same code where it is refused",
            of.join(", ")
        ),
        Rule::SameResult { first, again } => {
            format!("{} have the status and {id} of `{first}`", again.join(", "))
        }
        Rule::EachSameResult { pairs } => {
            let pairs: Vec<String> =
                pairs.iter().map(|(first, again)| format!("`{again}` those of `{first}`")).collect();
            format!("each replay has the status and {id} of its first request: {}", pairs.join(", "))
        }
        Rule::OneResult { bursts, after } => format!(
            "all of each of {} that are taken have one {id}, and so has `{after}`; none is refused",
            bursts.join(", ")
        ),
        Rule::NoSecondEffect { first, other } => {
            format!("`{other}` is refused, or has the {id} of `{first}`; never another")
        }
        Rule::History => format!(
            "there is an order, consistent with real time, in which each key takes effect at most once and every \
             answer is what its key may be answered at that point: once done, the same result and {id} for the same \
             content, and that or a refusal for other content"
        ),
        Rule::Distinct { of } => format!("{} are taken, each with a {id} of its own", of.join(", ")),
        Rule::Effects { of, count, .. } => format!(
            "the probe counts {count} for the key of `{of}`; without a probe the answers can break this by their {id}, and it is never said to hold"
        ),
        Rule::Schema { of, .. } => format!("the answer to `{of}` satisfies the response schema"),
        Rule::Pairing { of, .. } => format!("the answer to `{of}` carries a code that goes with its status"),
        Rule::HttpStatus { of, .. } => {
            format!("the answer to `{of}` is HTTP {:?}", operation.http(HttpKind::Answered))
        }
        Rule::MediaType { of } => format!("the answer to `{of}` is application/json, or says nothing"),
        Rule::Documented { of, .. } => {
            let known: Vec<&str> = operation.documented.keys().map(String::as_str).collect();
            format!(
                "the answer to `{of}` is HTTP {}, with a media type that is documented for it",
                known.join(", ")
            )
        }
        Rule::Charset { of } => format!("the answer to `{of}` is UTF-8 and does not claim otherwise"),
        Rule::EffectId { of, present, .. } => {
            format!("the answer to `{of}` {} {id}", if *present { "carries" } else { "does not carry" })
        }
        Rule::Member { of, pointer, .. } => format!("the answer to `{of}` has {pointer}"),
        Rule::Settles { of, class, .. } => {
            format!("where `{of}` is answered {}, asking again gives a decided answer", literals(*class))
        }
        Rule::ResponseHeader { of, .. } => format!("the answer to `{of}` carries the header field"),
        Rule::ResponseSignature { of } => format!("the answer to `{of}` carries a signature that holds"),
    }
}
