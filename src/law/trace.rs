//! Whether a text shows the inner workings of a program that broke.

/// Phrases with which stack traces begin or that only they hold.
const PHRASES: [&str; 6] = [
    "Traceback (most recent call last)",
    "Exception in thread",
    "goroutine 1 [",
    "stack backtrace",
    "at java.lang.",
    "Object.<anonymous>",
];
/// Source files as frames name them, before a line number.
const SOURCES: [&str; 14] = [
    ".java:",
    ".kt:",
    ".scala:",
    ".py:",
    ".py\", line ",
    ".py\\\", line ",
    ".go:",
    ".rs:",
    ".js:",
    ".ts:",
    ".rb:",
    ".cs:line ",
    ".php:",
    ".swift:",
];

/// Whether a text holds a stack trace, as plain text or inside a JSON string.
pub(super) fn shows(text: &str) -> bool {
    PHRASES.iter().any(|phrase| text.contains(phrase)) || SOURCES.iter().any(|source| has_frame(text, source))
}

/// A source file with a line number, in parentheses or by its path: a host name with a port looks much alike.
fn has_frame(text: &str, source: &str) -> bool {
    text.match_indices(source).any(|(at, _)| {
        let numbered = text[at + source.len()..].starts_with(|c: char| c.is_ascii_digit());
        let before = &text[..at];
        let start =
            before.rfind(|c: char| c.is_whitespace() || "\"'(<>,;=".contains(c)).map_or(0, |found| found + 1);
        let name = before.get(start..).unwrap_or_default();
        let in_parentheses = start > 0 && before.as_bytes().get(start - 1) == Some(&b'(');
        let is_path = name.contains(['/', '\\']) && !name.contains("//");
        numbered && (in_parentheses || is_path)
    })
}

#[cfg(test)]
mod tests {
    use super::shows;

    #[test]
    fn frames_of_many_languages_are_seen() {
        for text in [
            "\tat com.example.Parser.read(Parser.java:12)",
            r#"{"message":"oops\n\tat com.example.Parser.read(Parser.java:12)"}"#,
            "File \"/srv/app/views.py\", line 31, in send",
            r#"{"error":"File \"/srv/app/views.py\", line 31"}"#,
            "/app/main.go:42 +0x1b",
            "   at send (/srv/app/index.js:10:15)",
            "thread 'main' at src/main.rs:4:5",
            "in C:\\src\\Inbox.cs:line 12",
            "Traceback (most recent call last):",
        ] {
            assert!(shows(text), "{text}");
        }
    }

    #[test]
    fn addresses_and_names_are_left_alone() {
        for text in [
            r#"{"extendInfo":"http://inbox.wallet.rs:8080/m/1"}"#,
            r#"{"host":"node.py:5000"}"#,
            "see handler.go for more",
            "at 12:30 (local time)",
            "",
        ] {
            assert!(!shows(text), "{text}");
        }
    }
}
