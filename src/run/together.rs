//! Requests that overlap: released together from a start barrier, some later than others, some left without their
//! answer.

use super::lane::Outgoing;
use super::send::Sender;
use crate::case::script::Step;
use crate::exchange::{Exchange, NoAnswer, Request};
use crate::target::compose::Draft;
use futures_util::future::join_all;
use std::time::Duration;

/// One request that waits for the release.
struct Ready<'a> {
    step: &'a Step,
    copy: usize,
    draft: &'a Draft,
    request: Request,
}

/// All copies of all steps at once. Everything that takes time is done before the first is released.
///
/// # Errors
/// A signature that could not be made, in words. The allowance of the lane is used up.
pub(super) async fn send(sender: &Sender<'_>, steps: &[(&Step, &[Draft])]) -> Result<Vec<Exchange>, String> {
    let mut all = Vec::new();
    for (step, row) in steps {
        for (copy, draft) in row.iter().enumerate() {
            sender.lane.session.pace.wait().await;
            let request = sender.lane.session.request(sender.composer, step, draft)?;
            all.push(Ready { step, copy, draft, request });
        }
    }
    let _turn = sender.lane.turn().await;
    let sends = all.into_iter().map(|ready| one(sender, ready));
    let sent: Result<Vec<_>, String> = join_all(sends).await.into_iter().collect();
    Ok(sent?.into_iter().flatten().collect())
}

async fn one(sender: &Sender<'_>, ready: Ready<'_>) -> Result<Vec<Exchange>, String> {
    let Ready { step, copy, draft, request } = ready;
    let cut_after = step.cut_after.map(Duration::from_millis);
    let out = |request, new_connection| Outgoing {
        role: &step.role,
        copy,
        request,
        path: &draft.path,
        new_connection,
        cut_after,
    };
    if step.delay > 0 {
        tokio::time::sleep(Duration::from_millis(step.delay)).await;
    }
    let mut exchanges =
        vec![sender.lane.exchange(sender.operation, out(request, step.new_connection)).await?];
    // A kept connection may have been closed just as it was used; a duplicate may be sent again.
    if let Some(first) = exchanges.first_mut().filter(|first| first.outcome == Err(NoAnswer::Closed)) {
        first.superseded = true;
        let request = first.request.clone();
        exchanges.push(sender.lane.exchange(sender.operation, out(request, true)).await?);
    }
    Ok(exchanges)
}
