//! Reading JSON text strictly: RFC 8259, UTF-8 without byte order mark, no duplicate names, bounded depth.

use serde_json::{Map, Number, Value};

use super::conduct::Conduct;
use super::fault::Flaw;
use super::variant::Habit;

/// Containers inside each other that are still read. Deeper text is refused before it costs stack.
const MAX_DEPTH: usize = 64;

/// Why a text is not JSON that the wallet reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    Empty,
    Utf8,
    Syntax,
    Trailing,
    DuplicateName,
    TooDeep,
    /// A number that fits no 64-bit type, or an escape that stands for no character.
    Unrepresentable,
}

impl Defect {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Empty => "The body is empty.",
            Self::Utf8 => "The body is not UTF-8.",
            Self::Syntax => "The body is not JSON.",
            Self::Trailing => "Something follows the JSON text.",
            Self::DuplicateName => "A member name occurs twice.",
            Self::TooDeep => "The body is nested too deeply.",
            Self::Unrepresentable => "The body holds a number or an escape without a value.",
        }
    }
}

/// Reads one JSON text.
pub(super) fn read(bytes: &[u8], conduct: &Conduct) -> Result<Value, Defect> {
    let lossy;
    let mut text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if conduct.has(Flaw::InvalidUtf8Accepted) => {
            lossy = String::from_utf8_lossy(bytes).into_owned();
            &lossy
        }
        Err(_) => return Err(Defect::Utf8),
    };
    if conduct.does(Habit::IgnoresByteOrderMark) {
        text = text.strip_prefix('\u{feff}').unwrap_or(text);
    }
    let mut reader = Reader { text, at: 0, duplicates: conduct.has(Flaw::DuplicateKeysAccepted) };
    reader.skip_space();
    if reader.peek().is_none() {
        return Err(Defect::Empty);
    }
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.peek().is_some() && !conduct.has(Flaw::TrailingBytesAccepted) {
        return Err(Defect::Trailing);
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    duplicates: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Defect> {
        if self.next() == Some(wanted) { Ok(()) } else { Err(Defect::Syntax) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Defect> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(Defect::TooDeep),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::String),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(Defect::Syntax),
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Defect> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Defect::Syntax);
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, Defect> {
        self.at += 1;
        let mut members = Map::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(Defect::Syntax);
            }
            let name = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let value = self.value(depth)?;
            if members.insert(name, value).is_some() && !self.duplicates {
                return Err(Defect::DuplicateName);
            }
            self.skip_space();
            match self.next() {
                Some(b',') => {}
                Some(b'}') => return Ok(Value::Object(members)),
                _ => return Err(Defect::Syntax),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Defect> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.skip_space();
            items.push(self.value(depth)?);
            self.skip_space();
            match self.next() {
                Some(b',') => {}
                Some(b']') => return Ok(Value::Array(items)),
                _ => return Err(Defect::Syntax),
            }
        }
    }

    fn string(&mut self) -> Result<String, Defect> {
        self.at += 1;
        let mut string = String::new();
        loop {
            // Quote, backslash and controls are ASCII, so the run up to one of them ends on a character boundary.
            let start = self.at;
            while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            string.push_str(&self.text[start..self.at]);
            match self.next() {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(Defect::Syntax),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Defect> {
        Ok(match self.next() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex4()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    if self.next() != Some(b'\\') || self.next() != Some(b'u') {
                        return Err(Defect::Unrepresentable);
                    }
                    let second = self.hex4()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(Defect::Unrepresentable);
                    }
                    0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                // A lone low surrogate ends here.
                char::from_u32(code).ok_or(Defect::Unrepresentable)?
            }
            _ => return Err(Defect::Syntax),
        })
    }

    fn hex4(&mut self) -> Result<u32, Defect> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Defect::Syntax)?;
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn digits(&mut self) -> Result<(), Defect> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Defect::Syntax) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Value, Defect> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        let whole = integer
            .then(|| text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from)))
            .and_then(Result::ok);
        let number = whole.or_else(|| text.parse().ok().and_then(Number::from_f64));
        number.map(Value::Number).ok_or(Defect::Unrepresentable)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Defect, read};
    use crate::reference::conduct::Conduct;

    fn strict(text: impl AsRef<[u8]>) -> Result<serde_json::Value, Defect> {
        read(text.as_ref(), &Conduct::new(&[], &[]))
    }

    #[test]
    fn reads_json() {
        let text =
            " {\"a\" : [1, -2, 0.5e1, true, false, null, \"\\u0041\\ud83d\\ude00\\n\\/é\"], \"b\":{}} \r\n";
        assert_eq!(strict(text), Ok(json!({"a": [1, -2, 5.0, true, false, null, "A😀\n/é"], "b": {}})));
        assert_eq!(strict("\"\\u0000\""), Ok(json!("\0")));
        assert_eq!(strict("18446744073709551615"), Ok(json!(u64::MAX)));
    }

    #[test]
    fn names_what_is_wrong() {
        let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(strict(deep(64)).is_ok());
        assert_eq!(strict(deep(65)), Err(Defect::TooDeep));
        assert_eq!(strict("[".repeat(100_000)), Err(Defect::TooDeep));
        assert_eq!(strict(" "), Err(Defect::Empty));
        assert_eq!(strict(b"\"\xff\""), Err(Defect::Utf8));
        assert_eq!(strict("{} x"), Err(Defect::Trailing));
        assert_eq!(strict(r#"{"a":1,"\u0061":2}"#), Err(Defect::DuplicateName));
        assert_eq!(strict(r#""\ud800""#), Err(Defect::Unrepresentable));
        assert_eq!(strict(r#""\udc00""#), Err(Defect::Unrepresentable));
        assert_eq!(strict("1e999"), Err(Defect::Unrepresentable));
        for bad in [
            "\u{feff}{}",
            "{",
            "{\"a\"}",
            "[1,]",
            "{,}",
            "nul",
            "01x",
            "1.",
            "-",
            "\"a",
            "\"\t\"",
            "'a'",
            "NaN",
        ] {
            assert!(matches!(strict(bad), Err(Defect::Syntax | Defect::Trailing)), "{bad}");
        }
    }
}
