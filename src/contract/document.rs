//! YAML and JSON files as values that remember where each part stands in the file.

use super::json;
use super::problem::Problem;
use crate::schema::pointer;
use saphyr::{MarkedYaml, Scalar, ScanError, YamlData, YamlLoader};
use saphyr_parser::{Event, SpannedEventReceiver};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How deep a document may be nested: as deep as JSON is read.
const DEEPEST: usize = 128;
/// The longest text in JSON whose lines are looked up; finding them takes longer than reading the values.
const LINED: usize = 4 << 20;

/// A document and the line of each of its parts.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name as the user gave it.
    pub name: String,
    /// The content.
    pub value: Value,
    lines: OnceLock<BTreeMap<String, usize>>,
    /// The text. Lines of JSON are found out when one is asked for.
    text: String,
    /// Other files that are parts of this document, each at the pointer where it stands.
    parts: Vec<(String, Document)>,
    /// Whether an overlay lies on it, so that it is somebody else's.
    pub(super) laid: bool,
}

impl Document {
    /// Reads YAML 1.2 (and so JSON) text.
    ///
    /// # Errors
    /// A [`Problem`] with the line where the text stops being YAML, or where it says what JSON cannot hold:
    /// keys that are not text, two documents in one file, numbers that are not finite, a hundred and more levels
    /// of nesting.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let nodes = nodes(name, text)?;
        let [node] = nodes.as_slice() else {
            let found = nodes.len();
            return Err(Problem::new(
                name,
                format!("holds {found} YAML documents where one is expected"),
                "keep one document a file",
            ));
        };
        let mut lines = BTreeMap::new();
        let value = convert(name, node, String::new(), &mut lines)?;
        Ok(Self::new(name, value, Some(lines), text))
    }

    /// Reads a file in JSON or YAML, whichever its text is. JSON is read much faster.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn read_text(name: &str, text: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !text.trim_start().starts_with('{') {
            return Self::parse(name, text);
        }
        match json::parse(name, text) {
            Ok(value) => Ok(Self::new(name, value, None, text)),
            // Flow mappings of YAML begin like objects.
            Err(problem) => Self::parse(name, text).map_err(|_| problem),
        }
    }

    /// A text that is the same where the document is: what a digest can be taken over.
    pub(super) fn text(&self) -> String {
        if self.parts.is_empty() && !self.laid && !self.text.is_empty() {
            self.text.clone()
        } else {
            self.value.to_string()
        }
    }

    /// A document made of a value, and of other files at the pointers where they stand in it.
    pub(super) fn composed(self, value: Value, parts: Vec<(String, Self)>) -> Self {
        Self { value, parts, ..self }
    }

    fn new(name: &str, value: Value, lines: Option<BTreeMap<String, usize>>, text: &str) -> Self {
        let known = OnceLock::new();
        if let Some(lines) = lines {
            known.get_or_init(|| lines);
        }
        Self {
            name: name.to_owned(),
            value,
            lines: known,
            text: text.to_owned(),
            parts: Vec::new(),
            laid: false,
        }
    }

    /// The 1-based line of a part, or of the nearest part around it that has one; 1 in a file of JSON that is too
    /// large to look.
    pub fn line(&self, pointer: &str) -> usize {
        let lines = self.lines.get_or_init(|| {
            let parsed =
                (self.text.len() <= LINED).then(|| Self::parse(&self.name, &self.text).ok()).flatten();
            parsed.and_then(|parsed| parsed.lines.into_inner()).unwrap_or_default()
        });
        let mut at = pointer;
        loop {
            if let Some(line) = lines.get(at) {
                return *line;
            }
            at = match at.rfind('/') {
                Some(cut) => &at[..cut],
                None => return 1,
            };
        }
    }

    /// A problem with the part at this pointer.
    pub fn problem(&self, pointer: &str, message: impl Into<String>, mend: impl Into<String>) -> Problem {
        let mut parts = self.parts.iter();
        if let Some((rest, part)) = parts.find_map(|(at, part)| Some((pointer::inside(pointer, at)?, part))) {
            return part.problem(rest, message, mend);
        }
        Problem::new(&self.name, message, mend).at_line(self.line(pointer)).at_pointer(pointer)
    }

    /// Reads a part into a typed value.
    ///
    /// # Errors
    /// A [`Problem`] that names the member which does not fit.
    pub fn read<T: serde::de::DeserializeOwned>(&self, pointer: &str) -> Result<T, Problem> {
        let part = self.value.pointer(pointer).cloned().unwrap_or(Value::Null);
        serde_path_to_error::deserialize(part).map_err(|error| {
            let place = format!("{pointer}{}", path_to_pointer(error.path()));
            self.problem(&place, error.into_inner().to_string(), "correct or remove this member")
        })
    }
}

/// The value of a node; the line of each part of it is put down.
fn convert(
    file: &str,
    node: &MarkedYaml<'_>,
    pointer: String,
    lines: &mut BTreeMap<String, usize>,
) -> Result<Value, Problem> {
    let line = node.span.start.line();
    let fault =
        |message: &str, mend: &str| Problem::new(file, message, mend).at_line(line).at_pointer(&pointer);
    // What a tag is about has no place of its own.
    let mut data = &node.data;
    while let YamlData::Tagged(_, inner) = data {
        data = &inner.data;
    }
    let value = match data {
        YamlData::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::from(*value),
            Scalar::FloatingPoint(value) => {
                let Some(number) = Number::from_f64(value.into_inner()) else {
                    return Err(fault("a number is not finite", "write a finite number"));
                };
                Value::Number(number)
            }
            Scalar::String(value) => Value::String(value.to_string()),
        },
        YamlData::Sequence(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                list.push(convert(file, item, format!("{pointer}/{index}"), lines)?);
            }
            Value::Array(list)
        }
        YamlData::Mapping(members) => {
            let mut map = Map::new();
            for (key, member) in members {
                let name = match &key.data {
                    YamlData::Value(Scalar::String(name)) => name.to_string(),
                    YamlData::Value(Scalar::Integer(number)) => number.to_string(),
                    YamlData::Value(Scalar::Boolean(value)) => value.to_string(),
                    YamlData::Value(Scalar::Null) => "null".to_owned(),
                    _ => return Err(fault("a key is not text", "write the key as a string")),
                };
                let place = pointer::join(&pointer, &name);
                lines.insert(place.clone(), key.span.start.line());
                let value = convert(file, member, place, lines)?;
                map.insert(name, value);
            }
            Value::Object(map)
        }
        _ => return Err(fault("cannot be read as a value", "write plain YAML or JSON here")),
    };
    lines.entry(pointer).or_insert(line);
    Ok(value)
}

/// The documents of a text. One that is nested deeper than JSON is read is refused before anything so deep is built:
/// what is built is walked and taken down level by level on the stack.
fn nodes<'a>(name: &str, text: &'a str) -> Result<Vec<MarkedYaml<'a>>, Problem> {
    let broken = |error: &ScanError| {
        if error.info().starts_with("recursion limit") {
            return too_deep(name, error.marker().line());
        }
        Problem::new(name, format!("not YAML: {}", error.info()), "correct the syntax at this place")
            .at_line(error.marker().line())
    };
    let mut loader = YamlLoader::default();
    let mut depth = Depth::default();
    for event in saphyr_parser::Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| broken(&error))?;
        if depth.after(&event) > DEEPEST {
            return Err(too_deep(name, span.start.line()));
        }
        loader.on_event(event, span);
        if let Some(error) = loader.error() {
            return Err(broken(error));
        }
    }
    Ok(loader.into_documents())
}

/// How deep the text is nested, told event by event.
#[derive(Default)]
struct Depth {
    /// The containers that are open, each with its anchor and the height of what it holds so far.
    open: Vec<(usize, usize)>,
    /// The heights of what anchors stand for.
    heights: BTreeMap<usize, usize>,
}

impl Depth {
    fn after(&mut self, event: &Event<'_>) -> usize {
        let mut height = 0;
        match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => self.open.push((*anchor, 0)),
            Event::SequenceEnd | Event::MappingEnd => {
                let (anchor, inner) = self.open.pop().unwrap_or_default();
                height = inner + 1;
                self.heights.insert(anchor, height);
            }
            Event::Alias(anchor) => height = self.heights.get(anchor).copied().unwrap_or(0),
            _ => {}
        }
        let depth = self.open.len() + height;
        if let Some((_, inner)) = self.open.last_mut() {
            *inner = height.max(*inner);
        }
        depth
    }
}

fn too_deep(name: &str, line: usize) -> Problem {
    let mend = "move inner parts to a place of their own and refer to them";
    Problem::new(name, format!("is nested deeper than {DEEPEST} levels"), mend).at_line(line)
}

fn path_to_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer = pointer::join(&pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}
