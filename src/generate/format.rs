//! Formats as regular languages.
//!
//! A format is known from two sides: strings that surely have it, and strings that surely do not.
//! Where the two meet, the language is the format.

/// What is known of one format.
pub(crate) struct Format {
    /// All strings that match these, none of the others, and are short enough have the format.
    pub(crate) patterns: Vec<String>,
    pub(crate) none_of: Option<&'static str>,
    pub(crate) longest: Option<u64>,
    /// Matched besides by those that one meets every day.
    pub(crate) usual: Option<&'static str>,
    /// Forms that few of them have and that are worth to be seen.
    pub(crate) forms: &'static [&'static str],
    pub(crate) others: Others,
}

/// The strings that do not have the format.
pub(crate) enum Others {
    /// All that do not match the patterns.
    All,
    /// Those that do not match this, and maybe more.
    Beyond(&'static str),
    /// Those that match this, and maybe more.
    Some(&'static str),
}

const DATE: &str = concat!(
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
);
/// Leap seconds end a day of UTC, so only some go with an offset; these are among them.
const TIME: &str = concat!(
    "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]+)?",
    "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    "|23:59:60(?:[.][0-9]+)?(?:[Zz]|[+-]00:00)|15:59:60-08:00|00:59:60[+]01:00|05:29:60[+]05:30)"
);
const DATE_DURATION: &str = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
const TIME_DURATION: &str = "(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))";
const LABEL: &str = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
/// Letters of scripts that are written from left to right and have one form.
const SCRIPTS: &str = "à-öø-þα-ρσ-ωа-яぁ-ゖ一-龥가-힣";
/// Two hyphens there announce an encoding.
const ENCODED: &str = "(?:^|[.@])[^.@]{2}--";
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const GROUP: &str = "[0-9A-Fa-f]{1,4}";
/// A few kinds of IPv6 address, where it is but a part of something.
const LITERAL: &str =
    "::1?|(?:fe80|2001:db8)::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,3}|(?:[0-9A-F]{4}:){7}[0-9A-F]{4}";
const PATH_CHARACTER: &str = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const SCHEME: &str = "[A-Za-z][A-Za-z0-9+.-]*";
const URI_SHAPE: &str = "^[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,./0-9:;=?@A-Z\\[\\]_a-z~-]*$";
const REFERENCE_SHAPE: &str = "^[!#$%&'()*+,./0-9:;=?@A-Z\\[\\]_a-z~-]*$";
const IRI_SHAPE: &str = r#"^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20"<>\\^`{|}\x7f]*$"#;
const IRI_REFERENCE_SHAPE: &str = r#"^[^\x00-\x20"<>\\^`{|}\x7f]*$"#;
const TOKENS: &str = "(?:/(?:[^/~]|~[01])*)*";
const READABLE: &str = "^[ -~éß中]*$";

/// What is known of a format; nothing for one that 2020-12 does not name.
pub(crate) fn known(name: &str) -> Option<Format> {
    let exactly = |text: String, usual: Option<&'static str>| Format {
        patterns: vec![format!("^(?:{text})$")],
        none_of: None,
        longest: None,
        usual,
        forms: &[],
        others: Others::All,
    };
    Some(match name {
        "date" => Format {
            forms: &["^(?:19|20)..-02-29", "^(?:19|20)..-(?:0[13578]-31|04-30|12-31|01-01)$"],
            ..exactly(DATE.to_owned(), Some("^(?:19|20)"))
        },
        "time" => Format {
            forms: &[":60(?:[.][0-9]{1,3})?[^.0-9].*$", "^[^.]*(?:Z|00:00)$"],
            others: Others::Beyond(concat!(
                "^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:[.][0-9]+)?",
                "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
            )),
            ..exactly(TIME.to_owned(), Some("^[^.z]*(?:[.][0-9]{1,9}(?:Z|[+-].*))?$"))
        },
        "date-time" => Format {
            forms: &[
                "^(?:19|20)..-02-29T[^.]*$",
                ":60(?:[.][0-9]{1,3})?[^.0-9].*$",
                "^(?:19|20)..-12-31T23:59:59(?:Z|[.]999Z)",
                "^(?:19|20)[^.]*T[^.]*(?:[+-](?:14|12|0[0-9]):(?:[03]0|45))$",
            ],
            others: Others::Beyond("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9Zz:+-]+$"),
            ..exactly(format!("{DATE}[Tt]{TIME}"), Some("^(?:19|20)[^.tz]*(?:[.][0-9]{1,9}(?:Z|[+-].*))?$"))
        },
        "duration" => exactly(
            format!("P(?:{DATE_DURATION}{TIME_DURATION}?|{TIME_DURATION}|[0-9]+W)"),
            Some("^[^0-9]+(?:[0-9]{1,3}[^0-9]+)*$"),
        ),
        "email" => Format {
            patterns: vec![
                format!(
                    "^(?:{}|{})@(?:{}|\\[(?:{}|IPv6:(?:{}))\\])$",
                    dotted("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"),
                    "\"[ !#-;=?A-\\[\\]-~]*\"",
                    dotted(LABEL),
                    ipv4(),
                    LITERAL,
                ),
                "^[^@]{1,64}@".to_owned(),
            ],
            none_of: Some(ENCODED),
            longest: Some(254),
            usual: Some("^[A-Za-z0-9][A-Za-z0-9._+'-]*@.*[.][A-Za-z]{2,}$"),
            forms: &["^\"", "@\\[[0-9.]+\\]$", "@\\[IPv6:", "^[a-z]+[+][a-z0-9]+@[a-z]+[.](?:com|org)$"],
            others: Others::Beyond(r"^[\s\S]+@[\s\S]+$"),
        },
        "idn-email" => Format {
            patterns: vec![
                format!(
                    "^{}@{}$",
                    dotted(&format!("[A-Za-z0-9{SCRIPTS}!#$%&'*+/=?^_`{{|}}~-]+")),
                    dotted(&international())
                ),
                "^[^@]{1,16}@".to_owned(),
            ],
            none_of: Some(ENCODED),
            longest: Some(100),
            usual: Some("^[^!#$%&*/=?^`{|}~]*$"),
            forms: &["^[a-z]+[^ -~][a-z]+@[a-z]+[^ -~][a-z]+[.][a-z]{2,3}$"],
            others: Others::Beyond(r"^[\s\S]+@[\s\S]+$"),
        },
        "hostname" => Format {
            none_of: Some(ENCODED),
            longest: Some(253),
            others: Others::Beyond("^[A-Za-z0-9.-]+$"),
            ..exactly(dotted(LABEL), Some("^[a-z0-9.-]*[a-z]$"))
        },
        "idn-hostname" => Format {
            none_of: Some(ENCODED),
            longest: Some(60),
            others: Others::Beyond(r"^[^\x00-\x2c/:-@\[-`{-\x7f]+$"),
            ..exactly(dotted(&international()), Some("[^0-9]$"))
        },
        "ipv4" => exactly(ipv4(), None),
        "ipv6" => Format {
            others: Others::Beyond("^[0-9A-Fa-f:.]+$"),
            ..exactly(ipv6(), Some("^(?:[0-9a-f:.]*|[0-9A-F:.]*)$"))
        },
        "uri" => Format { others: Others::Beyond(URI_SHAPE), ..exactly(uri(""), Some(URI_USUAL)) },
        "uri-reference" => Format {
            others: Others::Beyond(REFERENCE_SHAPE),
            forms: REFERENCE_FORMS,
            ..exactly(reference(""), Some(REFERENCE_USUAL))
        },
        "iri" => Format { others: Others::Beyond(IRI_SHAPE), ..exactly(uri(SCRIPTS), Some(URI_USUAL)) },
        "iri-reference" => Format {
            others: Others::Beyond(IRI_REFERENCE_SHAPE),
            forms: REFERENCE_FORMS,
            ..exactly(reference(SCRIPTS), Some(REFERENCE_USUAL))
        },
        "uri-template" => {
            exactly(template(), Some("^(?:https?://[a-z]+[.][a-z]{2,5})?/[a-z0-9/{},?&#.:*_%-]*$"))
        }
        "uuid" => exactly(
            "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}".to_owned(),
            Some("^(?:[0-9a-f-]*|[0-9A-F-]*)$"),
        ),
        "json-pointer" => exactly(TOKENS.to_owned(), Some(READABLE)),
        "relative-json-pointer" => {
            exactly(format!("(?:0|[1-9][0-9]*)(?:#|{TOKENS})"), Some("^[0-9]{1,3}(?:#|(?:/[ -.0-~éß中]*)*)$"))
        }
        "regex" => Format { others: Others::Some(r"^[a-z]*(?:\(|\[)[a-z]*$"), ..exactly(expression(), None) },
        _ => return None,
    })
}

const URI_USUAL: &str = concat!(
    "^(?:https?://[^@/?#:A-Z]+[.][a-z]{2,6}(?::[1-9][0-9]{1,3})?(?:[/?#][^!$'()*+,;~@]*)?",
    "|mailto:[a-z].*|urn:[a-z]+:[a-z0-9].*)$"
);
const REFERENCE_USUAL: &str =
    "^(?:(?:https?:)?//[^@/?#:A-Z]+[.][a-z]{2,6}(?:[/?#].*)?|[^!$'()*+,;%~@:A-Z]*)$";
const REFERENCE_FORMS: &[&str] = &[
    "^https?://[^A-Z/@:?#]+[.][a-z]{2,3}(?:/[^A-Z%!$'()*+,;:@~?#]*)?$",
    "^/(?:[a-z0-9-]+/)*[a-z0-9-]*$",
    "^(?:[.]{1,2}/)*[a-z]+(?:[.](?:html|json))?$",
    "^#[a-z]+$",
    "^[?][a-z]+=[0-9a-z]+$",
];

/// One or more parts with dots between them.
fn dotted(part: &str) -> String {
    format!("{part}(?:[.]{part})*")
}

/// A label of letters of the world, short enough to be encoded, or an ordinary one.
fn international() -> String {
    let letter = format!("[a-z0-9{SCRIPTS}]");
    format!("(?:{LABEL}|{letter}(?:[a-z0-9{SCRIPTS}-]{{0,6}}{letter})?)")
}

fn ipv4() -> String {
    format!("{OCTET}(?:[.]{OCTET}){{3}}")
}

/// Eight groups, the last two maybe written as an IPv4 address, or fewer around one gap.
fn ipv6() -> String {
    let last = ipv4();
    let mut forms = vec![format!("(?:{GROUP}:){{7}}{GROUP}"), format!("(?:{GROUP}:){{6}}{last}")];
    for before in 0..=7_usize {
        let head = match before {
            0 => String::new(),
            _ => format!("{GROUP}(?::{GROUP}){{{}}}", before - 1),
        };
        let room = 7 - before;
        let mut tails = vec![String::new()];
        if room >= 1 {
            tails.push(format!("{GROUP}(?::{GROUP}){{0,{}}}", room - 1));
        }
        if room >= 2 {
            tails.push(format!("(?:{GROUP}:){{0,{}}}{last}", room - 2));
        }
        forms.push(format!("{head}::(?:{})", tails.join("|")));
    }
    forms.join("|")
}

/// A host, with who asks and the port.
fn authority() -> String {
    format!(
        "(?:[A-Za-z0-9._~-]+@)?(?:{}|{}|\\[(?:{})\\])(?::[0-9]{{1,4}})?",
        dotted("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"),
        ipv4(),
        LITERAL
    )
}

/// A character of a path; with letters besides, one of an IRI.
fn path_character(letters: &str) -> String {
    format!("(?:{PATH_CHARACTER}|[A-Za-z{letters}])")
}

/// Query and fragment.
fn end(letters: &str) -> String {
    let character = path_character(letters);
    format!("(?:[?](?:{character}|[/?])*)?(?:#(?:{character}|[/?])*)?")
}

fn uri(letters: &str) -> String {
    let (character, authority, end) = (path_character(letters), authority(), end(letters));
    format!("{SCHEME}:(?://{authority}(?:/{character}*)*|/?{character}+(?:/{character}*)*|/?){end}")
}

fn reference(letters: &str) -> String {
    let (character, authority, end) = (path_character(letters), authority(), end(letters));
    let first = format!("(?:[A-Za-z0-9._~!$&'()*+,;=@{letters}-]|%[0-9A-Fa-f]{{2}})+");
    format!(
        "{}|(?://{authority}(?:/{character}*)*|/(?:{character}+(?:/{character}*)*)?|{first}(?:/{character}*)*|){end}",
        uri(letters)
    )
}

fn template() -> String {
    let literal = r#"(?:[^\x00-\x20"%<>\\^`{|}\x7f]|%[0-9A-Fa-f]{2})"#;
    let name = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})";
    let variable = format!("{name}(?:[.]?{name})*(?::[1-9][0-9]{{0,3}}|[*])?");
    format!("(?:{literal}|\\{{[+#./;?&=,!@|]?{variable}(?:,{variable})*\\}})*")
}

/// Expressions of which nobody doubts that they are one.
fn expression() -> String {
    let simple = r"[A-Za-z0-9]|[.]|\\[dDwWsS.]|\[\^?(?:[a-z0-9_]|a-z|A-Z|0-9)+\]";
    let times = r"(?:[*+?]|\{[1-9](?:,(?:[1-9][0-9])?)?\})?";
    format!(r"\^?(?:(?:{simple}|\((?:\?:)?(?:[a-z]+\|)*[a-z]+\)){times})*\$?")
}

/// The strings of an encoding, exactly; nothing for one that nobody decodes.
pub(crate) fn encoding(name: &str) -> Option<&'static str> {
    Some(match name {
        "base64" => "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
        "base64url" => {
            "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]==|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=)?$"
        }
        "base32" => concat!(
            "^(?:[A-Z2-7]{8})*(?:[A-Z2-7][AEIMQUY4]={6}|[A-Z2-7]{3}[AQ]={4}",
            "|[A-Z2-7]{4}[ACEGIKMOQSUWY246]={3}|[A-Z2-7]{6}[AIQY]=)?$"
        ),
        "base32hex" => concat!(
            "^(?:[0-9A-V]{8})*(?:[0-9A-V][048CGKOS]={6}|[0-9A-V]{3}[0G]={4}",
            "|[0-9A-V]{4}[02468ACEGIKMOQSU]={3}|[0-9A-V]{6}[08GO]=)?$"
        ),
        "base16" => "^(?:[0-9A-Fa-f]{2})*$",
        _ => return None,
    })
}

/// A pattern of texts that surely have the media type.
pub(crate) fn media_type(name: &str) -> Option<String> {
    if name != "application/json" {
        return None;
    }
    let text = r#""(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u00[0-9A-Fa-f]{2})*""#;
    let number = "-?(?:0|[1-9][0-9]{0,14})(?:[.][0-9]{1,6})?";
    let scalar = format!("(?:null|true|false|{number}|{text})");
    let list = format!("\\[(?:{scalar}(?:, ?{scalar})*)?\\]");
    let value = format!("(?:{scalar}|{list})");
    let object = format!("\\{{(?:{text}: ?{value}(?:, ?{text}: ?{value})*)?\\}}");
    Some(format!("^(?:{value}|{object})$"))
}
