//! JSON pointers (RFC 6901): escaping, and finding what one names.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::borrow::Cow;

/// One reference token, escaped for use in a pointer.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// `base` with one more token.
pub(crate) fn join(base: &str, token: &str) -> String {
    format!("{base}/{}", escape(token))
}

/// The tokens of a pointer, unescaped. The empty pointer has none.
pub(crate) fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// The pointer without its last token, and that token unescaped; nothing for the root.
pub(crate) fn split_last(pointer: &str) -> Option<(&str, String)> {
    let (parent, last) = pointer.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

/// The way from one place to another that is the same or lies in it; nothing where it lies elsewhere.
pub(crate) fn inside<'a>(place: &'a str, outer: &str) -> Option<&'a str> {
    place.strip_prefix(outer).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The JSON pointer in a `#/…` reference, percent-decoded; nothing for any other reference.
pub(crate) fn of_local_reference(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    if !fragment.is_empty() && !fragment.starts_with('/') {
        return None;
    }
    percent_encoding::percent_decode_str(fragment).decode_utf8().ok().map(Cow::into_owned)
}

/// What a JSON pointer cannot hold when it stands in a URI's fragment.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'%')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'^')
    .add(b'|')
    .add(b'[')
    .add(b']');

/// The reference to a place of the same document.
pub(crate) fn reference(at: &str) -> String {
    format!("#{}", utf8_percent_encode(at, FRAGMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_escaping() {
        let pointer = join(&join("", "a/b~c"), "");
        assert_eq!(pointer, "/a~1b~0c/");
        assert_eq!(tokens(&pointer), ["a/b~c", ""]);
        assert_eq!(split_last(&pointer), Some(("/a~1b~0c", String::new())));
        assert_eq!(split_last(""), None);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn only_pointer_fragments_are_local() {
        assert_eq!(of_local_reference("#").as_deref(), Some(""));
        assert_eq!(of_local_reference("#/$defs/a~1b%25c").as_deref(), Some("/$defs/a~1b%c"));
        assert_eq!(of_local_reference("#anchor"), None);
        assert_eq!(of_local_reference("other.json#/a"), None);
    }
}
