//! The self-test in words.

use super::{Findings, name};
use crate::case::Case;
use crate::case::model::Plan;
use crate::case::suite::Suite;
use crate::selftest::{Kill, LAWS, Matrix, Spared};

/// Columns of a fault's name.
const NAME: usize = 38;

/// One correct wallet.
pub(super) fn spared(spared: &Spared) -> String {
    if spared.accused.is_empty() {
        return format!("correct   {}{}", name(spared), in_dialect(spared));
    }
    let cases: Vec<String> =
        spared.accused.iter().map(|(id, reason)| format!("\n            {id}: {reason}")).collect();
    format!("ACCUSED   {}{}{}", name(spared), in_dialect(spared), cases.concat())
}

fn in_dialect(spared: &Spared) -> &'static str {
    if spared.dialect.is_some() { " (dialect)" } else { "" }
}

/// Whether there is room for the matrix as a table.
fn is_wide(width: usize) -> bool {
    let laws: usize = LAWS.iter().map(|law| format!("{law:?}").len() + 2).sum();
    width >= NAME + 10 + laws
}

/// The heading over the kill matrix.
pub(super) fn head(width: usize) -> String {
    let laws: Vec<String> = LAWS.iter().map(|law| format!("{law:?}").to_lowercase()).collect();
    if !is_wide(width) {
        return "\ncases that notice each fault, by law".to_owned();
    }
    format!("\ncases that notice each fault, by law\n{:<width$}{}", "", laws.join("  "), width = NAME + 12)
}

/// One row of the kill matrix.
pub(super) fn kill(suite: &Suite, kill: &Kill, width: usize) -> String {
    let mark = if kill.is_noticed() { "noticed " } else { "SURVIVED" };
    let counts = Matrix { suite, kills: &[] }.by_law(kill);
    let cell = |(law, count): (&crate::case::grade::Law, usize)| {
        let width = format!("{law:?}").len();
        if count == 0 { format!("{:>width$}", ".") } else { format!("{count:>width$}") }
    };
    let row = if is_wide(width) {
        let cells: Vec<String> = LAWS.iter().zip(counts).map(cell).collect();
        format!("{mark}  {:<NAME$}  {}", kill.fault.name, cells.join("  "))
    } else {
        let some = LAWS.iter().zip(counts).filter(|(_, count)| *count > 0);
        let some: Vec<String> = some.map(|(law, count)| format!("{count} {law:?}").to_lowercase()).collect();
        format!("{mark}  {}\n  {}", kill.fault.name, some.join(", "))
    };
    if kill.is_noticed() || kill.besides.is_empty() {
        return row;
    }
    format!("{row}\n          noticed only by cases that it does not name: {}", kill.besides.join(", "))
}

/// What follows from the matrix, the races, the budgets, and the last line.
pub(super) fn rest(findings: &Findings<'_>) -> String {
    let mut out = String::new();
    let matrix = &findings.matrix;
    let (killed, all) = (findings.killed(), matrix.kills.len());
    if all > 0 {
        let sole = matrix.sole();
        out += &format!("\nnoticed by one case only: {} of {all} faults\n", sole.len());
        for (kill, case) in sole {
            out += &format!("  {:<NAME$}  {case}\n", kill.fault.name);
        }
    }
    if findings.whole {
        let quiet = matrix.quiet();
        out += &format!(
            "\nnoticed nothing but what a fifth of all cases notices: {} of {} cases\n",
            quiet.len(),
            matrix.suite.cases.len()
        );
        out += &kinds(&quiet);
        for law in matrix.idle_laws() {
            out += &format!("  no case of the law {} noticed anything\n", format!("{law:?}").to_lowercase());
        }
    }
    if !findings.races.is_empty() {
        out += "\nraces: runs of the whole suite in which they are noticed\n";
        for race in &findings.races {
            out += &format!("  {:<NAME$}  {} of {}\n", race.fault.name, race.noticed, race.runs);
        }
    }
    if all > 0 {
        out += "\nfaults found with few exchanges\n";
        for budget in &findings.budgets {
            let missed = if budget.missed.is_empty() {
                String::new()
            } else {
                format!("; not {}", budget.missed.join(", "))
            };
            let share = percent(budget.found, all);
            out += &format!(
                "  {:>5} exchanges: {} of {all} ({share} %){missed}\n",
                budget.exchanges, budget.found
            );
        }
        out.push('\n');
    }
    let seeds = if findings.seeds == 1 { String::new() } else { format!(" with {} seeds", findings.seeds) };
    out += &format!(
        "{killed} of {all} faults noticed{}; {} of {} correct wallets failed or warned{seeds}\n",
        if all > 0 { format!(" ({} %)", percent(killed, all)) } else { String::new() },
        findings.accused(),
        findings.spared.len()
    );
    out
}

/// The cases, generated ones by what they try, since they are many of a kind.
fn kinds(cases: &[&Case]) -> String {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for case in cases {
        let kind = match (&case.plan, case.id.rsplit_once('/')) {
            (Plan::Goal(plan), Some((_, side))) => {
                format!("{}/request/**/{}/{side}", case.operation, plan.goal.keyword)
            }
            _ => case.id.clone(),
        };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let line = |(kind, count): &(String, usize)| {
        if *count == 1 { format!("  {kind}\n") } else { format!("  {kind} ({count} cases)\n") }
    };
    kinds.iter().map(line).collect()
}

/// A share in percent, cut off, so that only all of them are 100 %.
fn percent(part: usize, of: usize) -> usize {
    part * 100 / of.max(1)
}
