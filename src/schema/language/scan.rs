//! The outline of a pattern: its branches, groups and look-arounds, told by the text alone.

/// A stretch of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item<'p> {
    /// Whatever holds no look-around.
    Text(&'p str),
    Look {
        ahead: bool,
        positive: bool,
        body: &'p str,
    },
    /// A group that holds look-around, and how often it stands there, as written.
    Group {
        body: &'p str,
        quantifier: &'p str,
    },
}

/// Whether the pattern holds look-around.
pub(crate) fn looks(pattern: &str) -> bool {
    let mut rest = pattern;
    while !rest.is_empty() {
        if look(rest).is_some() {
            return true;
        }
        rest = after(rest, lexeme(rest));
    }
    false
}

/// Whether the pattern switches flags for the rest of a group, so that its parts cannot be read alone.
pub(crate) fn switches(pattern: &str) -> bool {
    let mut rest = pattern;
    while !rest.is_empty() {
        if let Some(flags) = rest.strip_prefix("(?") {
            let letters = flags.trim_start_matches(|one: char| one.is_ascii_alphabetic() || one == '-');
            if letters.len() < flags.len() && letters.starts_with(')') {
                return true;
            }
        }
        rest = after(rest, lexeme(rest));
    }
    false
}

/// The alternatives of a pattern.
pub(crate) fn branches(pattern: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = pattern.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with('|') {
            found.push(pattern.get(start..at)?);
            start = at + 1;
        }
        at += if rest.starts_with('(') { group(rest)? } else { lexeme(rest) };
    }
    found.push(pattern.get(start..)?);
    Some(found)
}

/// The stretches of a branch; nothing where it repeats a look-around, or a group of a kind that is
/// not known holds one.
pub(crate) fn items(branch: &str) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = branch.get(at..).filter(|rest| !rest.is_empty()) {
        let length = if rest.starts_with('(') { group(rest)? } else { lexeme(rest) };
        let whole = rest.get(..length)?;
        if !(rest.starts_with('(') && looks(whole)) {
            at += length;
            continue;
        }
        if start < at {
            items.push(Item::Text(branch.get(start..at)?));
        }
        let following = quantifier(after(rest, length));
        match look(whole) {
            Some((ahead, positive, opening)) if following.is_empty() => {
                items.push(Item::Look { ahead, positive, body: whole.get(opening..length - 1)? });
            }
            Some(_) => return None,
            None => {
                let inner = whole.get(1..length - 1)?;
                let body = match inner.strip_prefix('?') {
                    None => inner,
                    Some(named) if named.starts_with(['<', 'P']) => named.split_once('>')?.1,
                    Some(plain) => plain.strip_prefix(':')?,
                };
                items.push(Item::Group { body, quantifier: following });
            }
        }
        at += length + following.len();
        start = at;
    }
    if start < branch.len() {
        items.push(Item::Text(branch.get(start..)?));
    }
    Some(items)
}

/// The branch less a `$` at its end.
pub(crate) fn without_end(branch: &str) -> Option<&str> {
    let (mut at, mut last) = (0, 0);
    while let Some(rest) = branch.get(at..).filter(|rest| !rest.is_empty()) {
        last = at;
        at += lexeme(rest);
    }
    branch.get(last..).filter(|end| *end == "$").and_then(|_| branch.get(..last))
}

/// The direction, the sense and the length of the opening of a look-around.
fn look(text: &str) -> Option<(bool, bool, usize)> {
    [("(?=", true, true), ("(?!", true, false), ("(?<=", false, true), ("(?<!", false, false)]
        .into_iter()
        .find(|(opening, ..)| text.starts_with(opening))
        .map(|(opening, ahead, positive)| (ahead, positive, opening.len()))
}

/// How many bytes the group that the text opens with takes.
pub(crate) fn group(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        match rest.as_bytes().first() {
            Some(b'(') => depth += 1,
            Some(b')') => depth -= 1,
            _ => {}
        }
        at += lexeme(rest);
        if depth == 0 {
            return Some(at);
        }
    }
}

/// How many bytes an escaped character, a class, or any other character takes.
pub(crate) fn lexeme(text: &str) -> usize {
    let mut characters = text.char_indices();
    match characters.next() {
        Some((_, '\\')) => characters.next().map_or(1, |(at, one)| at + one.len_utf8()),
        Some((_, '[')) => {
            let mut opening = true;
            while let Some((at, one)) = characters.next() {
                match one {
                    '\\' => drop(characters.next()),
                    // A bracket that comes first is one of the class.
                    ']' if !opening => return at + 1,
                    '^' if opening && at == 1 => continue,
                    _ => {}
                }
                opening = false;
            }
            text.len()
        }
        Some((_, one)) => one.len_utf8(),
        None => 0,
    }
}

/// The quantifier that the text opens with, if any.
pub(crate) fn quantifier(text: &str) -> &str {
    let length = match text.as_bytes().first() {
        Some(b'*' | b'+' | b'?') => 1,
        Some(b'{') => text.find('}').map_or(0, |end| end + 1),
        _ => 0,
    };
    let lazy = usize::from(length > 0 && after(text, length).starts_with(['?', '+']));
    text.get(..length + lazy).unwrap_or_default()
}

fn after(text: &str, length: usize) -> &str {
    text.get(length..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_minds_escapes_and_classes() {
        assert_eq!(branches(r"a\||[|b]|(c|d)"), Some(vec![r"a\|", "[|b]", "(c|d)"]));
        assert_eq!(branches("(a"), None);
        assert!(looks("a(b(?!c))") && !looks(r"\(?=a[(?=]") && !looks("(?:a)(?<n>b)"));
        assert!(switches("(?i)a") && !switches("(?i:a)"));
        assert_eq!(without_end("ab$"), Some("ab"));
        assert_eq!(without_end(r"ab\$"), None);
        assert_eq!(without_end("ab[$"), None);
        assert_eq!(
            items("^(?!a[)])b(c)(?:d(?=e))+?f"),
            Some(vec![
                Item::Text("^"),
                Item::Look { ahead: true, positive: false, body: "a[)]" },
                Item::Text("b(c)"),
                Item::Group { body: "d(?=e)", quantifier: "+?" },
                Item::Text("f"),
            ])
        );
        assert_eq!(items("(?=a)*b"), None);
    }
}
