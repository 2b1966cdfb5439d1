//! What a report was judged by: contract, dialect, cases and tool, each named with its digest.

use super::digest::sha256;
use super::statement::Descriptor;
use crate::case::suite::{Suite, builtin_cases};
use crate::contract::dialect::{DEFAULT, Dialect};
use crate::contract::suites;
use serde_json::json;

/// Contract, dialect, case files and the suite as a whole, in this order. Built-in files have their names in the
/// repository and the digests of their bytes; `files` are case files that were named in place of them.
pub fn of(suite: &Suite, files: &[(String, String)]) -> Vec<Descriptor> {
    let contract = &suite.contract;
    let about = |role: &str| vec![("role".to_owned(), json!(role))];
    let titled = || {
        let mut notes = about("contract");
        notes.push(("title".to_owned(), json!(contract.title)));
        notes.push(("version".to_owned(), json!(contract.version)));
        notes
    };
    let builtin = suites::documents().into_iter().filter(|(_, text)| contract.text.contains(text));
    let mut all: Vec<Descriptor> =
        builtin.map(|(name, text)| Descriptor::new(&name, &sha256(text.as_bytes()), titled())).collect();
    if all.is_empty() {
        all.push(Descriptor::new(&contract.title, &sha256(contract.text.as_bytes()), titled()));
    }
    let dialect = contract.dialect.as_deref().filter(|name| *name != DEFAULT);
    if let Some(dialect) = dialect.and_then(|name| Dialect::builtin(name).ok()) {
        let name = format!("schemas/dialects/{}.yaml", dialect.id);
        all.push(Descriptor::new(&name, &sha256(dialect.text().as_bytes()), about("dialect")));
    }
    if files.is_empty() {
        let cases = builtin_cases(contract).into_iter();
        all.extend(
            cases.map(|(name, text)| Descriptor::new(&name, &sha256(text.as_bytes()), about("cases"))),
        );
    } else {
        let cases = files.iter();
        all.extend(cases.map(|(name, text)| Descriptor::new(name, &sha256(text.as_bytes()), about("cases"))));
    }
    let digest = suite.digest.split_once(':').unwrap_or(("blake3", &suite.digest));
    all.push(Descriptor {
        digest: [(digest.0.to_owned(), digest.1.to_owned())].into(),
        ..Descriptor::new(&contract.title, "", about("suite"))
    });
    all
}

/// The tool that attests, by the bytes of its program.
pub fn tool(program: &[u8]) -> Descriptor {
    let notes =
        vec![("role".to_owned(), json!("tool")), ("version".to_owned(), json!(env!("CARGO_PKG_VERSION")))];
    Descriptor::new("proofmark", &sha256(program), notes)
}
