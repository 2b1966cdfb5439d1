//! How much a run will send, known before it sends anything.

use super::resume::Known;
use super::session::Session;
use super::{Options, plan_of};
use crate::case::select::Selection;
use crate::config::supply::Supply;

/// What a run will send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// How many cases it judges.
    pub cases: usize,
    /// The most requests that it sends where nothing has to be repeated and nothing breaks; in any case no more than
    /// the limit of exchanges. Questions to probes do not count.
    pub requests: usize,
}

impl Forecast {
    /// Of a run with this.
    pub fn of(session: &Session, selection: &Selection, options: &Options) -> Self {
        let plan = plan_of(session, selection);
        let known = Known::of(options.resumed.as_deref(), &plan);
        let due = plan.iter().map(|(_, case)| case);
        let due = due.filter(|case| session.lacks(case).is_none() && known.judged(case).is_none());
        // One for the greeting, and one for each credential that is asked for once.
        let asked = |supply: &&Supply| matches!(supply, Supply::Url(_) | Supply::Operation { .. });
        let aside = 1 + session.config.supplies.values().filter(asked).count();
        let start = Self { cases: 0, requests: aside };
        let all = due.fold(start, |sum, case| {
            let samples = usize::try_from(case.samples(options.samples)).unwrap_or(usize::MAX);
            let requests = case.requests().saturating_mul(samples);
            Self { cases: sum.cases + 1, requests: sum.requests.saturating_add(requests) }
        });
        Self { requests: options.exchanges.map_or(all.requests, |most| all.requests.min(most)), ..all }
    }
}
