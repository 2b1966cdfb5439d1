//! What differs between two texts, marked where it stands.

use super::page::line;
use maud::{Markup, html};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeSet;
use std::ops::Range;

/// Words of a text that are compared at most; beyond them nothing is marked.
const WORDS: usize = 2_000;

/// How many words in a row are one difference; of longer rows only the first words are compared.
const ROW: usize = 2;

/// What was expected and what was observed, with the words marked in which they contradict each other.
pub(super) fn sides(expected: &str, observed: &str) -> (Markup, Markup) {
    let (expected, observed) = (line(expected), line(observed));
    let (ours, theirs) = (words(&expected), words(&observed));
    let (mut want, mut got) = (BTreeSet::new(), BTreeSet::new());
    let mut after_equal = false;
    for op in diff(&expected, &ours, &observed, &theirs) {
        if let DiffOp::Replace { old_index, old_len, new_index, new_len } = op {
            if old_len <= ROW && new_len <= ROW {
                want.extend(old_index..old_index + old_len);
                got.extend(new_index..new_index + new_len);
            } else if after_equal {
                want.insert(old_index);
                got.insert(new_index);
            }
        }
        after_equal = matches!(op, DiffOp::Equal { .. });
    }
    (marked(&expected, &ours, &want, "want"), marked(&observed, &theirs, &got, "got"))
}

/// A text with the words marked that another does not have there; whether there are any.
pub(super) fn against(base: &str, text: &str) -> (Markup, bool) {
    let (ours, theirs) = (words(base), words(text));
    let mut other = BTreeSet::new();
    for op in diff(base, &ours, text, &theirs) {
        if let DiffOp::Replace { new_index, new_len, .. } | DiffOp::Insert { new_index, new_len, .. } = op {
            other.extend(new_index..new_index + new_len);
        }
    }
    (marked(text, &theirs, &other, "got"), !other.is_empty())
}

fn diff(base: &str, ours: &[Range<usize>], text: &str, theirs: &[Range<usize>]) -> Vec<DiffOp> {
    if ours.len().max(theirs.len()) > WORDS {
        return Vec::new();
    }
    let cut = |text: &'_ str, places: &[Range<usize>]| -> Vec<String> {
        places.iter().map(|place| text[place.clone()].to_owned()).collect()
    };
    capture_diff_slices(Algorithm::Myers, &cut(base, ours), &cut(text, theirs))
}

/// Where the words stand: runs of letters, digits and what joins them.
fn words(text: &str) -> Vec<Range<usize>> {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\\');
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (joins(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// The text with some of its words marked; neighbours share a mark.
fn marked(text: &str, words: &[Range<usize>], which: &BTreeSet<usize>, class: &str) -> Markup {
    let mut parts: Vec<(bool, Range<usize>)> = Vec::new();
    let mut end = 0;
    for (nth, word) in words.iter().enumerate() {
        if !which.contains(&nth) {
            continue;
        }
        match parts.last_mut() {
            Some((_, last))
                if nth > 0 && which.contains(&(nth - 1)) && !text[end..word.start].contains('\n') =>
            {
                last.end = word.end;
            }
            _ => {
                parts.push((false, end..word.start));
                parts.push((true, word.clone()));
            }
        }
        end = word.end;
    }
    parts.push((false, end..text.len()));
    html! {
        @for (is_marked, place) in parts {
            @if is_marked { mark class=(class) { (&text[place]) } } @else { (&text[place]) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_sides(expected: &str, observed: &str, want: &[&str], got: &[&str]) {
        let (left, right) = sides(expected, observed);
        let within = |markup: Markup| -> Vec<String> {
            let text = markup.into_string();
            let marks = text.split("<mark class=\"").skip(1);
            let inner = marks.filter_map(|part| part.split_once('>')?.1.split_once("</mark>"));
            inner.map(|(word, _)| word.to_owned()).collect()
        };
        assert_eq!(
            (within(left), within(right)),
            (want.iter().map(|s| (*s).to_owned()).collect(), got.iter().map(|s| (*s).to_owned()).collect())
        );
    }

    #[test]
    fn what_contradicts_is_marked_and_nothing_else() {
        assert_sides("HTTP 200", "HTTP 500, status F, code X", &["200"], &["500"]);
        assert_sides("the probe counts 1 (one message)", "the probe counts more", &["1"], &["more"]);
        assert_sides("status F, because it is too long", "HTTP 200, status S, code OK", &["F"], &["S"]);
        assert_sides("an answer, or a refusal in order", "HTTP 500", &[], &[]);
        assert_sides("", "x", &[], &[]);
    }

    #[test]
    fn markup_stays_text_and_neighbours_share_a_mark() {
        let (text, differs) = against("a <b> c", "a <b> x y");
        assert!(differs);
        assert_eq!(text.into_string(), "a &lt;b&gt; <mark class=\"got\">x y</mark>");
        assert!(!against("same", "same").1);
    }
}
