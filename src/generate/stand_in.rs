//! Schemas that have no normal form, by way of ones that have.
//!
//! The canonicaliser keeps a document as it is where it holds something that is not modelled. Then it is
//! rewritten until there is a normal form to generate from. What comes out is filtered by the document
//! as it was, so that a rewriting has to be near, not right.

use super::{domain, far, rewrite, unevaluated};
use crate::schema::canonical::{Normal, Shape};
use crate::schema::{Formats, Oracle};
use serde_json::Value;

/// How many places are rewritten that the canonicaliser says it fails at.
const PLACES: usize = 64;
/// How many ways through the alternatives of a document that branches too much are tried.
const WAYS: u64 = 6;
/// How many values of a document without its combinations are looked at one by one.
const FEW: usize = 4_096;

/// A schema read for generation.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// Normal forms that between them say what the schema does, or something near it.
    pub(crate) normals: Vec<Normal>,
    /// Whether it is just that; otherwise values have to be filtered.
    pub(crate) exact: bool,
    /// All values, where they are few and there is no normal form.
    pub(crate) listed: Option<Vec<Value>>,
}

impl Reading {
    /// The normal form of the schema, or of what can stand in for it. The error is one sentence.
    pub(crate) fn new(schema: &Value, formats: Formats) -> Result<Self, String> {
        let normal = Normal::of(schema, formats)?;
        if fault(&normal) == Fault::None {
            return Ok(Self { normals: vec![normal], exact: true, listed: None });
        }
        let mut reading = stand_ins(schema, formats);
        if reading.normals.is_empty() && reading.listed.is_none() {
            reading = Self { normals: vec![normal], exact: true, listed: None };
        }
        Ok(reading)
    }
}

fn stand_ins(schema: &Value, formats: Formats) -> Reading {
    let near = |normals: Vec<Normal>| Reading { normals, exact: false, listed: None };
    let modelled =
        |schema: &Value| Normal::of(schema, formats).ok().filter(|normal| fault(normal) == Fault::None);
    let mut rewritten = schema.clone();
    // What can be said without loss comes first.
    let mut lost = false;
    rewrite::every(&mut rewritten, &mut |node| lost |= far::split(node));
    unevaluated::settle_dynamic_references(&mut rewritten);
    // Without what combines, there may be so few values that each can be looked at.
    let mut wide = rewritten.clone();
    rewrite::every(&mut wide, &mut rewrite::uncombine);
    let all = modelled(&wide).filter(|_| !lost).and_then(|normal| domain::list(&normal, formats, FEW));
    if let (Some(mut values), Ok(oracle)) = (all, Oracle::new(schema, formats)) {
        values.retain(|value| oracle.is_valid(value));
        return Reading { normals: Vec::new(), exact: true, listed: Some(values) };
    }
    if rewritten != *schema
        && let Some(normal) = modelled(&rewritten)
    {
        return Reading { normals: vec![normal], exact: !lost, listed: None };
    }
    unevaluated::spell_out(&mut rewritten);
    for _ in 0..PLACES {
        let Ok(normal) = Normal::of(&rewritten, formats) else { break };
        match fault(&normal) {
            Fault::None => return near(vec![normal]),
            Fault::At(place) if rewrite::relax(&mut rewritten, &place) => {}
            _ => break,
        }
    }
    let ways = (0..WAYS).filter_map(|way| {
        let mut chosen = rewritten.clone();
        rewrite::choose(&mut chosen, way);
        modelled(&chosen)
    });
    near(ways.collect())
}

/// Whether there is a normal form, and if not where it failed.
#[derive(PartialEq, Eq)]
enum Fault {
    None,
    At(String),
    Somewhere,
}

fn fault(normal: &Normal) -> Fault {
    match normal.shape() {
        Shape::Opaque { pointer, .. } => pointer.map_or(Fault::Somewhere, Fault::At),
        _ => Fault::None,
    }
}
