//! Text of a target made safe to show, and the small arithmetic of laying it out.
//!
//! A target chooses much of what a report says. Nothing it sends may move the cursor, recolour the
//! terminal, reorder a line or hide a character.

use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Whether a character shows itself where it stands and does nothing else.
fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'))
}

fn escape_into(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_plain(c) => out.push(c),
        c => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// The commands of GitHub's runner that a line of a log may give, `::NAME …::`.
const COMMANDS: [&str; 14] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-",
    "stop-commands",
    "warning",
];

/// The character by which a log becomes a command to the machine that runs the job, where this text begins with one:
/// `::error …::` of GitHub, and `##[…]`, `##vso[…]` and `##teamcity[…]` of others.
fn commands(text: &str) -> Option<usize> {
    if let Some(name) = text.strip_prefix("::") {
        let name = name.trim_start().to_ascii_lowercase();
        return COMMANDS.iter().any(|known| name.starts_with(known)).then_some(0);
    }
    let name = text.strip_prefix("##")?;
    let length = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    name[length..].starts_with('[').then_some(2 + length)
}

fn written(text: &str, stays: &[char]) -> String {
    // Most of what is shown, and a list shows much of it.
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain && !text.contains("::") && !text.contains("##") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut acts = None;
    for (at, c) in text.char_indices() {
        if matches!(c, ':' | '#')
            && let Some(length) = commands(&text[at..])
        {
            acts = Some(at + length);
        }
        if acts == Some(at) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else if stays.contains(&c) {
            out.push(c);
        } else {
            escape_into(&mut out, c);
        }
    }
    out
}

/// One line: control characters, line breaks and invisible characters are written as escapes, and so is what would
/// make a command to the machine that runs the job.
pub(crate) fn line(text: &str) -> String {
    written(text, &[])
}

/// Several lines: as [`line`], but line feeds and tabs stay.
pub(crate) fn block(text: &str) -> String {
    written(text, &['\n', '\t'])
}

/// A line as a cell of a table. What a spreadsheet that the table is pasted into would take for a formula has a `'`
/// before it, which makes it text there.
pub(super) fn cell(text: &str) -> String {
    let text = line(text);
    if text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) {
        format!("'{text}")
    } else {
        text
    }
}

/// Whether [`block`] would change the text, so that pasting what is shown sends something else.
pub(super) fn is_altered(text: &str) -> bool {
    block(text) != text
}

/// The text cut to at most `max` bytes at a grapheme boundary, with a note of what is missing.
pub(super) fn cut(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let mut kept = text
        .grapheme_indices(true)
        .map(|(start, grapheme)| start + grapheme.len())
        .take_while(|end| *end <= max)
        .last()
        .unwrap_or(0);
    if kept == 0 {
        // A single grapheme longer than the limit: a heap of combining marks.
        kept = text.floor_char_boundary(max);
    }
    format!("{}… (cut: {} more bytes)", &text[..kept], text.len() - kept)
}

/// Terminal columns of one character, near enough to wrap lines: wide scripts and emoji take two.
fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Terminal columns of a line.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// A space that [`wrap`] does not break at and writes as a space. [`line`] leaves none in the text of
/// a target.
pub(super) const GLUE: char = '\u{a0}';

/// Breaks a line at spaces so that none is wider than `width`; a longer word is broken within.
/// Spaces within a line stay as many as they were.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.trim_end().split(' ') {
        let wide = columns(word);
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut current));
            used = 0;
        } else if used > 0 {
            current.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            let wide = columns(grapheme);
            if used > 0 && used + wide > width {
                // A path is broken between its parts, where that does not waste the line.
                let part = current.rfind('/').map(|slash| slash + 1).filter(|at| at * 2 > width);
                let rest = part.map(|at| current.split_off(at)).unwrap_or_default();
                lines.push(std::mem::replace(&mut current, rest));
                used = columns(&current);
            }
            current.push_str(if grapheme.starts_with(GLUE) { " " } else { grapheme });
            used += wide;
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

/// `1 case`, `2 cases`.
pub(super) fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// Milliseconds for people.
pub(super) fn duration(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..120_000 => format!("{}.{:02} s", ms / 1000, ms % 1000 / 10),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// A word as a POSIX shell reads it back.
pub(super) fn shell_word(word: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(bare) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Ids in one line, the first few by name and the rest by number.
pub(super) fn some_ids<'a>(ids: impl ExactSizeIterator<Item = &'a str>, max: usize) -> String {
    let more = ids.len().saturating_sub(max);
    let mut shown: Vec<String> = ids.take(max).map(line).collect();
    if more > 0 {
        shown.push(format!("… {more} not shown"));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_acts_is_written_out() {
        assert_eq!(line("a\u{1b}[31m\u{202e}b\nc\0"), "a\\u{1b}[31m\\u{202e}b\\nc\\u{0}");
        assert_eq!(block("a\n\tb\r\u{9b}"), "a\n\tb\\r\\u{9b}");
        assert!(is_altered("a\u{feff}") && !is_altered("é 中 👍\n"));
    }

    #[test]
    fn no_line_is_a_command_to_the_machine_that_runs_the_job() {
        assert_eq!(line("::error file=a::b"), "\\u{3a}:error file=a::b");
        assert_eq!(line("x ::Set-Output name=a::b"), "x \\u{3a}:Set-Output name=a::b");
        assert_eq!(
            block("##[group]a ##vso[task.setvariable]"),
            "##\\u{5b}group]a ##vso\\u{5b}task.setvariable]"
        );
        assert_eq!(line("std::string ::1 ## [a]"), "std::string ::1 ## [a]");
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\t@SUM(A1)"), "\\t@SUM(A1)");
        assert_eq!(cell("SUCCESS"), "SUCCESS");
    }

    #[test]
    fn a_cut_keeps_graphemes_whole_and_says_how_much_is_gone() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("e\u{301}e\u{301}", 4), "e\u{301}… (cut: 3 more bytes)");
        assert_eq!(cut("e\u{301}\u{301}\u{301}", 3), "e\u{301}… (cut: 4 more bytes)");
    }

    #[test]
    fn no_wrapped_line_is_wider_than_asked() {
        let lines = wrap("one two three-is-a-long-word 中文中文中文", 10);
        assert!(lines.iter().all(|line| columns(line) <= 10), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), "onetwothree-is-a-long-word中文中文中文");
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("a  b c\u{a0}d e", 8), ["a  b c d", "e"]);
        assert_eq!(wrap("abcde/fghij", 8), ["abcde/", "fghij"]);
        assert_eq!(wrap("aaaaaa c\u{a0}d", 8), ["aaaaaa", "c d"]);
    }

    #[test]
    fn a_shell_reads_a_word_back() {
        assert_eq!(shell_word("a/b.json"), "a/b.json");
        assert_eq!(shell_word("it's $HOME"), "'it'\\''s $HOME'");
    }
}
