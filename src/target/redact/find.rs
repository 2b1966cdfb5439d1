//! Where secrets stand in bytes, as they are and in whatever they may be encoded in.

use super::known::{Known, Place};
use super::view::{Base, View};

/// How many encodings may lie in each other.
const DEPTH: usize = 3;
/// How many bytes are looked at for each one that is shown. What takes more was made to take more.
const WORK: usize = 48;
/// Longer bytes are looked at in pieces of this length, which bounds the memory that it takes.
const PIECE: usize = 64 << 10;
/// How much of a piece is looked at again with the next one. No encoding makes a secret that is sent longer.
const SEAM: usize = 8 << 10;
/// What stands for bytes that are packed in each other too often to be looked at.
const TOO_DEEP: &str = "«not shown: encoded too often»";

/// The bytes with the marks of secrets in their places; nothing where there are none.
pub(super) fn replaced(known: &[&Known], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut places = Vec::new();
    let mut start = 0;
    loop {
        let end = bytes.len().min(start + PIECE);
        let piece = &bytes[start..end];
        let mut search = Search { known, places: Vec::new(), work: WORK * piece.len() + 4_096 };
        search.look(&View::whole(piece), DEPTH);
        if search.work == 0 {
            search.places = vec![Place { start: 0, end: piece.len(), mark: TOO_DEEP, rank: 3 }];
        }
        places.extend(search.places.into_iter().map(|place| Place {
            start: place.start + start,
            end: place.end + start,
            ..place
        }));
        if end == bytes.len() {
            break;
        }
        start = end - SEAM;
    }
    (!places.is_empty()).then(|| marked(bytes, places))
}

struct Search<'a, 'b> {
    known: &'b [&'a Known],
    places: Vec<Place<'a>>,
    work: usize,
}

impl Search<'_, '_> {
    fn look(&mut self, view: &View<'_>, depth: usize) {
        self.work = self.work.saturating_sub(view.bytes.len());
        if self.work == 0 {
            return;
        }
        for known in self.known {
            known.find(&view.bytes, view.stands(), &mut |place| {
                let (start, end) = view.place(place.start, place.end);
                self.places.push(Place { start, end, ..place });
            });
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        for other in view.unescaped().into_iter().chain(view.narrowed()) {
            self.look(&other, depth);
        }
        for base in [Base::SixtyFour, Base::Sixteen] {
            for shift in base.shifts() {
                for held in view.decoded(base, shift) {
                    // What reads as noise holds no further encoding.
                    self.look(&held, if held.is_text() { depth } else { 0 });
                    if let Some(plain) = held.inflated() {
                        self.look(&plain, depth);
                    }
                }
            }
        }
    }
}

/// The bytes with marks in these places. Where several overlap, the longest that is whole names them all.
fn marked(bytes: &[u8], mut places: Vec<Place<'_>>) -> Vec<u8> {
    places.sort_by_key(|place| place.start);
    let mut shown = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let mut rest = places.as_slice();
    while let Some((first, mut after)) = rest.split_first() {
        let (mut best, mut end) = (first, first.end);
        while let Some((next, further)) = after.split_first().filter(|(next, _)| next.start < end) {
            end = end.max(next.end);
            let worth = |place: &Place<'_>| (place.rank.min(1), place.end - place.start, place.rank);
            if worth(next) > worth(best) {
                best = next;
            }
            after = further;
        }
        shown.extend_from_slice(bytes.get(at..first.start).unwrap_or_default());
        shown.extend_from_slice(best.mark.as_bytes());
        at = end;
        rest = after;
    }
    shown.extend_from_slice(bytes.get(at..).unwrap_or_default());
    shown
}
