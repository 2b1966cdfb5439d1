//! Schemas made of bytes, so that nearly every input is one.

use super::values;
use proofmark::schema::Formats;
use serde_json::{Map, Value, json};

/// Takes bytes for choices, makes a JSON Schema of them, and values of that.
pub fn generate(data: &[u8]) {
    let mut choices = Choices { data, parts: 0 };
    let formats = if choices.pick(2) == 0 { Formats::Annotated } else { Formats::Asserted };
    let mut schema = choices.schema(0);
    if let Value::Object(members) = &mut schema
        && choices.pick(2) == 0
    {
        members.insert("$defs".to_owned(), json!({ "a": choices.schema(1), "b": choices.schema(1) }));
    }
    values::generate(&schema, formats);
}

/// How deep schemas nest, and how many there are in one.
const DEEPEST: usize = 4;
const MOST: usize = 40;

const NAMES: [&str; 6] = ["a", "b", "ab", "", "a/b~c", "é"];
const PATTERNS: [&str; 14] = [
    "^a",
    "b$",
    "^[a-c]{2,4}$",
    "^$",
    "a|b",
    "\\d+",
    "^(ab)*$",
    "^[^a]+$",
    ".",
    "^\\p{L}+$",
    "^(?!a).*$",
    "a{3}",
    "^(a|b)?c$",
    "\\u00e9",
];
const FORMATS: [&str; 8] = ["date-time", "uuid", "email", "ipv4", "uri", "date", "regex", "unknown"];
const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
const NUMBERS: [f64; 12] = [0.0, 1.0, -1.0, 0.5, 0.1, 3.0, 7.5, -2.5, 100.0, 1e15, -1e15, 1e300];

/// The bytes that are left, each a choice. Past the end every choice is the first.
struct Choices<'a> {
    data: &'a [u8],
    parts: usize,
}

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        *first
    }

    fn pick(&mut self, options: usize) -> usize {
        usize::from(self.byte()) % options
    }

    fn of<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.pick(options.len())]
    }

    fn count(&mut self) -> Value {
        json!(self.of(&[0, 1, 2, 3, 5, 8, 20, 40]))
    }

    fn number(&mut self) -> Value {
        let number = self.of(&NUMBERS);
        if number.fract() == 0.0 && number.abs() < 1e15 {
            json!(format!("{number}").parse::<i64>().unwrap_or_default())
        } else {
            json!(number)
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.pick(if depth < 2 { 8 } else { 6 }) {
            0 => Value::Null,
            1 => json!(self.pick(2) == 0),
            2 | 3 => self.number(),
            4 => json!(self.of(&NAMES)),
            5 => json!(self.of(&["abc", "a", "2026-01-01", "x".repeat(9).as_str()])),
            6 => (0..self.pick(4)).map(|_| self.value(depth + 1)).collect(),
            _ => Value::Object(
                (0..self.pick(4)).map(|_| (self.of(&NAMES).to_owned(), self.value(depth + 1))).collect(),
            ),
        }
    }

    fn schemas(&mut self, depth: usize) -> Value {
        (0..=self.pick(3)).map(|_| self.schema(depth + 1)).collect()
    }

    fn named(&mut self, names: &[&str], depth: usize) -> Value {
        let members = (0..=self.pick(3)).map(|_| (self.of(names).to_owned(), self.schema(depth + 1)));
        Value::Object(members.collect())
    }

    fn names(&mut self) -> Value {
        let mut names: Vec<&str> = (0..=self.pick(3)).map(|_| self.of(&NAMES)).collect();
        names.sort_unstable();
        names.dedup();
        json!(names)
    }

    fn schema(&mut self, depth: usize) -> Value {
        self.parts += 1;
        if depth >= DEEPEST || self.parts > MOST {
            return self
                .of(&[
                    json!(true),
                    json!({}),
                    json!({ "type": "string" }),
                    json!({ "type": "integer" }),
                    json!(false),
                ]
                .each_ref())
                .clone();
        }
        if self.pick(24) == 0 {
            return json!(self.pick(3) > 0);
        }
        let mut members = Map::new();
        for _ in 0..=self.pick(4) {
            let (keyword, value) = self.keyword(depth);
            members.insert(keyword.to_owned(), value);
        }
        Value::Object(members)
    }

    fn keyword(&mut self, depth: usize) -> (&'static str, Value) {
        match self.pick(46) {
            0..4 => ("type", json!(self.of(&TYPES))),
            4 => {
                let (one, other) = (self.of(&TYPES), self.of(&TYPES));
                ("type", if one == other { json!([one]) } else { json!([one, other]) })
            }
            5 => ("enum", (0..=self.pick(4)).map(|_| self.value(0)).collect()),
            6 => ("const", self.value(0)),
            7 => ("minimum", self.number()),
            8 => ("maximum", self.number()),
            9 => ("exclusiveMinimum", self.number()),
            10 => ("exclusiveMaximum", self.number()),
            11 => ("multipleOf", json!(self.of(&[1.0, 0.5, 0.1, 3.0, 7.0, 0.01, 1e10]))),
            12 => ("minLength", self.count()),
            13 => ("maxLength", self.count()),
            14 | 15 => ("pattern", json!(self.of(&PATTERNS))),
            16 => ("format", json!(self.of(&FORMATS))),
            17 => ("items", self.schema(depth + 1)),
            18 => ("prefixItems", self.schemas(depth)),
            19 => ("minItems", self.count()),
            20 => ("maxItems", self.count()),
            21 => ("uniqueItems", json!(self.pick(4) > 0)),
            22 => ("contains", self.schema(depth + 1)),
            23 => ("minContains", self.count()),
            24 => ("maxContains", self.count()),
            25 | 26 => ("properties", self.named(&NAMES, depth)),
            27 => ("patternProperties", self.named(&PATTERNS, depth)),
            28 => ("additionalProperties", self.schema(depth + 1)),
            29 => ("propertyNames", self.schema(depth + 1)),
            31 => ("minProperties", self.count()),
            32 => ("maxProperties", self.count()),
            33 => ("dependentRequired", json!({ self.of(&NAMES): self.names() })),
            34 => ("dependentSchemas", self.named(&NAMES, depth)),
            35 => ("allOf", self.schemas(depth)),
            36 => ("anyOf", self.schemas(depth)),
            37 => ("oneOf", self.schemas(depth)),
            38 => ("not", self.schema(depth + 1)),
            39 => ("if", self.schema(depth + 1)),
            40 => ("then", self.schema(depth + 1)),
            41 => ("else", self.schema(depth + 1)),
            42 => ("$ref", json!(self.of(&["#/$defs/a", "#/$defs/b", "#"]))),
            43 => ("unevaluatedProperties", self.schema(depth + 1)),
            44 => ("unevaluatedItems", self.schema(depth + 1)),
            _ => ("required", self.names()),
        }
    }
}
