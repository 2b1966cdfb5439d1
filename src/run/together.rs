//! Requests that overlap: released together from a start barrier, some later than others, some left without their
//! answer.

use super::busy;
use super::lane::Outgoing;
use super::send::Sender;
use crate::case::script::Step;
use crate::exchange::{Exchange, NoAnswer, Request};
use crate::target::compose::Draft;
use futures_util::future::join_all;
use std::time::Duration;

/// One copy of a step.
#[derive(Clone, Copy)]
struct Twin<'a> {
    step: &'a Step,
    copy: usize,
    draft: &'a Draft,
}

/// All copies of all steps at once. Everything that takes time is done before the first is released, but waiting for
/// leave to send so many together. Those that are
/// only told to come later are sent again, together.
///
/// # Errors
/// A signature that could not be made, or the allowance of the lane is used up, in words.
pub(super) async fn send(
    sender: &Sender<'_>,
    steps: &[&Step],
    rows: &[Vec<Draft>],
) -> Result<Vec<Exchange>, String> {
    let pace = &sender.lane.session.pace;
    let twins = steps
        .iter()
        .zip(rows)
        .flat_map(|(step, row)| row.iter().enumerate().map(|(copy, draft)| Twin { step, copy, draft }));
    let mut all: Vec<(Twin<'_>, Vec<Exchange>)> = twins.map(|twin| (twin, Vec::new())).collect();
    let mut due: Vec<usize> = (0..all.len()).collect();
    while !due.is_empty() {
        let mut ready = Vec::with_capacity(due.len());
        for (twin, _) in due.iter().filter_map(|at| all.get(*at)) {
            ready.push((*twin, sender.lane.request(sender.composer, twin.step, twin.draft).await?));
        }
        let turn = sender.lane.turn().await;
        let spread = ready.iter().map(|(twin, _)| twin.step.delay).max().unwrap_or_default();
        let leave = pace.leave_together(ready.len(), Duration::from_millis(spread)).await;
        let sent = join_all(ready.into_iter().map(|(twin, request)| one(sender, twin, request))).await;
        drop(leave);
        drop(turn);
        for (at, exchanges) in due.iter().zip(sent) {
            let Some((_, before)) = all.get_mut(*at) else { continue };
            for earlier in before.iter_mut() {
                earlier.superseded = true;
            }
            before.extend(exchanges?);
        }
        let busy = |(twin, sent): &(Twin<'_>, Vec<Exchange>)| {
            busy::pause(pace, sender.composer.called(twin.step), sent)
        };
        let again: Vec<(usize, Duration)> =
            all.iter().enumerate().filter_map(|(at, one)| Some((at, busy(one)?))).collect();
        tokio::time::sleep(again.iter().map(|(_, pause)| *pause).max().unwrap_or_default()).await;
        due = again.into_iter().map(|(at, _)| at).collect();
    }
    Ok(all.into_iter().flat_map(|(_, exchanges)| exchanges).collect())
}

async fn one(sender: &Sender<'_>, twin: Twin<'_>, request: Request) -> Result<Vec<Exchange>, String> {
    let Twin { step, copy, draft } = twin;
    let cut_after = step.cut_after.map(Duration::from_millis);
    let out = |request, new_connection| Outgoing {
        role: &step.role,
        copy,
        request,
        path: &draft.signed,
        new_connection,
        cut_after,
    };
    if step.delay > 0 {
        tokio::time::sleep(Duration::from_millis(step.delay)).await;
    }
    let operation = sender.composer.called(step);
    let mut exchanges = vec![sender.lane.released(operation, out(request, step.new_connection)).await?];
    // A kept connection may have been closed just as it was used; a duplicate may be sent again.
    if let Some(first) = exchanges.first_mut().filter(|first| first.outcome == Err(NoAnswer::Closed)) {
        first.superseded = true;
        let request = first.request.clone();
        sender.lane.session.pace.again().await;
        exchanges.push(sender.lane.released(operation, out(request, true)).await?);
    }
    Ok(exchanges)
}
