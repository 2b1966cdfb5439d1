//! Where in the contract's file a case's clause stands.

use super::model::Source;
use crate::case::Case;
use crate::case::model::Plan;
use crate::contract::Contract;
use crate::schema::pointer;

/// The place that a case is about; nothing where its contract was not read from a file that is known.
pub(super) fn of(contract: &Contract, case: &Case) -> Option<Source> {
    let operation = contract.operation(case.judged()).or_else(|| contract.operation(&case.operation))?;
    let origin = contract.origin(operation)?;
    let member = |at: &str| -> Option<String> {
        let body = operation.layout.body_at();
        if operation.layout.parted {
            at.strip_prefix(body).map(ToOwned::to_owned)
        } else {
            Some(at.to_owned())
        }
    };
    let site = match &case.plan {
        Plan::Goal(plan) => {
            let goal = &plan.goal;
            let missing = pointer::split_last(&goal.pointer).filter(|_| goal.keyword == "required");
            let at = missing.as_ref().map_or(goal.pointer.as_str(), |(around, _)| around);
            member(at).map(|at| origin.of_request(operation, &at, Some(&goal.keyword)))
        }
        Plan::Bound(plan) => {
            member(&plan.at.pointer).map(|at| origin.of_request(operation, &at, Some(&plan.at.keyword)))
        }
        Plan::Samples => Some(origin.of_request(operation, "", None)),
        Plan::Written(_) | Plan::Programs(_) => None,
    };
    let site = site.unwrap_or_else(|| {
        let situation = case.rule.situations().first().map(|name| pointer::join("/situations", name));
        origin.of_extension(operation, &situation.unwrap_or_default())
    });
    Some(Source { file: site.file, line: site.line, pointer: site.pointer })
}
