//! How a request that is described by one document stands in HTTP.
//!
//! The document of an operation that has a body alone is that body. One that has parameters or a security scheme as
//! well is an object of parts, `{path: {…}, query: {…}, header: {…}, cookie: {…}, body: …}`, so that one schema, one
//! generator and one kind of pointer, such as `/query/limit`, serve them all.

mod read;
mod text;

pub use read::{Asked, asked, readings};
pub use text::{NotCarried, encoded, form, target};

use serde_json::Value;

/// Where a part of a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header field.
    Header,
    /// In the field `Cookie`.
    Cookie,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Path, Self::Query, Self::Header, Self::Cookie];

    /// Its member in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// The place of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.name() == name)
    }
}

/// How values that are not single texts are written (`OpenAPI` 3.1, 4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b`.
    Simple,
    /// `.a.b`.
    Label,
    /// `;name=a;name=b`.
    Matrix,
    /// `name=a&name=b`, or `name=a,b`.
    Form,
    /// `name=a b`.
    Space,
    /// `name=a|b`.
    Pipe,
    /// `name[key]=value`.
    Deep,
}

impl Style {
    /// The style of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::Space,
            "pipeDelimited" => Self::Pipe,
            "deepObject" => Self::Deep,
            _ => return None,
        })
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Where it stands.
    pub place: Place,
    /// Its name; of a header field in any case.
    pub name: String,
    /// How arrays and objects are written.
    pub style: Style,
    /// Whether each item or member stands by itself.
    pub explode: bool,
    /// Whether the value is written as JSON.
    pub json: bool,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`; the members whose nested values stand in brackets.
    Form {
        /// Names of members that are written `name[key]=value`, whatever they hold.
        deep: Vec<String>,
    },
    /// `multipart/form-data`, a part for each member.
    Multipart,
    /// Anything else: a text, sent as it is.
    Raw,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The media type that requests name.
    pub media: String,
    /// How it is written.
    pub kind: BodyKind,
    /// Whether there must be one.
    pub required: bool,
}

/// What the parts of a document become in HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Whether the document is an object of parts; else it is the body.
    pub parted: bool,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The body; operations such as `GET` have none.
    pub body: Option<Body>,
}

impl Layout {
    /// The body of a document, where it has one.
    pub fn body<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.body.as_ref()?;
        if self.parted { document.get("body") } else { Some(document) }
    }

    /// Whether the body is JSON.
    pub fn is_json(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.kind == BodyKind::Json)
    }

    /// The pointer of the body in the document.
    pub fn body_at(&self) -> &'static str {
        if self.parted { "/body" } else { "" }
    }

    /// Whether values at a pointer are written as JSON, so that each can be told from every other.
    pub fn is_plain(&self, pointer: &str) -> bool {
        !self.parted || (self.is_json() && (pointer == "/body" || pointer.starts_with("/body/")))
    }

    /// The parameter of a name; of a header field in any case.
    pub fn parameter(&self, place: Place, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|known| {
            known.place == place
                && (known.name == name || (place == Place::Header && known.name.eq_ignore_ascii_case(name)))
        })
    }

    /// The parameter of a name, or a plain one that no list has: a credential.
    fn parameter_or_plain(&self, place: Place, name: &str) -> Parameter {
        self.parameter(place, name).cloned().unwrap_or_else(|| Parameter {
            place,
            name: name.to_owned(),
            style: if matches!(place, Place::Query | Place::Cookie) { Style::Form } else { Style::Simple },
            explode: true,
            json: false,
        })
    }
}
