//! `proofmark run`.

use super::announce;
use super::args::{RunArgs, SelectArgs};
use super::drive::Work;
use super::embedded;
use super::files;
use super::input;
use super::live::{self, Earlier, Live};
use super::output::{self, Failure};
use super::progress::Progress;
use super::reports;
use super::snapshot::{self, Baseline, Compared, Gaps};
use crate::case::grade::Level;
use crate::case::suite::Suite;
use crate::contract::dialect::Dialect;
use crate::exit::Exit;
use crate::law::verdict::Verdict;
use crate::reference::{Settings, Wallet};
use crate::report::format::ReportTarget;
use crate::report::model::{Overall, Report};
use crate::report::terminal;
use crate::run::resume;
use crate::run::session::Session;
use crate::run::{Event, Forecast, Options, Outcome};
use crate::target::stamp::Stamps;
use std::sync::Arc;

pub(super) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    crate::target::keys::gather();
    let faults = embedded::faults(&args.faults)?;
    let mut config = input::config(&args.config)?;
    let mut chosen = args.suite.clone();
    if chosen.names.is_empty() && chosen.contract.is_none() {
        // A fault is shown by the suite that notices it.
        chosen.names = input::suites_of(&faults)?;
    }
    let suite = input::suite(&chosen, config.dialect.as_deref())?;
    if !args.quiet {
        tell_undocumented(&suite);
    }
    config.limits.rate = args.rate.or(config.limits.rate);
    config.limits.concurrency = args.concurrency.or(config.limits.concurrency);
    config.limits.retention = args.retention.or(config.limits.retention);
    let budget = args.budget.or(config.limits.budget);
    if let (Some(retention), Some(budget)) = (config.limits.retention, budget)
        && retention >= budget
    {
        return Err(Failure::input(format!(
            "nothing gets {} old in a run of {} (shorten --retention, or lengthen --budget)",
            humantime::format_duration(retention),
            humantime::format_duration(budget)
        )));
    }
    let selection = input::selection(&args.select)?;
    let selected = suite.cases.iter().filter(|case| selection.takes(case)).count();
    let empty_shard = selected == 0 && args.select.shard.is_some() && {
        let whole = input::selection(&SelectArgs { shard: None, ..args.select.clone() })?;
        suite.cases.iter().any(|case| whole.takes(case))
    };
    if selected == 0 && !empty_shard {
        return Err(Failure::input("the selection matches no case (see `proofmark list`)"));
    }
    reports::check_writable(&args.reports, args.snapshot.as_deref())?;
    let baseline = args.snapshot.as_deref().map(|path| Baseline::open(path, args.today, args.strict));
    let baseline = baseline.transpose()?;
    let earlier = args.resume.as_deref().map(live::read).transpose()?.map(Arc::new);
    if let Some(path) = &args.resume {
        live::check_one(&args.reports, path)?;
    }
    let mut options = Options {
        samples: args.samples,
        concurrency: config.limits.concurrency.unwrap_or(Options::default().concurrency),
        budget,
        exchanges: args.exchanges.or(config.limits.exchanges),
        shard: args.select.shard,
        embedded: None,
        search: true,
        again: snapshot::again(baseline.as_ref(), args.repeats),
        record: false,
        resumed: earlier,
    };
    let room = files::room(&files::Wants {
        concurrency: options.concurrency.clamp(1, selected.max(1)),
        embedded: config.url.is_none(),
        hook: config.network.hook.is_some(),
    })?;
    options.concurrency = options.concurrency.min(room.concurrency);
    if let Some(note) = &room.note {
        output::note(note);
    }
    // Held until the run is over: the wallet stops when it is dropped.
    let mut wallet: Option<Wallet> = None;
    let session = if let Some(url) = config.url.clone() {
        if !faults.is_empty() {
            return Err(Failure::input(
                "--fault works on the embedded wallet only (leave --target and [target] url out, or use `proofmark serve --fault`)",
            ));
        }
        let stamps = Stamps::random().map_err(Failure::own)?;
        Session::new(suite, config, &url, args.seed, stamps)
    } else {
        let started = {
            let dialect = embedded::speaking(suite.contract.dialect.as_deref());
            embedded::start(Settings { faults, dialect, ..Settings::default() })?
        };
        let url = started.base_url();
        wallet = Some(started);
        options.embedded = Some(args.faults.clone());
        let http = config.network.http;
        let mut config = crate::embedded::config(&url, config.limits);
        config.network.http = http;
        Session::new(suite, config, &url, args.seed, Stamps::new(args.seed))
    };
    let mut session = session.map_err(Failure::input)?;
    if room.note.is_some() {
        session = session.sparing();
    }
    let resumed = options.resumed.clone();
    let earlier = match (&args.resume, &resumed) {
        (Some(path), Some(journal)) => {
            resume::check(journal, &session, &selection, &options)
                .map_err(|what| Failure::input(format!("{}: {what} (repeat its command)", path.display())))?;
            session = session.going_on(resume::before(journal));
            Some(Earlier { path, journal })
        }
        _ => None,
    };
    let live = Live::open(&args.reports, earlier.as_ref())?;
    if !empty_shard {
        let Forecast { cases, requests } = Forecast::of(&session, &selection, &options);
        announce::announce(&session, requests, &announce::suite(&session.suite, cases));
    }
    options.record = live.listens();
    let progress = Progress::new(args.quiet);
    let observe = |event: Event<'_>| {
        progress.observe(event);
        live.observe(event);
    };
    let work = Work { selection: &selection, options: &options, observe: &observe, nothing: empty_shard };
    let (outcome, watch) = work.drive(Arc::new(session))?;
    let interrupted = watch.interrupted();
    progress.finish();
    drop(wallet);
    let whole = live.finish(&args.reports, &outcome.report);
    if empty_shard {
        // The other shards need its reports to be merged, and it says nothing else.
        reports::write_all(&told(args), &outcome.report)?;
        if !whole {
            return Ok(Exit::OwnFailure);
        }
        output::note("this shard has no cases");
        return Ok(Exit::Held);
    }
    let gaps = Gaps { chosen: args.select.is_given(), shard: args.select.shard.is_some(), interrupted };
    let exit = conclude(args, baseline.as_ref(), &outcome, &gaps, whole)?;
    // Whoever asked for an end while the reports were written has them, and wants the end all the same.
    let ended = watch.interrupted() && exit != Exit::OwnFailure;
    Ok(if ended { Exit::Interrupted } else { exit })
}

/// Says which operations are judged in a dialect whose wallet does not document them.
fn tell_undocumented(suite: &Suite) {
    let Some(name) = suite.contract.dialect.as_deref() else { return };
    let Ok(dialect) = Dialect::builtin(name) else { return };
    let operations = suite.contract.operations.iter().map(|operation| operation.id.as_str());
    let strange = dialect.undocumented(operations);
    if !strange.is_empty() {
        output::note(&format!(
            "not documented by the sources of the dialect {name}, and judged as the contract has it: {}",
            strange.join(", ")
        ));
    }
}

/// The reports that are made of what the run found in the end.
fn told(args: &RunArgs) -> Vec<ReportTarget> {
    args.reports.iter().filter(|target| !target.format.is_heard()).cloned().collect()
}

fn conclude(
    args: &RunArgs,
    baseline: Option<&Baseline>,
    outcome: &Outcome,
    gaps: &Gaps,
    whole: bool,
) -> Result<Exit, Failure> {
    let excused = baseline.map(|baseline| baseline.excuse(&outcome.report));
    let report = excused.as_ref().unwrap_or(&outcome.report);
    let written = reports::write_all(&told(args), report);
    if let Err(failure) = &written {
        output::error(&failure.message);
    }
    if let Some(reason) = &outcome.unjudged {
        output::error(&reason.to_string());
        return Ok(if gaps.interrupted { Exit::Interrupted } else { Exit::Unjudged });
    }
    let json = reports::json_path(&args.reports);
    let style = output::style(args.quiet);
    // What is accepted as broken is no news.
    let news = baseline.filter(|_| args.quiet).map(|baseline| baseline.news(report));
    output::print(&terminal::render(news.as_ref().unwrap_or(report), style, json.as_deref()));
    if let Some(gone) = &outcome.gone {
        output::error(&gone.to_string());
    }
    let compared = match baseline {
        Some(baseline) => baseline.compare(report, gaps, style, json.as_deref())?,
        None => Compared::default(),
    };
    Ok(if outcome.failed || written.is_err() || !whole {
        Exit::OwnFailure
    } else if gaps.interrupted {
        Exit::Interrupted
    } else if compared.stale {
        Exit::Broken
    } else {
        verdict(report, compared.newly_broke)
    })
}

/// The exit code that a report's verdict calls for.
pub(super) fn verdict(report: &Report, newly_broke: Option<bool>) -> Exit {
    let musts = report.cases.iter().any(|case| case.level == Level::Must);
    let must = |verdict| report.cases.iter().any(|case| case.level == Level::Must && case.verdict == verdict);
    // Compared with a snapshot, the part that the exchange budget had room for is a whole of its own.
    let in_part = must(Verdict::Pass) && !must(Verdict::Error);
    let decided = report.cases.iter().any(|case| matches!(case.verdict, Verdict::Pass | Verdict::Warn));
    match (report.verdict, newly_broke) {
        (Overall::Fails, Some(false)) | (Overall::Conforms, _) => Exit::Held,
        (Overall::Fails, _) => Exit::Broken,
        (Overall::Undecided, Some(false)) if in_part => Exit::Held,
        // Where no MUST was selected, those that were have nothing to break.
        (Overall::Undecided, _) if !musts && decided => Exit::Held,
        (Overall::Undecided, _) => Exit::Unjudged,
    }
}
