//! `proofmark selftest`.

mod json;
mod text;

use super::args::{Listing, SelftestArgs};
use super::output::{self, Failure};
use super::page;
use crate::case::suite::Suite;
use crate::contract::dialect::DEFAULT;
use crate::contract::suites::FAMILY;
use crate::exit::Exit;
use crate::reference::{self, Dialect, Fault, Variant};
use crate::selftest::{
    Detection, Kill, Matrix, Nightly, Scope, Spared, concerns, detection, kill, nightly, smallest_budget,
    spare, spare_in,
};
use futures_util::{Stream, StreamExt as _, stream};
use std::sync::Arc;

/// Wallets judged at the same time: while one waits for an effect to show, the other works.
const AT_ONCE: usize = 2;

/// Files that are open at the same time at most, both ends of all connections with these wallets.
const FILES: usize = 512;

/// All that a self-test finds out.
struct Findings<'a> {
    spared: Vec<Spared>,
    matrix: Matrix<'a>,
    races: Vec<Detection>,
    budgets: Vec<Nightly>,
    seeds: u64,
    /// Whether every fault was judged, so that it can be said of a case that it noticed none.
    whole: bool,
}

impl Findings<'_> {
    fn killed(&self) -> usize {
        self.matrix.kills.iter().filter(|kill| kill.is_noticed()).count()
    }

    fn accused(&self) -> usize {
        self.spared.iter().filter(|spared| !spared.accused.is_empty()).count()
    }
}

/// Judges the harness itself and prints the kill matrix.
pub(super) fn selftest(args: &SelftestArgs) -> Result<Exit, Failure> {
    let names = if args.suites.is_empty() { vec![FAMILY.to_owned()] } else { args.suites.clone() };
    let suite = Arc::new(Suite::chosen(&names).map_err(Failure::input)?);
    let Chosen { faults, variants, dialects } = chosen(&suite, &args.only)?;
    super::files::have(FILES)?;
    let shown = matches!(args.format, Listing::Text);
    let width = output::style(false).width;
    super::drive::wait_for(async {
        let seed = args.seed;
        let spared = stream::iter(variants).map(|variant| spare_all(&suite, variant, seed, args.seeds));
        let Some(mut spared) = take(spared.buffered(AT_ONCE), shown, text::spared).await? else {
            return Ok(Exit::Held);
        };
        let spoken = stream::iter(dialects).map(|dialect| spare_in(dialect, seed));
        let Some(spoken) = take(spoken.buffered(AT_ONCE), shown, text::spared).await? else {
            return Ok(Exit::Held);
        };
        spared.extend(spoken);
        if shown && !faults.is_empty() && !output::line(&text::head(width)) {
            return Ok(Exit::Held);
        }
        let kills = stream::iter(faults.iter().copied()).map(|fault| kill(&suite, fault, Scope::Whole, seed));
        let row = |one: &Kill| text::kill(&suite, one, width);
        let Some(kills) = take(kills.buffered(AT_ONCE), shown, row).await? else { return Ok(Exit::Held) };
        // One after the other: a machine that does something else beside is another machine.
        let mut races = Vec::new();
        for fault in faults.iter().copied().filter(|fault| fault.race) {
            races.push(detection(&suite, fault, args.repeats, seed).await.map_err(Failure::own)?);
        }
        let least = stream::iter(faults.iter().copied())
            .map(async |fault| smallest_budget(&suite, fault, seed).await.map(|least| (fault, least)));
        let Some(least) = take(least.buffered(AT_ONCE), false, |_| String::new()).await? else {
            return Ok(Exit::Held);
        };
        let matrix = Matrix { suite: &suite, kills: &kills };
        let budgets = nightly(&least);
        let whole = args.only.is_empty();
        let findings = Findings { spared, matrix, races, budgets, seeds: args.seeds, whole };
        if shown {
            output::page(&text::rest(&findings));
        } else {
            output::print(&json::whole(&findings)?);
        }
        let sound = findings.killed() == kills.len() && findings.accused() == 0;
        Ok(if sound { Exit::Held } else { Exit::Broken })
    })?
}

/// The faults and the correct wallets that were asked for.
struct Chosen {
    faults: Vec<&'static Fault>,
    variants: Vec<Option<&'static Variant>>,
    /// Dialects in which the wallet is judged as it is.
    dialects: Vec<&'static Dialect>,
}

/// Without names all of them, and the wallet as it is.
fn chosen(suite: &Suite, only: &[String]) -> Result<Chosen, Failure> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    let known = |name: &String| {
        reference::fault(name).is_some()
            || reference::variant(name).is_some()
            || reference::dialect(name).is_some()
    };
    if let Some(name) = only.iter().find(|name| !known(name)) {
        return Err(Failure::input(format!(
            "--only {name}: no fault, variant or dialect is called so (see `proofmark faults`)"
        )));
    }
    let mut faults = Vec::new();
    for fault in reference::faults().iter().filter(|fault| wanted(fault.name)) {
        if concerns(suite, fault).map_err(Failure::own)? {
            faults.push(fault);
        }
    }
    let plain = if only.is_empty() { vec![None] } else { Vec::new() };
    let judges = |variant: &Variant| {
        variant.operations.is_empty() || variant.operations.iter().any(|id| suite.contract.judges(id))
    };
    let variants = reference::variants().iter().filter(|variant| wanted(variant.name) && judges(variant));
    let dialects = reference::dialects().iter().copied().filter(|dialect| wanted(dialect.name));
    // The default one is that of all other wallets.
    let dialects = dialects.filter(|dialect| !only.is_empty() || dialect.name != DEFAULT).collect();
    Ok(Chosen { faults, variants: plain.into_iter().chain(variants.map(Some)).collect(), dialects })
}

/// Judges a correct wallet with one seed after the other; what any of them accuses it of.
async fn spare_all(
    suite: &Arc<Suite>,
    variant: Option<&'static Variant>,
    seed: u64,
    seeds: u64,
) -> Result<Spared, String> {
    let mut all = Spared { variant, dialect: None, accused: Vec::new() };
    for run in 0..seeds {
        let one = spare(suite, variant, seed.wrapping_add(run)).await?;
        all.accused.extend(one.accused.into_iter().filter(|(id, _)| !all.has(id)).collect::<Vec<_>>());
    }
    Ok(all)
}

/// Everything that comes, each shown as it comes; nothing once nobody reads any more.
async fn take<T>(
    results: impl Stream<Item = Result<T, String>>,
    shown: bool,
    line: impl Fn(&T) -> String,
) -> Result<Option<Vec<T>>, Failure> {
    let mut results = std::pin::pin!(results);
    let mut all = Vec::new();
    while let Some(result) = results.next().await {
        let one = result.map_err(Failure::own)?;
        if shown && !output::line(page::fitted(&line(&one), output::style(false).width).trim_end()) {
            return Ok(None);
        }
        all.push(one);
    }
    Ok(Some(all))
}

/// The name of a correct wallet.
fn name(spared: &Spared) -> &'static str {
    match (spared.dialect, spared.variant) {
        (Some(dialect), _) => dialect.name,
        (None, Some(variant)) => variant.name,
        (None, None) => "(the wallet as it is)",
    }
}
