//! What became of a target over many reports: when each case broke, when it was fixed, which ones are flaky, and how
//! long answers took.

mod group;
mod html;
mod json;
mod plot;
mod read;
mod spark;
mod terminal;

use super::terminal::Style;
pub use json::FORMAT;
use read::{Key, Read, Texts};
use std::collections::BTreeMap;

pub use group::{Event, Group, Kind, Mark, Run, Track};
pub use read::LeftOut;

/// Reports as they are read, one after the other, in any order.
#[derive(Default)]
pub struct Reports {
    ids: Texts,
    faults: Texts,
    groups: BTreeMap<Key, Vec<Read>>,
}

impl Reports {
    /// Takes what a trend needs of a report; `takes` chooses its cases. `path` is what readers see.
    ///
    /// # Errors
    /// Why the file is left out.
    pub fn add(&mut self, bytes: &[u8], path: &str, takes: &dyn Fn(&str) -> bool) -> Result<(), LeftOut> {
        let path = super::text::line(path);
        let read = read::read(bytes, &path, takes, &mut self.ids, &mut self.faults)?;
        self.groups.entry(read.key.clone()).or_default().push(read);
        Ok(())
    }

    /// How many reports there are.
    pub fn len(&self) -> usize {
        self.groups.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What they tell. `narrowed` says that cases were chosen, so that the times of all answers say nothing of them.
    pub fn trend(self, narrowed: bool) -> Trend {
        let Self { ids, faults, groups } = self;
        let groups =
            groups.into_iter().map(|(key, reads)| group::of(key, reads, narrowed, &ids, &faults)).collect();
        Trend { groups }
    }
}

/// What became of each target, by suite and dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The groups, by target.
    pub groups: Vec<Group>,
}

/// The trend as text; without `unicode`, in ASCII.
pub fn render(trend: &Trend, style: Style, unicode: bool) -> String {
    terminal::render(trend, style, unicode)
}

/// The trend as a page.
pub fn html(trend: &Trend) -> String {
    html::render(trend)
}

/// The trend as JSON.
pub fn json(trend: &Trend) -> String {
    json::render(trend)
}
