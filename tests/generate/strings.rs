//! Strings that satisfy patterns, formats and lengths together, and schemas that no string satisfies.

use proofmark::generate::{Generator, Refusal, draw, seed, shrink};
use proofmark::schema::Formats;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn asserted(schema: &Value) -> Generator {
    Generator::new(schema, Formats::Asserted).unwrap_or_else(|refusal| panic!("{schema}: {refusal}"))
}

/// Whether `boon` finds the value valid as well, formats included; true where it cannot say.
fn second(schema: &Value, value: &Value) -> bool {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("memory:schema.json", schema.clone()).unwrap();
    match compiler.compile("memory:schema.json", &mut schemas) {
        Ok(index) => schemas.validate(value, index).is_ok(),
        Err(_) => true,
    }
}

/// So many values of the schema, each of which both validators pass.
fn values(schema: &Value, count: u64) -> BTreeSet<String> {
    let generator = asserted(schema);
    let strategy = generator.valid().unwrap_or_else(|refusal| panic!("{schema}: {refusal}"));
    let mut distinct = BTreeSet::new();
    for index in 0..count {
        let value = draw(&strategy, seed(11, "strings", index))
            .unwrap_or_else(|refusal| panic!("{schema}, {index}: {refusal}"));
        assert!(generator.oracle().is_valid(&value), "{schema}: {value}");
        distinct.insert(value.as_str().unwrap().to_owned());
    }
    for text in &distinct {
        assert!(second(schema, &json!(text)), "{schema}, says the second oracle: {text:?}");
    }
    distinct
}

#[test]
fn patterns_lengths_and_their_opposites_go_together() {
    let table = [
        (json!({"pattern": "^(?!admin$)[a-z]{5}$"}), 30),
        (json!({"pattern": "^(?!admin$)(?=.*[0-9])[a-z0-9]+$", "minLength": 3, "maxLength": 4}), 30),
        (json!({"pattern": "^[a-z0-9-]+(?<!-)$", "maxLength": 2}), 20),
        (json!({"pattern": "^(?!000|666)[0-8][0-9]{2}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}$"}), 40),
        (
            json!({"pattern": "^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[^A-Za-z0-9]).{8,}$", "maxLength": 8}),
            40,
        ),
        (json!({"pattern": "^(?:(?!--)[a-z-])+$", "minLength": 6, "maxLength": 6}), 40),
        (json!({"pattern": "^(ab|cde)*$", "minLength": 7, "maxLength": 7}), 2),
        (json!({"pattern": "^(\\d{3})+$", "minLength": 4, "maxLength": 6}), 40),
        (
            json!({"allOf": [{"pattern": "^a"}, {"pattern": "z$"}, {"pattern": "[0-9]{2}"}], "maxLength": 4}),
            25,
        ),
        (json!({"allOf": [{"pattern": "a"}, {"pattern": "b"}, {"pattern": "c"}], "maxLength": 3}), 6),
        (json!({"pattern": "^[a-c]{2}$", "not": {"pattern": "^a|c$"}}), 4),
        (json!({"pattern": "^[ab]$", "not": {"const": "a"}}), 1),
        (json!({"not": {"anyOf": [{"pattern": "^[a-z]"}, {"pattern": "[0-9]$"}]}, "minLength": 2}), 40),
        (json!({"not": {"pattern": "^(?=.*\\d)(?=.*[a-z]).{8,}$"}, "minLength": 7, "maxLength": 9}), 40),
        (json!({"pattern": "^\\p{L}+$", "minLength": 3, "maxLength": 5}), 40),
        (json!({"pattern": "^\\S+@\\S+\\.\\S+$", "minLength": 64, "maxLength": 80}), 40),
        (json!({"pattern": "^.*$", "minLength": 4096, "maxLength": 4096}), 40),
        (json!({"pattern": "foo(?!bar)", "maxLength": 6}), 40),
        (json!({"pattern": "\\bcat\\b", "minLength": 5}), 40),
        (
            json!({"pattern": "^P(?!$)(\\d+Y)?(\\d+M)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$", "maxLength": 4}),
            30,
        ),
        (json!({"pattern": "^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$", "maxLength": 7}), 30),
        (json!({"pattern": "^([a-c])[a-z]{2}\\1$", "not": {"pattern": "z"}}), 40),
        (json!({"pattern": "^(\\w+) \\1$"}), 12),
    ];
    for (mut schema, distinct) in table {
        schema["type"] = json!("string");
        let values = values(&schema, 50);
        assert!(values.len() >= distinct, "{schema}: {values:?}");
    }
}

#[test]
fn formats_come_within_lengths_and_with_patterns() {
    let table = [
        (json!({"format": "email", "minLength": 64, "maxLength": 80}), 40),
        (json!({"format": "email", "pattern": "@example\\.com$"}), 40),
        (json!({"format": "email", "maxLength": 6}), 30),
        (json!({"format": "hostname", "maxLength": 5}), 30),
        (json!({"format": "hostname", "minLength": 200}), 40),
        (json!({"format": "date", "minLength": 10, "maxLength": 10}), 40),
        (json!({"format": "date", "pattern": "-02-29$"}), 30),
        (json!({"format": "date-time", "pattern": "Z$", "maxLength": 20}), 40),
        (json!({"format": "date-time", "pattern": ":60"}), 20),
        (json!({"format": "uuid", "pattern": "^[^-]{8}-[^-]{4}-4[^-]{3}-[89ab]"}), 40),
        (json!({"format": "uri", "pattern": "^https://", "minLength": 100, "maxLength": 120}), 40),
        (json!({"format": "uri", "not": {"pattern": "^http"}}), 40),
        (json!({"format": "ipv6", "maxLength": 4}), 20),
        (json!({"format": "ipv4", "pattern": "^10\\.", "maxLength": 8}), 20),
        (json!({"format": "json-pointer", "minLength": 1, "maxLength": 3}), 25),
        (json!({"format": "regex", "minLength": 30, "maxLength": 30}), 40),
        (json!({"format": "duration", "maxLength": 3}), 20),
        (json!({"format": "time", "not": {"pattern": "[Zz]$"}}), 40),
        (json!({"format": "idn-hostname", "pattern": "[^a-z0-9.-]", "maxLength": 9}), 40),
        (json!({"allOf": [{"format": "hostname"}, {"format": "ipv4"}]}), 40),
    ];
    for (mut schema, distinct) in table {
        schema["type"] = json!("string");
        let values = values(&schema, 50);
        assert!(values.len() >= distinct, "{schema}: {values:?}");
    }
}

/// The formats that 2020-12 names, each with forms that have to show among its values.
const FORMATS: &[(&str, &[&str])] = &[
    ("date", &["-02-29$", "-12-31$|-0[13578]-31$|-10-31$", "^19", "^20"]),
    ("time", &["[zZ]$", "\\+", "-\\d\\d:\\d\\d$", "\\.\\d"]),
    ("date-time", &["Z$", "[+-]\\d\\d:\\d\\d$", "T.*\\.\\d"]),
    ("duration", &["W$", "T", "^P[^T]*D"]),
    ("email", &["[+_-].*@", "@.*\\..*\\.", "^[a-z]"]),
    ("idn-email", &["[^ -~].*@", "@.*[^ -~]"]),
    ("hostname", &["\\.", "^[^.]*$", "-"]),
    ("idn-hostname", &["[^ -~]", "\\."]),
    ("ipv4", &["^\\d\\.", "^\\d{3}\\."]),
    ("ipv6", &["::", "^([^:]+:){7}", "\\.", "[A-F]", "[a-f]"]),
    ("uri", &["^http", "^mailto:", "^urn:", "\\?", "#"]),
    ("uri-reference", &["^http", "^//", "^[^/?#:]", "^/[^/]|^/$", "\\?"]),
    ("iri", &["[^ -~]", "^http"]),
    ("iri-reference", &["[^ -~]", "^[^:]*$"]),
    ("uri-template", &["\\{", "^[^{]*$", "\\{.*,"]),
    ("uuid", &["[a-f]", "[A-F]", "^.{14}4"]),
    ("json-pointer", &["^$", "/", "~0", "~1"]),
    ("relative-json-pointer", &["#$", "/", "^[0-9]+$"]),
    ("regex", &["\\[", "\\(", "[*+?]", "\\\\"]),
];

#[test]
fn formats_show_their_forms() {
    for (format, forms) in FORMATS {
        let schema = json!({"type": "string", "format": format});
        let generator = asserted(&schema);
        let strategy = generator.valid().unwrap();
        let mut open: Vec<(&str, Generator)> =
            forms.iter().map(|form| (*form, asserted(&json!({"pattern": form})))).collect();
        let mut distinct = BTreeSet::new();
        for index in 0..1_000 {
            let value = draw(&strategy, seed(12, format, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{format}: {value}");
            open.retain(|(_, form)| !form.oracle().is_valid(&value));
            distinct.insert(value.to_string());
        }
        let missing: Vec<&str> = open.iter().map(|(form, _)| *form).collect();
        assert!(missing.is_empty(), "{format} never shows {missing:?}: {distinct:?}");
        assert!(distinct.len() > 300, "{format}: {}", distinct.len());
        println!("{format}: {:?}", distinct.iter().step_by(distinct.len() / 8).collect::<Vec<_>>());
    }
}

#[test]
fn second_oracle_agrees_on_formats() {
    for (format, _) in FORMATS {
        // Of international addresses it takes the local part for a host, and of templates and IRIs it
        // makes a URL.
        if ["idn-email", "iri", "iri-reference", "uri-template", "relative-json-pointer"].contains(format) {
            continue;
        }
        values(&json!({"type": "string", "format": format}), 100);
    }
}

#[test]
fn what_lacks_a_format_comes_close() {
    for (format, _) in FORMATS {
        let schema = json!({"type": "string", "not": {"format": format}, "maxLength": 60});
        let generator = asserted(&schema);
        let strategy = generator.valid().unwrap_or_else(|refusal| panic!("{format}: {refusal}"));
        let mut distinct = BTreeSet::new();
        for index in 0..200 {
            let value = draw(&strategy, seed(13, format, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{format}: {value}");
            distinct.insert(value.to_string());
        }
        assert!(distinct.len() > 100, "{format}: {distinct:?}");
        println!("not {format}: {:?}", distinct.iter().step_by(distinct.len() / 6).collect::<Vec<_>>());
    }
}

#[test]
fn mismatches_come_close() {
    let schema = json!({"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"});
    let generator = asserted(&schema);
    let goal = generator.goals().iter().find(|goal| goal.keyword == "pattern" && !goal.valid).unwrap();
    let strategy = generator.documents(goal).unwrap();
    let loose = asserted(&json!({"pattern": "^[^a-z]?[A-Z]{1,3}-?[0-9]{2,5}[^a-z]?$"}));
    let mut close = 0;
    for index in 0..200 {
        let value = draw(&strategy, seed(14, "mismatch", index)).unwrap();
        assert!(generator.confirms(goal, &value), "{value}");
        close += usize::from(loose.oracle().is_valid(&value));
    }
    assert!(close > 50, "{close} of 200 are close");
}

#[test]
fn what_no_string_satisfies_is_refused_with_its_keywords() {
    let table = [
        (
            json!({"pattern": "^(ab)*$", "minLength": 3, "maxLength": 3}),
            vec!["maxLength", "minLength", "pattern"],
        ),
        (json!({"pattern": "^a{3}$", "minLength": 4}), vec!["minLength", "pattern"]),
        (json!({"allOf": [{"pattern": "^[0-9]+$"}, {"pattern": "[a-z]"}]}), vec!["pattern"]),
        (json!({"pattern": "^(?!a)[ab]$", "not": {"pattern": "b"}}), vec!["not", "pattern"]),
        (json!({"pattern": "^[ab]$", "not": {"enum": ["a", "b"]}}), vec!["not", "pattern"]),
        (json!({"pattern": "^(?=.*[0-9])[a-z]+$"}), vec!["pattern"]),
        (json!({"pattern": "^a\\bb$"}), vec!["pattern"]),
        (json!({"pattern": "^(ab|cd)\\1$", "maxLength": 3}), vec!["maxLength", "pattern"]),
        (
            json!({"pattern": "^((25[0-5]|\\d{1,2})(\\.(?!$)|$)){4}$", "maxLength": 6}),
            vec!["maxLength", "pattern"],
        ),
        (json!({"format": "uuid", "maxLength": 10}), vec!["format", "maxLength"]),
        (json!({"format": "date", "pattern": "^2021-02-29$"}), vec!["format", "pattern"]),
        (json!({"format": "email", "maxLength": 2}), vec!["format", "maxLength"]),
        (json!({"format": "ipv4", "pattern": "[a-z]"}), vec!["format", "pattern"]),
        (json!({"format": "uuid", "minLength": 1, "not": {"pattern": "-"}}), vec!["format", "not"]),
    ];
    for (mut schema, wanted) in table {
        schema["type"] = json!("string");
        match asserted(&schema).valid() {
            Err(Refusal::Unsatisfiable { keywords, message, .. }) => {
                assert!(
                    keywords.is_empty() || wanted.iter().all(|one| keywords.iter().any(|known| known == one)),
                    "{schema}: {keywords:?} {message}"
                );
            }
            other => panic!("{schema}: {other:?}"),
        }
    }
}

#[test]
fn shrinking_leads_to_the_simplest_member() {
    for (mut schema, simplest) in [
        (json!({"pattern": "^(?=.*[0-9])(?!0)[a-z0-9]{3,}$"}), "aa0"),
        (json!({"pattern": "^[a-z]+(-[a-z]+)*$", "minLength": 4}), "aaaa"),
        (json!({"pattern": "^(abc)*$", "minLength": 4}), "abcabc"),
        (json!({"not": {"pattern": "^[a-z]*$"}}), "0"),
        (json!({"pattern": "\\p{Cyrillic}", "not": {"pattern": "z"}, "minLength": 2}), "aЀ"),
        (json!({"format": "date-time"}), "1900-01-01T00:00:00Z"),
        (json!({"format": "uuid"}), "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"),
    ] {
        schema["type"] = json!("string");
        let strategy = asserted(&schema).valid().unwrap();
        for index in 0..20 {
            let small = shrink(&strategy, seed(15, "simplest", index), |_| true, 5_000).unwrap();
            assert_eq!(small, json!(simplest), "{schema}");
        }
    }
}

#[test]
fn catastrophic_patterns_end_soon() {
    for pattern in ["^(a+)+$", "(a+)+b", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        let refused = Generator::new(&json!({"type": "string", "pattern": pattern}), Formats::Annotated);
        assert!(refused.is_err_and(|refusal| refusal.to_string().contains("catastrophic")), "{pattern}");
    }
    for (pattern, served) in [
        ("^(.*a.{12}){3}$", true),
        ("^[01]*1[01]{20}$", true),
        ("^(?=(a+)+b)(?!.*c)[ab]*$", true),
        ("^(\\w+\\s?)*\\1$", false),
    ] {
        for length in [json!({}), json!({"minLength": 5_000, "maxLength": 20_000})] {
            let mut schema = length;
            schema["type"] = json!("string");
            schema["pattern"] = json!(pattern);
            let begun = Instant::now();
            let generator = asserted(&schema);
            if let Ok(strategy) = generator.valid() {
                for index in 0..5 {
                    if let Ok(value) = draw(&strategy, seed(16, pattern, index)) {
                        assert!(generator.oracle().is_valid(&value), "{pattern}");
                    } else {
                        assert!(!served, "{schema}");
                    }
                }
            } else {
                assert!(!served, "{schema}");
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{schema}: {:?}", begun.elapsed());
        }
    }
}

#[test]
fn encoded_content_is_encoded() {
    for (content, least) in [
        (json!({"contentEncoding": "base64"}), 100),
        (json!({"contentEncoding": "base64", "minLength": 5, "maxLength": 8}), 100),
        (json!({"contentMediaType": "application/json"}), 100),
        (json!({"allOf": [{"contentEncoding": "base64"}, {"contentMediaType": "application/json"}]}), 100),
    ] {
        // Content asserts in draft 7 only.
        let mut schema = content;
        schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
        schema["type"] = json!("string");
        let generator = asserted(&schema);
        let strategy = generator.valid().unwrap();
        let mut distinct = BTreeSet::new();
        for index in 0..200 {
            let value = draw(&strategy, seed(17, "content", index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{schema}: {value}");
            distinct.insert(value.to_string());
        }
        assert!(distinct.len() >= least, "{schema}: {distinct:?}");
    }
}
