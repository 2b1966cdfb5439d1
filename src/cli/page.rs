//! Text for people laid out for the width of their pane.

use std::fmt::Write as _;

/// Breaks lines at spaces so that they fit into `width` columns; what continues a line is indented deeper than it.
///
/// A word is never broken: a case id, a path or a command that is wider than the pane stands whole on a line of its
/// own, so that it can be copied. Lines that begin with a command of ours are left as they are.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if columns(line) <= width || is_command(line) {
            out.push_str(line);
            out.push('\n');
        } else {
            wrap(&mut out, line, width);
        }
    }
    out
}

fn columns(text: &str) -> usize {
    console::measure_text_width(text)
}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("proofmark ")
}

fn wrap(out: &mut String, line: &str, width: usize) {
    let lead = line.len() - line.trim_start_matches(' ').len();
    let (indent, rest) = line.split_at(lead);
    let hang = (lead + 2).min(width / 4);
    let mut used = lead.min(hang);
    out.push_str(&indent[..used]);
    let mut empty = true;
    // Several spaces in a row part columns; they count as one word with what they follow.
    for word in rest.split(' ') {
        let wide = columns(word);
        if !empty && used + 1 + wide > width && !word.is_empty() {
            let kept = out.trim_end_matches(' ').len();
            out.truncate(kept);
            let _ = write!(out, "\n{:hang$}", "");
            used = hang;
            empty = true;
        }
        if !empty {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
        empty = false;
    }
    let kept = out.trim_end_matches(' ').len();
    out.truncate(kept);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_words_stay_whole() {
        let text = "a line that is too wide for its pane\n  - an item that is too wide as well\nshort\n";
        let out = fitted(text, 16);
        assert!(out.lines().all(|line| columns(line) <= 16), "{out}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&out), words(text));
        assert_eq!(
            fitted("see sendInbox/request/accessToken for it", 16),
            "see\n  sendInbox/request/accessToken\n  for it\n"
        );
        assert_eq!(fitted("  proofmark run --target URL", 10), "  proofmark run --target URL\n");
        assert_eq!(fitted("a  b\n\nc", usize::MAX), "a  b\n\nc\n");
    }
}
