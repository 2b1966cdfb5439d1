//! JSON laid out over lines, every token as it was sent.

/// Levels that are still indented; deeper nesting is shown as it came.
const DEPTH: usize = 24;

/// Shorter texts fit a line.
const SHORT: usize = 60;

/// The text laid out; nothing where it is no JSON, fits a line, or nests too deep. Numbers, escapes, the order of
/// members and members that stand there twice stay: only white space between tokens differs.
pub(super) fn pretty(text: &str) -> Option<String> {
    if text.len() <= SHORT || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut chars = text.chars().filter(Unspaced::default().keeps()).peekable();
    let mut quoted = false;
    let mut escaped = false;
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            quoted = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '{' | '[' => {
                out.push(c);
                if let Some(close) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                    continue;
                }
                depth += 1;
                if depth > DEPTH {
                    return None;
                }
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    Some(out)
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Tells the white space between tokens from that within strings.
#[derive(Default)]
struct Unspaced {
    quoted: bool,
    escaped: bool,
}

impl Unspaced {
    fn keeps(mut self) -> impl FnMut(&char) -> bool {
        move |c| {
            if self.quoted {
                self.quoted = *c != '"' || self.escaped;
                self.escaped = *c == '\\' && !self.escaped;
                return true;
            }
            self.quoted = *c == '"';
            !matches!(c, ' ' | '\t' | '\r' | '\n')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_tokens_changes() {
        let text = "{\"b\": 1e400,\t\"a\":[ ],\"a\":{},\"text\":\" \\\"{,: \\\\\",\"list\":[1.0,\n{\"x\":null}], \"end\":true}";
        let shown = "{\n  \"b\": 1e400,\n  \"a\": [],\n  \"a\": {},\n  \"text\": \" \\\"{,: \\\\\",\n  \"list\": [\n    1.0,\n    \
                     {\n      \"x\": null\n    }\n  ],\n  \"end\": true\n}";
        assert_eq!(pretty(text).as_deref(), Some(shown));
    }

    #[test]
    fn what_is_no_json_or_nests_too_deep_stays() {
        assert_eq!(pretty(&"x".repeat(100)), None);
        assert_eq!(pretty("{\"a\":1}"), None);
        assert_eq!(pretty(&format!("{}{}", "[".repeat(5_000), "]".repeat(5_000))), None);
    }
}
