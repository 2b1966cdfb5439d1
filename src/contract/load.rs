//! From a document to [`Contract`].

use super::dialect::Dialect as Spoken;
use super::document::Document;
use super::origin::Origin;
use super::parts::{BodyKind, Layout, Place};
use super::problem::{Problem, Problems};
use super::responses::ResponseSchema;
use super::{Contract, Operation, body, guess, parameters, rules, sample, security};
use crate::schema::excerpt::follow;
use crate::schema::{Dialect, Direction, Excerpts, SchemaError, pointer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The extension's name.
pub(super) const EXTENSION: &str = "x-proofmark";

pub(super) fn contract(
    mut document: Document,
    text: String,
    dialect: Option<&Spoken>,
) -> Result<Contract, Problems> {
    let applied = dialect.map(|dialect| dialect.apply(&mut document.value)).unwrap_or_default();
    let mut contract = read(document, text).map_err(|problems| match dialect {
        Some(dialect) => dialect.blame(&applied, problems),
        None => problems,
    })?;
    if let Some(dialect) = dialect {
        contract.dialect = Some(dialect.id.clone());
        if !applied.is_empty() {
            contract.text.push_str(dialect.text());
        }
    }
    Ok(contract)
}

fn read(mut document: Document, text: String) -> Result<Contract, Problems> {
    let version = document.value.pointer("/openapi").and_then(Value::as_str).unwrap_or_default();
    if !["3.0", "3.1"].iter().any(|known| version.starts_with(known)) {
        let message = match version {
            "" => "not an OpenAPI document".to_owned(),
            version => format!("OpenAPI {version} is not read"),
        };
        let mend = "start the file with `openapi: 3.1.0`, or with `openapi: 3.0.3`";
        return Err(document.problem("/openapi", message, mend).into());
    }
    let dialect = Dialect::declared(&document.value)
        .map_err(|error| document.problem(&error.pointer, error.message, error.mend))?
        .unwrap_or_default();
    let info = |member: &str| {
        let pointer = format!("/info/{member}");
        document.value.pointer(&pointer).and_then(Value::as_str).map(ToOwned::to_owned).ok_or_else(|| {
            document.problem(&pointer, format!("`info.{member}` is missing"), "add it as a string")
        })
    };
    let (title, version) = (info("title")?, info("version")?);
    let value = Arc::new(std::mem::take(&mut document.value));
    let lenient = document.laid || !is_declared(&value);
    let excerpts = Arc::new(Excerpts::new(value, dialect, lenient));
    let loader = Loader { document: &document, excerpts: &excerpts, lenient };
    let mut operations = Vec::new();
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    for site in loader.sites() {
        match loader.operation(&site, &mut warnings) {
            Ok(found) => operations.push(found),
            Err(problem) if site.declared && (!lenient || is_ours(&problem)) => problems.push(problem),
            Err(problem) => warnings.push(problem),
        }
    }
    if operations.is_empty() && problems.is_empty() {
        problems.append(&mut warnings);
    }
    if operations.is_empty() && problems.is_empty() {
        problems.push(document.problem(
            "/paths",
            "holds no operation",
            "describe at least one under `paths`",
        ));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    number(&mut operations);
    let mend = "correct it; until then it is not judged";
    warnings.extend(excerpts.left_out().into_iter().map(|(at, why)| document.problem(&at, why, mend)));
    let origins = vec![Arc::new(Origin { document, excerpts })];
    Ok(Contract { title, version, text, dialect: None, operations, siblings: Vec::new(), warnings, origins })
}

/// Whether a problem is one of an extension, which is never somebody else's.
fn is_ours(problem: &Problem) -> bool {
    problem.pointer.as_ref().is_some_and(|at| at.split('/').any(|name| name == EXTENSION))
}

/// Whether the document has an extension of ours anywhere, so that its authors want to know of its errors.
fn is_declared(document: &Value) -> bool {
    let has = |node: &Value| node.get(EXTENSION).is_some();
    let items = document.get("paths").and_then(Value::as_object).into_iter().flatten().map(|(_, item)| item);
    has(document) || items.filter_map(Value::as_object).flatten().any(|(_, operation)| has(operation))
}

/// Tells operations of the same name apart.
fn number(operations: &mut [Operation]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for operation in operations {
        let times = seen.entry(operation.id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            operation.id = format!("{}-{times}", operation.id);
        }
    }
}

/// An id without what cannot stand in a case id.
pub(super) fn plain(id: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let plain: String = id.chars().map(|c| if fits(c) { c } else { '.' }).collect();
    plain.trim_matches('.').to_owned()
}

/// The id of an operation that has none: its method, and the names in its path.
fn derived_id(method: &str, path: &str) -> String {
    let names = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|name| !name.is_empty());
    std::iter::once(method).chain(names).collect::<Vec<_>>().join("_")
}

/// An operation's place in the document.
pub(super) struct Site {
    pub(super) path: String,
    pub(super) method: &'static str,
    /// The pointer of the operation.
    pub(super) at: String,
    /// The pointer of the path item around it.
    pub(super) item: String,
    /// Whether it has an extension of its own, so that what is wrong with it is an error.
    declared: bool,
}

/// What an operation is read from.
pub(super) struct Loader<'a> {
    pub(super) document: &'a Document,
    pub(super) excerpts: &'a Arc<Excerpts>,
    /// Whether the document is somebody else's.
    lenient: bool,
}

impl<'a> Loader<'a> {
    pub(super) fn value(&self) -> &'a Value {
        self.excerpts.document()
    }

    /// The value at a pointer, references followed, and its own pointer.
    pub(super) fn at(&self, at: &str) -> Option<(String, &'a Value)> {
        let node = self.value().pointer(at)?;
        if node.get("$ref").is_some_and(Value::is_string) {
            return follow(self.value(), node);
        }
        Some((at.to_owned(), node))
    }

    /// As [`Self::at`], where something has to be there.
    pub(super) fn must(&self, at: &str) -> Result<(String, &'a Value), Problem> {
        self.at(at).ok_or_else(|| {
            let reference =
                self.value().pointer(at).and_then(|node| node.get("$ref")).and_then(Value::as_str);
            let reference = reference.unwrap_or_default();
            self.problem(
                at,
                format!("the reference {reference:?} leads nowhere that can be read"),
                "correct it; files are looked for beside the one that names them, and nothing is fetched",
            )
        })
    }

    pub(super) fn problem(&self, at: &str, message: impl Into<String>, mend: &str) -> Problem {
        self.document.problem(at, message, mend)
    }

    pub(super) fn schema_problem(&self, error: &SchemaError) -> Problem {
        self.document.problem(&error.pointer, error.message.clone(), error.mend.clone())
    }

    fn sites(&self) -> Vec<Site> {
        let mut sites = Vec::new();
        for path in
            self.value().get("paths").and_then(Value::as_object).into_iter().flatten().map(|(path, _)| path)
        {
            let Some((item, members)) = self.at(&pointer::join("/paths", path)) else { continue };
            for method in METHODS.into_iter().filter(|method| members.get(method).is_some()) {
                let at = format!("{item}/{method}");
                let declared = self.value().pointer(&format!("{at}/{EXTENSION}")).is_some();
                sites.push(Site { path: path.clone(), method, at, item: item.clone(), declared });
            }
        }
        sites
    }

    fn operation(&self, site: &Site, warnings: &mut Vec<Problem>) -> Result<Operation, Problem> {
        let at = &site.at;
        let text = |tail: &str| self.value().pointer(&format!("{at}{tail}")).and_then(Value::as_str);
        let id = text("/operationId").map(plain).filter(|id| !id.is_empty());
        let own = parameters::of(self, site)?;
        let body = body::of(self, site)?;
        let (documented, responses) = self.responses(site, warnings)?;
        let guards = security::of(self, site);
        let facts = guess::Facts {
            method: &site.method.to_uppercase(),
            parameters: &own,
            body: body.as_ref(),
            documented: &documented,
            responses: &responses,
            guards: &guards,
            excerpts: self.excerpts,
        };
        let suggested = guess::extension(&facts);
        let rules::Ruled { rules, guessed } = rules::of(self, site, &suggested)?;
        let parted = !own.is_empty()
            || !guards.is_empty()
            || body.as_ref().is_none_or(|body| body.layout.kind != BodyKind::Json)
            || rules::names_parts(&rules);
        let layout = Layout {
            parted,
            parameters: own.iter().map(|one| one.layout.clone()).collect(),
            body: body.as_ref().map(|body| body.layout.clone()),
        };
        let (request, example, made_up) = if let (false, Some(body)) = (parted, &body) {
            let request = self.excerpts.excerpt(&body.schema, Direction::Request, false);
            let request = request.map_err(|error| self.schema_problem(&error))?;
            (request, body.example.clone(), body.made_up)
        } else {
            self.parted(&own, body.as_ref(), &rules).map_err(|error| self.schema_problem(&error))?
        };
        let item = self.value().pointer(&site.item);
        let methods =
            METHODS.into_iter().filter(|method| item.is_some_and(|item| item.get(method).is_some()));
        Ok(Operation {
            id: id.unwrap_or_else(|| derived_id(site.method, &site.path)),
            at: at.clone(),
            method: site.method.to_uppercase(),
            path: site.path.clone(),
            base: base(self.value()),
            methods: methods.map(str::to_uppercase).collect(),
            summary: text("/summary").unwrap_or_default().to_owned(),
            layout,
            request,
            responses,
            documented,
            example,
            made_up,
            guessed,
            foreign: self.lenient,
            suggested,
            rules,
        })
    }

    /// Schema and example of a request of several parts.
    fn parted(
        &self,
        own: &[parameters::Described],
        body: Option<&body::Described>,
        rules: &super::extension::Extension,
    ) -> Result<(Value, Value, bool), SchemaError> {
        let mut references = Vec::new();
        let (mut properties, mut required, mut example) = (Map::new(), Vec::new(), Map::new());
        for place in Place::ALL {
            let (mut members, mut must, mut values) = (Map::new(), Vec::new(), Map::new());
            for one in own.iter().filter(|one| one.layout.place == place) {
                let name = &one.layout.name;
                let (schema, leads) = one.schema(self.excerpts)?;
                references.extend(leads);
                members.insert(name.clone(), schema);
                if one.required {
                    must.push(name.clone());
                }
                if let Some(value) = &one.example {
                    values.insert(name.clone(), value.clone());
                }
            }
            for (name, value) in rules::named_at(rules, place) {
                members.entry(name.clone()).or_insert(Value::Bool(true));
                values.entry(name).or_insert(value);
            }
            if !members.is_empty() {
                let name = place.name();
                let schema = json!({"type": "object", "properties": members, "required": must, "additionalProperties": false});
                properties.insert(name.to_owned(), schema);
                example.insert(name.to_owned(), Value::Object(values));
                required.push(name.to_owned());
            }
        }
        if let Some(body) = body {
            let (schema, leads) = self.excerpts.part(&body.schema, Direction::Request)?;
            references.extend(leads);
            properties.insert("body".to_owned(), schema);
            if body.layout.required {
                required.push("body".to_owned());
            }
            example.insert("body".to_owned(), body.example.clone());
        }
        let mut root = Map::new();
        root.insert("type".to_owned(), "object".into());
        root.insert("properties".to_owned(), Value::Object(properties));
        root.insert("required".to_owned(), json!(required));
        root.insert("additionalProperties".to_owned(), Value::Bool(false));
        let made_up = body.is_some_and(|body| body.made_up) || own.iter().any(|one| one.made_up);
        let schema = self.excerpts.complete(root, &references, Direction::Request)?;
        Ok((schema, Value::Object(example), made_up))
    }

    /// The documented statuses with their media types, and the schemas of those in JSON.
    #[expect(clippy::type_complexity, reason = "two maps that are made in one walk")]
    fn responses(
        &self,
        site: &Site,
        warnings: &mut Vec<Problem>,
    ) -> Result<(BTreeMap<String, Vec<String>>, BTreeMap<String, ResponseSchema>), Problem> {
        let (mut documented, mut schemas) = (BTreeMap::new(), BTreeMap::new());
        let at = format!("{}/responses", site.at);
        let Some((at, all)) = self.at(&at) else { return Ok((documented, schemas)) };
        for status in all.as_object().into_iter().flatten().map(|(status, _)| status) {
            if status.starts_with("x-") {
                continue;
            }
            let key = if status == "default" { status.clone() } else { status.to_uppercase() };
            let (at, _) = match self.must(&pointer::join(&at, status)) {
                Ok(found) => found,
                Err(problem) if !self.lenient => return Err(problem),
                Err(problem) => {
                    warnings.push(problem);
                    documented.insert(key, Vec::new());
                    continue;
                }
            };
            let content = self.at(&format!("{at}/content"));
            let (content_at, content) =
                content.map_or((String::new(), None), |(at, one)| (at, one.as_object()));
            let mut media = Vec::new();
            for name in content.into_iter().flatten().map(|(name, _)| name) {
                let essence = body::essence(name);
                media.push(essence.clone());
                let schema = format!("{}/schema", pointer::join(&content_at, name));
                if !body::is_json(&essence) || self.value().pointer(&schema).is_none() {
                    continue;
                }
                if let Err(error) = self.excerpts.part(&schema, Direction::Response) {
                    // A declared operation has each of its schemas looked at by `lint`.
                    if self.lenient || !site.declared {
                        warnings.push(self.schema_problem(&error));
                        continue;
                    }
                }
                let further = format!("{key} {essence}");
                let name = if schemas.contains_key(&key) { further } else { key.clone() };
                schemas.insert(name, ResponseSchema::new(Arc::clone(self.excerpts), schema));
            }
            documented.insert(key, media);
        }
        Ok((documented, schemas))
    }

    /// A value that the schema at a pointer allows, as far as can be told without a generator.
    pub(super) fn sample(&self, at: &str) -> Value {
        sample::of(self.value(), at)
    }
}

/// The base path: that of the first server, where it is named without a host. A host is where the API of the document
/// is, which the target's own URL stands for.
fn base(document: &Value) -> String {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    if url.starts_with('/') { url.trim_end_matches('/').to_owned() } else { String::new() }
}
