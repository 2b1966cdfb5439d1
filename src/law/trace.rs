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
    let (mut word, mut read) = (Word::default(), 0);
    text.match_indices(source).any(|(at, _)| {
        word.go_on(&text[read..at]);
        read = at;
        let numbered = text[at + source.len()..].starts_with(|c: char| c.is_ascii_digit());
        numbered && (word.in_parentheses || word.is_path())
    })
}

/// What is known of the word that ends where somebody reads. A text is read once, however many of its words look like
/// source files.
#[derive(Default)]
struct Word {
    /// Whether it stands behind an opening parenthesis.
    in_parentheses: bool,
    has_slash: bool,
    /// Whether two slashes follow each other in it, as in a URL.
    is_address: bool,
    last: char,
}

impl Word {
    fn go_on(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || "\"'(<>,;=".contains(c) {
                *self = Self { in_parentheses: c == '(', last: c, ..Self::default() };
            } else {
                self.is_address |= c == '/' && self.last == '/';
                self.has_slash |= matches!(c, '/' | '\\');
                self.last = c;
            }
        }
    }

    fn is_path(&self) -> bool {
        self.has_slash && !self.is_address
    }
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
    fn frames_are_found_behind_text_that_looks_alike() {
        let text = format!("{} at send (index.js:10)", "http://node.js:1 ".repeat(10));
        assert!(shows(&text) && !shows(&text.replace('(', "")));
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
