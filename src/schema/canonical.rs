//! The normal form of a schema, read from `jsonschema`'s canonicaliser.
//!
//! That module is experimental, so this file is the only one that names it: everything else sees
//! [`Normal`] and [`Shape`].

use super::Formats;
use super::pointer::tokens;
use super::unfold;
use jsonschema::canonical::{
    self, CanonicalSchema, CanonicalView, CanonicalizationError, Distinctness, IntegerView, NumberView,
    ObjectViolationView, Satisfiability, StringView, UnsatisfiableReason,
};
use serde_json::{Number, Value};
use std::collections::BTreeMap;

const ENDLESS: &str =
    "`unevaluatedProperties` or `unevaluatedItems` stands beside a reference to what it is in";

/// A schema in normal form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Normal(CanonicalSchema);

/// What one node of a normal form admits.
#[derive(Debug)]
pub(crate) enum Shape {
    Everything,
    Nothing,
    /// Any value of one of the JSON types, by their keyword names.
    Types(Vec<&'static str>),
    /// Values of one type that also satisfy the body.
    Typed(&'static str, Normal),
    Values(Vec<Value>),
    String(StringShape),
    Integer(NumberShape),
    Number(NumberShape),
    Array(ArrayShape),
    Object(ObjectShape),
    Reference(String),
    AnyOf(Vec<Normal>),
    OneOf(Vec<Normal>),
    AllOf(Vec<Normal>),
    Not(Normal),
    /// The canonicaliser does not model the document: why, and where.
    Opaque {
        reason: &'static str,
        pointer: Option<String>,
    },
}

/// An inclusive window of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Window {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StringShape {
    pub(crate) length: Window,
    pub(crate) patterns: Vec<String>,
    /// Patterns that it must not match.
    pub(crate) excluded_patterns: Vec<String>,
    pub(crate) formats: Vec<String>,
    /// Formats that it must not have.
    pub(crate) excluded_formats: Vec<String>,
    /// Values that it must differ from.
    pub(crate) excluded: Vec<String>,
    pub(crate) media_types: Vec<String>,
    pub(crate) encodings: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct NumberShape {
    pub(crate) minimum: Option<Number>,
    pub(crate) exclusive_minimum: bool,
    pub(crate) maximum: Option<Number>,
    pub(crate) exclusive_maximum: bool,
    pub(crate) multiple_of: Vec<Number>,
    /// No value is a multiple of any of these.
    pub(crate) not_multiple_of: Vec<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repetition {
    Free,
    Distinct,
    Repeated,
}

#[derive(Debug)]
pub(crate) struct ArrayShape {
    pub(crate) length: Window,
    pub(crate) repetition: Repetition,
    pub(crate) prefix: Vec<Normal>,
    pub(crate) items: Option<Normal>,
    pub(crate) contains: Vec<(Normal, Window)>,
}

#[derive(Clone, Debug)]
pub(crate) struct ObjectShape {
    pub(crate) size: Window,
    pub(crate) required: Vec<String>,
    pub(crate) names: Option<Normal>,
    pub(crate) properties: BTreeMap<String, Normal>,
    pub(crate) patterns: BTreeMap<String, Normal>,
    pub(crate) additional: Option<Normal>,
    pub(crate) violations: Vec<Violation>,
}

/// A rule that some entry of the object has to break.
#[derive(Clone, Debug)]
pub(crate) enum Violation {
    Name(Normal),
    /// A name that is none of these and matches none of the patterns has a value that fails.
    Undeclared {
        names: Vec<String>,
        patterns: Vec<String>,
        schema: Normal,
    },
    Pattern(String, Normal),
}

/// Why nothing satisfies a schema: the place, and the keywords there that clash.
#[derive(Clone, Debug)]
pub(crate) struct Clash {
    pub(crate) pointer: String,
    pub(crate) keywords: Vec<String>,
}

/// Whether anything satisfies the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Satisfiable {
    Yes,
    No,
    Unknown,
}

impl Normal {
    /// The normal form of a whole document. The error is one sentence.
    pub(crate) fn of(schema: &Value, formats: Formats) -> Result<Self, String> {
        bounded(schema, "")?;
        options(formats).canonicalize(schema).map(Self).map_err(|error| sentence(&error))
    }

    /// The normal form of the schema at `pointer`, its references read in the document.
    pub(crate) fn at(schema: &Value, pointer: &str, formats: Formats) -> Result<Self, String> {
        bounded(schema, pointer)?;
        let prepared = options(formats).prepare(schema).map_err(|error| sentence(&error))?;
        prepared.canonicalize_at(pointer).map(Self).map_err(|error| sentence(&error))
    }

    pub(crate) fn satisfiable(&self) -> Satisfiable {
        match self.0.satisfiability() {
            Satisfiability::Yes => Satisfiable::Yes,
            Satisfiability::No => Satisfiable::No,
            Satisfiability::Unknown => Satisfiable::Unknown,
        }
    }

    /// Values that satisfy both, where the normal form can say it.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        self.0.intersect(&other.0).ok().map(Self)
    }

    /// Values that satisfy it and not the other, where the normal form can say it.
    pub(crate) fn less(&self, other: &Self) -> Option<Self> {
        self.0.subtract(&other.0).ok().map(Self)
    }

    /// Values that do not satisfy it, where the normal form can say it.
    pub(crate) fn negated(&self) -> Option<Self> {
        self.0.negate().ok().map(Self)
    }

    /// The target of a [`Shape::Reference`].
    pub(crate) fn definition(&self, name: &str) -> Option<Self> {
        self.0.definition(name).map(Self)
    }

    /// A self-contained JSON Schema that says the same.
    pub(crate) fn to_schema(&self) -> Value {
        self.0.to_json_schema()
    }

    pub(crate) fn shape(&self) -> Shape {
        let all = |branches: Vec<CanonicalSchema>| branches.into_iter().map(Self).collect::<Vec<_>>();
        match self.0.view() {
            CanonicalView::True => Shape::Everything,
            CanonicalView::False => Shape::Nothing,
            CanonicalView::MultiType(types) => {
                Shape::Types(types.iter().map(jsonschema::JsonType::as_str).collect())
            }
            CanonicalView::TypedGroup(group) => Shape::Typed(group.ty.as_str(), Self(group.body)),
            CanonicalView::Const(value) => Shape::Values(vec![value]),
            CanonicalView::Enum(values) => Shape::Values(values),
            CanonicalView::String(view) => Shape::String(string(view)),
            CanonicalView::Integer(view) => Shape::Integer(integer(view)),
            CanonicalView::Number(view) => Shape::Number(number(view)),
            CanonicalView::Array(view) => Shape::Array(ArrayShape {
                length: window(view.min_items.as_ref(), view.max_items.as_ref(), 0),
                repetition: match view.distinctness {
                    Distinctness::Unconstrained => Repetition::Free,
                    Distinctness::AllDistinct => Repetition::Distinct,
                    Distinctness::SomeRepeated => Repetition::Repeated,
                },
                prefix: all(view.prefix_items),
                items: view.items.map(Self),
                contains: view
                    .contains
                    .into_iter()
                    .map(|one| {
                        (Self(one.schema), window(one.min_contains.as_ref(), one.max_contains.as_ref(), 1))
                    })
                    .collect(),
            }),
            CanonicalView::Object(view) => Shape::Object(ObjectShape {
                size: window(view.min_properties.as_ref(), view.max_properties.as_ref(), 0),
                required: view.required,
                names: view.property_names.map(Self),
                properties: view.properties.into_iter().map(|(name, schema)| (name, Self(schema))).collect(),
                patterns: view
                    .pattern_properties
                    .into_iter()
                    .map(|(name, schema)| (name, Self(schema)))
                    .collect(),
                additional: view.additional_properties.map(Self),
                violations: view.violations.into_iter().map(violation).collect(),
            }),
            CanonicalView::Reference(name) => Shape::Reference(name),
            CanonicalView::AnyOf(branches) => Shape::AnyOf(all(branches)),
            CanonicalView::OneOf(branches) => Shape::OneOf(all(branches)),
            CanonicalView::AllOf(branches) => Shape::AllOf(all(branches)),
            CanonicalView::Not(schema) => Shape::Not(Self(*schema)),
            CanonicalView::Raw(raw) => Shape::Opaque { reason: raw.reason.as_str(), pointer: raw.pointer },
        }
    }
}

/// Why nothing satisfies the document, where the canonicaliser can name it: the shallowest place first.
pub(crate) fn clash(schema: &Value, formats: Formats) -> Option<Clash> {
    let reasons = options(formats).prepare(schema).ok()?.unsatisfiable().ok()?;
    let mut pointer = String::new();
    // An empty part explains an empty whole, so the reason is followed to the deepest place it names.
    loop {
        let causes = match reasons.get(&pointer)? {
            UnsatisfiableReason::Literal => {
                return Some(Clash { pointer, keywords: vec!["false".to_owned()] });
            }
            UnsatisfiableReason::Empty(cause) => std::slice::from_ref(cause),
            UnsatisfiableReason::Conflict(causes) => causes.as_slice(),
        };
        let mut keywords: Vec<String> = causes.iter().flat_map(|cause| cause.keywords.clone()).collect();
        keywords.sort();
        keywords.dedup();
        let deeper = reasons.keys().find(|other| part(schema, &pointer, &keywords, other));
        match deeper {
            // Pointers only get longer, so this ends.
            Some(deeper) => pointer.clone_from(deeper),
            None => return Some(Clash { pointer, keywords }),
        }
    }
}

/// Whether `other` is a subschema under one of the keywords at `pointer` that every value has to
/// satisfy: a member that is optional may be impossible without harm.
fn part(schema: &Value, pointer: &str, keywords: &[String], other: &str) -> bool {
    let Some(rest) = other.strip_prefix(pointer).and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    let mut tokens = tokens(&format!("/{rest}")).into_iter();
    let (keyword, name) = (tokens.next().unwrap_or_default(), tokens.next());
    let required = || {
        let listed = schema.pointer(pointer).and_then(|node| node.get("required")).and_then(Value::as_array);
        listed.is_some_and(|listed| listed.iter().any(|one| one.as_str() == name.as_deref()))
    };
    keywords.contains(&keyword) && (keyword != "properties" || required())
}

fn options(formats: Formats) -> canonical::CanonicalizeOptions<'static> {
    canonical::options().offline().should_validate_formats(formats.asserted())
}

/// Refuses what the canonicaliser does not come to an end of.
fn bounded(schema: &Value, pointer: &str) -> Result<(), String> {
    if unfold::is_endless(schema, pointer) { Err(ENDLESS.to_owned()) } else { Ok(()) }
}

fn sentence(error: &CanonicalizationError) -> String {
    error.to_string()
}

fn violation(view: ObjectViolationView) -> Violation {
    match view {
        ObjectViolationView::NameFails(schema) => Violation::Name(Normal(schema)),
        ObjectViolationView::UndeclaredValueFails { names, patterns, additional } => {
            Violation::Undeclared { names, patterns, schema: Normal(additional) }
        }
        ObjectViolationView::PatternValueFails { pattern, schema } => {
            Violation::Pattern(pattern, Normal(schema))
        }
    }
}

fn string(view: StringView) -> StringShape {
    StringShape {
        length: window(view.min_length.as_ref(), view.max_length.as_ref(), 0),
        patterns: view.patterns,
        excluded_patterns: view.excluded_patterns,
        formats: view.formats,
        excluded_formats: view.excluded_formats,
        excluded: view.excluded,
        media_types: view.content_media_types,
        encodings: view.content_encodings,
    }
}

fn integer(view: IntegerView) -> NumberShape {
    NumberShape {
        minimum: view.minimum,
        exclusive_minimum: false,
        maximum: view.maximum,
        exclusive_maximum: false,
        multiple_of: view.multiple_of,
        not_multiple_of: view.not_multiple_of,
    }
}

fn number(view: NumberView) -> NumberShape {
    let mut barred = view.not_multiple_of;
    if view.excludes_integers {
        barred.push(Number::from(1));
    }
    NumberShape {
        minimum: view.minimum,
        exclusive_minimum: view.exclusive_minimum,
        maximum: view.maximum,
        exclusive_maximum: view.exclusive_maximum,
        multiple_of: view.multiple_of,
        not_multiple_of: barred,
    }
}

fn window(min: Option<&Number>, max: Option<&Number>, default_min: u64) -> Window {
    Window { min: min.map_or(default_min, count), max: max.map(count) }
}

/// A count as the keywords write it; one past the range of `u64` is as good as unbounded.
fn count(number: &Number) -> u64 {
    number.as_u64().unwrap_or_else(|| {
        number.as_f64().map_or(u64::MAX, |float| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates as meant")]
            let whole = float as u64;
            whole
        })
    })
}
