//! A history as people read it: who sent what when, what came back, and why no order explains it.

use super::model::{Finding, Moment};
use super::text;

/// Columns of a bar.
const BAR: usize = 24;

/// The requests one a line, with a bar from sending to answer, and then why they cannot be; nothing where one request
/// says it all. Those that no order explains are marked.
pub(super) fn lines(finding: &Finding) -> Vec<String> {
    let moments = &finding.timeline;
    let end = moments.iter().map(Moment::ended).max().unwrap_or(0);
    let width = |of: &dyn Fn(&Moment) -> String| {
        moments.iter().map(|moment| text::columns(&of(moment))).max().unwrap_or(0)
    };
    let what = |moment: &Moment| {
        let key = moment.key.as_ref().map_or(String::new(), |key| format!("{key}, "));
        text::line(&format!("{key}{}", moment.content))
    };
    let time = |moment: &Moment| format!("{}-{} ms", moment.at_ms, moment.ended());
    let role = |moment: &Moment| text::line(&moment.role);
    let (roles, whats, times) = (width(&role), width(&what), width(&time));
    let mut lines: Vec<String> = moments
        .iter()
        .map(|moment| {
            let mark = if moment.decisive { '>' } else { ' ' };
            let id = moment.id.as_ref().map_or(String::new(), |id| format!(", {id}"));
            let pad = |text: String, to: usize| {
                format!("{text}{}", " ".repeat(to.saturating_sub(text::columns(&text))))
            };
            format!(
                "{mark} {}  {}  {}  {}  {}",
                pad(role(moment), roles),
                pad(what(moment), whats),
                bar(moment, end),
                pad(time(moment), times),
                text::line(&format!("{}{id}", moment.answer))
            )
        })
        .collect();
    lines.extend(words(finding));
    lines
}

/// The same without bars, for a pane that is too narrow for them: sentences to be wrapped.
pub(super) fn sentences(finding: &Finding) -> Vec<String> {
    let moment = |moment: &Moment| {
        let mark = if moment.decisive { "> " } else { "" };
        let key = moment.key.as_ref().map_or(String::new(), |key| format!("{key}, "));
        let id = moment.id.as_ref().map_or(String::new(), |id| format!(", {id}"));
        let (role, content, answer) = (&moment.role, &moment.content, &moment.answer);
        text::line(&format!(
            "{mark}{role} ({key}{content}, {}-{} ms): {answer}{id}",
            moment.at_ms,
            moment.ended()
        ))
    };
    finding.timeline.iter().map(moment).chain(words(finding)).collect()
}

/// How the requests lie to each other, and how often they broke, a sentence each.
pub(super) fn words(finding: &Finding) -> Vec<String> {
    let mut words: Vec<String> = order(&finding.timeline).into_iter().collect();
    if let Some(repeats) = finding.repeats {
        words.push(if repeats.failed == 0 {
            format!(
                "sent again by itself {} times, it did not break: it takes what else was sent",
                repeats.of
            )
        } else {
            format!("sent again, it broke {} of {} times", repeats.failed, repeats.of)
        });
    }
    words
}

/// From sending to answer, within the time of all.
fn bar(moment: &Moment, end: u64) -> String {
    let place = |ms: u64| {
        let share = u128::from(ms) * (BAR as u128 - 1) / u128::from(end.max(1));
        usize::try_from(share).unwrap_or(BAR - 1).min(BAR - 1)
    };
    let (from, to) = (place(moment.at_ms), place(moment.ended()));
    (0..BAR)
        .map(|column| match column {
            _ if column == from && column == to => '|',
            _ if column == from => '[',
            _ if column == to => ']',
            _ if column > from && column < to => '=',
            _ => '.',
        })
        .collect()
}

/// How the two requests that no order explains lie to each other.
fn order(moments: &[Moment]) -> Option<String> {
    let decisive: Vec<&Moment> = moments.iter().filter(|moment| moment.decisive).collect();
    let [first, second] = decisive[..] else { return None };
    let (one, other) = (text::line(&first.role), text::line(&second.role));
    Some(if first.key != second.key {
        format!("`{other}` has another key than `{one}`, so it is another request")
    } else if second.at_ms >= first.ended() {
        format!("`{other}` was sent when `{one}` was answered, so it comes after it in every order")
    } else {
        format!("`{other}` was sent while `{one}` was under way; neither order explains both answers")
    })
}
