//! Random strings as people send them, within the schema's limits.

use crate::generator;
use crate::schemas::send_inbox;
use proofmark::generate::{Seeds, draw};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Whether a text shows what is looked for.
type Shows = Box<dyn Fn(&str) -> bool>;

fn strings(schema: &Value, count: u64) -> Vec<String> {
    let strategy = generator(schema).valid().unwrap();
    let seeds = Seeds::new(11, "strings");
    let text = |value: Value| value.as_str().unwrap().to_owned();
    (0..count).map(|index| text(draw(&strategy, seeds.at(index)).unwrap())).collect()
}

#[test]
fn every_kind_of_text_comes_by_itself() {
    let all = strings(&json!({"type": "string", "maxLength": 200}), 5_000);
    let within = |low: char, high: char| move |text: &str| text.chars().any(|c| (low..=high).contains(&c));
    let has = |part: &'static str| move |text: &str| text.contains(part);
    let kinds: Vec<(&str, Shows)> = vec![
        ("Latin with marks", Box::new(within('\u{e0}', '\u{17f}'))),
        ("Greek", Box::new(within('\u{370}', '\u{3ff}'))),
        ("Cyrillic", Box::new(within('\u{400}', '\u{4ff}'))),
        ("Hebrew", Box::new(within('\u{5d0}', '\u{5ff}'))),
        ("Arabic", Box::new(within('\u{620}', '\u{64a}'))),
        ("Devanagari", Box::new(within('\u{900}', '\u{97f}'))),
        ("Thai", Box::new(within('\u{e00}', '\u{e7f}'))),
        ("Han", Box::new(within('\u{4e00}', '\u{9fff}'))),
        ("Hangul", Box::new(within('\u{ac00}', '\u{d7a3}'))),
        ("conjoining Hangul", Box::new(within('\u{1100}', '\u{11ff}'))),
        ("joined emoji", Box::new(has("👩\u{200d}"))),
        ("skin tone", Box::new(within('\u{1f3fb}', '\u{1f3ff}'))),
        ("flag", Box::new(has("🇺🇦"))),
        ("composed", Box::new(has("\u{c5}"))),
        ("decomposed", Box::new(has("A\u{30a}"))),
        ("zero width", Box::new(has("\u{200b}"))),
        ("bidi override", Box::new(has("\u{202e}"))),
        ("no character", Box::new(has("\u{fdd0}"))),
        ("the last code point", Box::new(has("\u{10ffff}"))),
        ("U+0000", Box::new(has("\0"))),
        ("SQL", Box::new(has("DROP TABLE"))),
        ("HTML", Box::new(has("<script>"))),
        ("JSON", Box::new(has("{\"a\":null}"))),
        ("format string", Box::new(has("${jndi:"))),
        ("path", Box::new(has("../../"))),
        ("formula", Box::new(has("=1+1"))),
        ("number", Box::new(has("1e309"))),
        ("boolean", Box::new(has("true"))),
        ("null", Box::new(has("null"))),
    ];
    for (kind, shown) in kinds {
        assert!(all.iter().any(|text| shown(text)), "no {kind}");
    }
    let plain = all.iter().filter(|text| text.chars().all(|c| c.is_ascii_graphic() || c == ' ')).count();
    assert!(plain > all.len() * 2 / 3, "only {plain} are plain");
}

#[test]
fn every_length_is_within_the_limits_and_both_ends_occur() {
    for (least, greatest) in [(0, 1), (1, 5), (3, 128), (10, 4_096)] {
        let schema = json!({"type": "string", "minLength": least, "maxLength": greatest});
        let lengths: BTreeSet<usize> =
            strings(&schema, 1_000).iter().map(|text| text.chars().count()).collect();
        assert_eq!(lengths.first(), Some(&least));
        assert_eq!(lengths.last(), Some(&greatest));
    }
}

#[test]
fn requests_are_of_a_size_that_people_send() {
    let generator = generator(&send_inbox());
    let strategy = generator.valid().unwrap();
    let seeds = Seeds::new(12, "size");
    let bytes: usize =
        (0..4_000).map(|index| draw(&strategy, seeds.at(index)).unwrap().to_string().len()).sum();
    assert!(bytes / 4_000 >= 175, "{} bytes on average", bytes / 4_000);
}
