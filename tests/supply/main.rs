//! What a release is made of and who may make it. `.ci/run` has the bill of materials written before the tests, and
//! fetches the schemas of others; where one is missing, its check says that it was skipped.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a file that it needs was not made"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The bill of materials that `.ci/sbom` wrote.
fn bill() -> Option<Value> {
    let Some(path) = std::env::var_os("PROOFMARK_SBOM") else {
        eprintln!("not checked: PROOFMARK_SBOM does not name a bill of materials");
        return None;
    };
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

/// A schema that others wrote, where `.ci/schemas` has put it.
fn schema(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(file("target/schemas").join(format!("{name}.SNAPSHOT.schema.json")));
    assert!(text.is_ok() || std::env::var_os("PROOFMARK_SCHEMAS").is_none(), "{name} is missing");
    serde_json::from_str(&text.ok()?).ok()
}

#[test]
fn the_bill_of_materials_is_what_its_schema_says() {
    let Some(bill) = bill() else { return };
    let Some(((whole, licences), signatures)) = schema("bom-1.5").zip(schema("spdx")).zip(schema("jsf-0.82"))
    else {
        eprintln!("not checked: the schemas of CycloneDX were not fetched");
        return;
    };
    let mut registry = jsonschema::Registry::new();
    // It names the others by their files.
    for (name, part) in [("spdx", licences), ("jsf-0.82", signatures)] {
        registry =
            registry.add(format!("http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json"), part).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let validator = jsonschema::options().offline().with_registry(&registry).build(&whole).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&bill).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = bill;
    wrong["components"][0]["type"] = "surprise".into();
    assert!(!validator.is_valid(&wrong), "the validator is one that notices");
}

#[test]
fn the_bill_of_materials_names_packages_of_the_lock_file_with_licence_and_source() {
    let Some(bill) = bill() else { return };
    let lock: toml::Table = std::fs::read_to_string(file("Cargo.lock")).unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let locked: BTreeSet<(&str, &str)> = packages
        .map(|package| (package["name"].as_str().unwrap(), package["version"].as_str().unwrap()))
        .collect();
    let components = bill["components"].as_array().unwrap();
    assert!(components.len() > 100, "{} components", components.len());
    for component in components {
        let (name, version) = (component["name"].as_str().unwrap(), component["version"].as_str().unwrap());
        assert!(locked.contains(&(name, version)), "{name} {version} is not in Cargo.lock");
        assert_eq!(component["purl"], format!("pkg:cargo/{name}@{version}").as_str());
        assert!(component["licenses"].as_array().is_some_and(|all| !all.is_empty()), "{name} has no licence");
        assert!(component["hashes"].as_array().is_some_and(|all| !all.is_empty()), "{name} has no digest");
    }
    let own = &bill["metadata"]["component"];
    assert_eq!((&own["name"], &own["version"]), (&"proofmark".into(), &env!("CARGO_PKG_VERSION").into()));
    // What only tests need is in no binary.
    assert!(components.iter().all(|component| component["name"] != "boon"));
}

/// The jobs of a workflow, by name.
fn jobs(name: &str) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(file(".github/workflows").join(name)).unwrap();
    let document = proofmark::contract::document::Document::read_text(name, &text).unwrap();
    assert_eq!(document.value["permissions"], serde_json::json!({ "contents": "read" }), "{name}");
    document.value["jobs"].as_object().unwrap().clone().into_iter().collect()
}

#[test]
fn what_builds_a_release_cannot_publish_and_what_publishes_builds_nothing() {
    for (name, job) in jobs("release.yml") {
        let writes = |what: &str| job["permissions"][what] == "write";
        let text = job["steps"].to_string();
        assert_eq!(writes("contents"), name == "publish", "{name}");
        assert_eq!(writes("attestations") && writes("id-token"), name == "build", "{name}");
        assert_eq!(text.contains("cargo build --locked"), name == "build", "{name}");
        assert_eq!(text.contains("gh release create"), name == "publish", "{name}");
    }
    for (name, job) in jobs("ci.yml") {
        assert_eq!(job["permissions"], Value::Null, "{name} has more than to read");
    }
}

#[test]
fn nothing_is_licensed_banned_or_skipped_without_a_reason() {
    let rules: toml::Table = std::fs::read_to_string(file("deny.toml")).unwrap().parse().unwrap();
    for list in ["deny", "skip"] {
        for entry in rules["bans"][list].as_array().unwrap() {
            assert!(
                entry.get("reason").is_some_and(|reason| !reason.as_str().unwrap().is_empty()),
                "{entry}"
            );
        }
    }
    assert_eq!(rules["bans"]["multiple-versions"].as_str(), Some("deny"));
    assert_eq!(rules["sources"]["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(rules["sources"]["unknown-git"].as_str(), Some("deny"));
}
