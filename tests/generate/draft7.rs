//! The official suite of draft 7.

use proofmark::generate::{Generator, draw, seed};
use proofmark::schema::{Dialect, Formats, Reading};
use serde_json::Value;

/// The official suite, where `PROOFMARK_DATA` says it is: 20 valid values for every group of draft 7 that
/// has a valid instance and refers to nothing outside of itself, as a second validator confirms.
#[test]
fn official_suite_of_draft_7() {
    let Ok(data) = std::env::var("PROOFMARK_DATA") else {
        println!("skipped: PROOFMARK_DATA does not name the folder with the official suite");
        return;
    };
    let folder = std::path::Path::new(&data).join("json-schema-test-suite/tests/draft7");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let reading = Reading { dialect: Some(Dialect::Draft7), ..Reading::default() };
    let (mut served, mut outside, mut refused, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for file in files {
        let groups: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for group in groups {
            let name = format!("{} {}", file.file_stem().unwrap().to_string_lossy(), group["description"]);
            let tests = group["tests"].as_array().unwrap();
            if !tests.iter().any(|test| test["valid"] == true) {
                continue;
            }
            if group["schema"].to_string().contains("localhost:1234") && file.ends_with("refRemote.json") {
                outside += 1;
                continue;
            }
            let made = reading.read(&group["schema"], "").map_err(|error| error.to_string());
            let made = made.and_then(|schema| {
                let generator = Generator::new(&schema.value, Formats::Annotated);
                let generator = generator.map_err(|refusal| refusal.to_string())?;
                for test in tests {
                    let said = generator.oracle().is_valid(&test["data"]);
                    if test["valid"] != said {
                        wrong.push(format!("{name}: {} is {said}", test["data"]));
                    }
                }
                let values = generator.valid().and_then(|strategy| {
                    (0..20).map(|index| draw(&strategy, seed(3, &name, index))).collect::<Result<Vec<_>, _>>()
                });
                values.map_err(|refusal| refusal.to_string())
            });
            match made {
                Err(refusal) => refused.push(format!("{name}: {refusal}")),
                Ok(values) => {
                    served += 1;
                    let judge = jsonschema::draft7::options().offline().should_validate_formats(false);
                    let judge = judge.build(&group["schema"]).unwrap();
                    wrong.extend(
                        values
                            .iter()
                            .filter(|value| !judge.is_valid(value))
                            .map(|value| format!("{name}: {value}")),
                    );
                }
            }
        }
    }
    println!("{}", refused.join("\n"));
    println!("draft 7: served {served}, outside {outside}, refused {}, wrong {}", refused.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
