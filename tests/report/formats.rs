use crate::build::{case, every_verdict, exchange, report};
use proofmark::report::format::{Format, ReportTarget, render};
use proofmark::report::model::{FORMAT, Law, Level, Overall, Report, Verdict};
use proofmark::report::terminal::Style;
use proofmark::report::{har, html, json, junit, markdown, terminal};
use serde_json::Value;

const PLAIN: Style = Style { color: false, width: 80, quiet: false };

#[test]
fn terminal_80() {
    assert_text!(terminal::render(&every_verdict(), PLAIN, Some("out/report.json")));
}

#[test]
fn terminal_quiet_without_json() {
    assert_text!(terminal::render(&every_verdict(), Style { quiet: true, ..PLAIN }, None));
}

#[test]
fn terminal_48() {
    assert_text!(terminal::render(&every_verdict(), Style { width: 48, ..PLAIN }, None));
}

#[test]
fn nothing_but_what_is_pasted_is_wider_than_the_terminal() {
    for width in [40, 48, 60, 80, 120] {
        let text = terminal::render(&every_verdict(), Style { width, ..PLAIN }, None);
        for line in
            text.lines().filter(|line| !line.contains("curl") && !line.starts_with(char::is_uppercase))
        {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = terminal::render(&every_verdict(), PLAIN, None);
    let colored = terminal::render(&every_verdict(), Style { color: true, ..PLAIN }, None);
    assert!(!plain.contains('\u{1b}'));
    let mut stripped = String::new();
    for (nth, part) in colored.split("\u{1b}[").enumerate() {
        stripped.push_str(if nth == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped, plain);
}

#[test]
fn where_the_output_is_no_terminal_the_verdict_is_one_line() {
    let text = terminal::render(&every_verdict(), Style { width: usize::MAX, ..PLAIN }, None);
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("fails: 1 pass, 3 fail, 1 warn, "), "{last}");
    assert!(last.ends_with("7 exchanges in 830 ms, seed 42, target http://127.0.0.1:4010"), "{last}");
}

#[test]
fn a_long_answer_is_cut_with_a_note() {
    let mut report = every_verdict();
    let body = "x".repeat(100_000);
    report.cases[2].finding.as_mut().unwrap().minimal = vec![exchange("send", &body, 200, &body)];
    let text = terminal::render(&report, PLAIN, None);
    assert!(text.len() < 20_000 && text.contains("more bytes)"));
}

#[test]
fn markdown_page() {
    assert_text!(markdown::render(&every_verdict()));
}

#[test]
fn markdown_fits_a_step_summary_whatever_the_run() {
    let mut cases = every_verdict().cases;
    let broken = cases[1].clone();
    for nth in 0..5_000 {
        let mut case = broken.clone();
        case.id = format!("{}-{nth}", case.id);
        let finding = case.finding.as_mut().unwrap();
        finding.fingerprint = format!("f{nth}");
        finding.summary = format!("{nth} {}", crate::build::HOSTILE);
        cases.push(case);
    }
    for nth in 0..800 {
        let reason = format!("reason {nth}");
        cases.push(case(&format!("a/{nth}"), Law::Code, Verdict::Skipped, &reason));
    }
    let text = markdown::render(&report(cases));
    assert!(text.len() <= markdown::LIMIT, "{}", text.len());
    assert!(text.starts_with("## proofmark: fails\n") && text.contains("not shown"));
}

#[test]
fn junit_xml() {
    assert_text!(junit::render(&every_verdict()));
}

#[test]
fn a_warning_fails_no_build() {
    let xml = junit::render(&report(every_verdict().cases.into_iter().skip(4).take(1).collect()));
    let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    assert_eq!((read.tests, read.failures, read.errors), (1, 0, 0));
}

fn validate(schema: &Value, report: &Report) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let text = json::to_string(report);
    let value: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn reports_are_what_the_published_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/report.v1.json")).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let mut shard = every_verdict();
    shard.shard = Some("2/3".into());
    shard.seed = u64::MAX;
    shard.target.faults = vec!["lost".into()];
    shard.cases[2].finding.as_mut().unwrap().script = Some(serde_json::json!([{"send": 1}]));
    for report in [every_verdict(), crate::build::hostile(), shard, report(vec![])] {
        validate(&schema, &report);
    }
    let mut wrong: Value = serde_json::from_str(&json::to_string(&every_verdict())).unwrap();
    wrong["cases"][0]["verdict"] = "passed".into();
    assert!(!jsonschema::is_valid(&schema, &wrong));
}

#[test]
fn the_schema_describes_every_field_and_forbids_none() {
    fn walk(value: &Value, at: &str) {
        match value {
            Value::Object(object) => {
                assert!(!object.contains_key("additionalProperties"), "{at}");
                if let Some(Value::Object(properties)) = object.get("properties") {
                    for (name, property) in properties {
                        assert!(property.get("description").is_some(), "{at}/{name}");
                    }
                }
                object.iter().for_each(|(name, inner)| walk(inner, &format!("{at}/{name}")));
            }
            Value::Array(items) => items.iter().for_each(|inner| walk(inner, at)),
            _ => {}
        }
    }
    walk(&serde_json::from_str(include_str!("../../schemas/report.v1.json")).unwrap(), "");
    walk(&serde_json::from_str(include_str!("../../schemas/journal.v1.json")).unwrap(), "");
}

#[test]
fn json_reads_back_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let report = crate::build::hostile();
    let text = json::to_string(&report);
    assert!(text.starts_with("{\n  \"format\": \"proofmark.report/1\"") && text.ends_with("}\n"));
    std::fs::write(&path, text).unwrap();
    assert_eq!(json::read(&path).unwrap(), report);
}

#[test]
fn what_is_no_report_is_refused_by_name() {
    let good = json::to_string(&every_verdict());
    let message = |text: &str| json::parse(text.as_bytes(), "r.json".as_ref()).unwrap_err().to_string();
    assert_text!(
        [
            json::read("no/such/file.json").unwrap_err().to_string(),
            message("{\n  \"format\": "),
            message("[]"),
            message(&good.replace(FORMAT, "proofmark.report/2")),
            message(&good.replacen("\"verdict\": \"pass\"", "\"verdict\": \"passed\"", 1)),
        ]
        .join("\n")
    );
}

#[test]
fn har_has_what_the_format_requires() {
    let report = every_verdict();
    let archive: Value =
        serde_json::from_str(&har::render(&report, har::minimal_exchanges(&report))).unwrap();
    let log = &archive["log"];
    assert_eq!((log["version"].as_str(), log["creator"]["name"].as_str()), (Some("1.2"), Some("proofmark")));
    assert_eq!(log["pages"].as_array().unwrap().len(), 4);
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 6);
    for entry in entries {
        for field in ["startedDateTime", "time", "request", "response", "cache", "timings"] {
            assert!(!entry[field].is_null(), "{field}");
        }
        for field in
            ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"]
        {
            assert!(!entry["request"][field].is_null(), "{field}");
        }
        for field in [
            "status",
            "statusText",
            "httpVersion",
            "cookies",
            "headers",
            "content",
            "redirectURL",
            "bodySize",
        ] {
            assert!(!entry["response"][field].is_null(), "{field}");
        }
        let timings = &entry["timings"];
        let sum: u64 = ["send", "wait", "receive"].iter().map(|part| timings[part].as_u64().unwrap()).sum();
        assert_eq!(entry["time"].as_u64(), Some(sum));
        assert_eq!(entry["startedDateTime"], "2026-11-25T03:00:01.750Z");
        assert_eq!(entry["request"]["queryString"], serde_json::json!([{"name": "dry", "value": "1"}]));
        assert!(log["pages"].as_array().unwrap().iter().any(|page| page["id"] == entry["pageref"]));
    }
    assert_eq!(entries[1]["response"]["status"], 0);
    assert_eq!(entries[2]["response"]["content"]["encoding"], "base64");
    assert_eq!(entries[2]["response"]["content"]["size"], 4);
    assert_eq!(entries[2]["request"]["bodySize"], 2);
}

#[test]
fn every_format_is_reached_by_its_name() {
    for format in Format::ALL {
        let target: ReportTarget = format!("{}=a=b.out", format.as_str()).parse().unwrap();
        assert_eq!((target.format, target.path), (format, "a=b.out".into()));
        // A journal is written by a run, and a report holds nothing of it.
        assert_eq!(render(format, &every_verdict()).is_empty(), format == Format::Ndjson);
    }
    let errors: Vec<String> = ["json", "pdf=x", "json=", "json=-"]
        .map(|given| given.parse::<ReportTarget>().unwrap_err().to_string())
        .into();
    assert_text!(errors.join("\n"));
}

#[test]
fn the_verdict_on_the_whole_is_that_of_the_musts() {
    let of = |verdict, level| {
        let mut case = case("a", Law::Code, verdict, "");
        case.level = level;
        Overall::of(&[case])
    };
    assert_eq!(of(Verdict::Pass, Level::Must), Overall::Conforms);
    assert_eq!(of(Verdict::Pass, Level::Should), Overall::Undecided);
    assert_eq!(of(Verdict::Inconclusive, Level::Must), Overall::Undecided);
    assert_eq!(of(Verdict::Error, Level::Must), Overall::Undecided);
    assert_eq!(of(Verdict::Fail, Level::Must), Overall::Fails);
    assert_eq!(Overall::of(&[]), Overall::Undecided);
}

/// Written for eyes and browsers: `PROOFMARK_HTML=FILE cargo test --test report`.
#[test]
fn html_is_one_file_under_a_strict_policy() {
    let page = html::render(&every_verdict());
    if let Some(path) = std::env::var_os("PROOFMARK_HTML") {
        std::fs::write(path, &page).unwrap();
    }
    let policy =
        page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
    for outside in ["<link", "<img", "<iframe", "@import", "url(", " style=", " src="] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn a_run_that_holds_and_one_that_decides_nothing_say_so() {
    let held = report(vec![case("a", Law::Code, Verdict::Pass, "held")]);
    let text = terminal::render(&held, PLAIN, None);
    assert!(text.contains("\nconforms: 1 pass; 1 exchange in "), "{text}");
    let open = report(vec![case("a", Law::Code, Verdict::Skipped, "no key")]);
    let text = terminal::render(&open, Style { quiet: true, ..PLAIN }, None);
    assert!(text.starts_with("undecided: 1 skipped; 0 exchanges in "), "{text}");
    assert!(terminal::render(&report(vec![]), PLAIN, None).contains("undecided: no case; "));
}

#[test]
fn a_broken_case_without_a_finding_still_says_why() {
    let report = report(vec![case("a/b", Law::Code, Verdict::Fail, "it broke")]);
    for format in [Format::Junit, Format::Html, Format::Markdown] {
        assert!(render(format, &report).contains("it broke"), "{format:?}");
    }
    assert!(terminal::render(&report, PLAIN, None).contains("it broke"));
}

#[test]
fn a_command_is_shown_as_it_is_pasted() {
    let mut report = every_verdict();
    let shown = |report: &Report| terminal::render(report, PLAIN, None);
    let mut with = |curl: &str| {
        report.cases[2].finding.as_mut().unwrap().minimal[0].curl = curl.into();
        shown(&report)
    };
    assert!(with("curl \\\n-d x").contains("\n    curl \\\n    -d x\n"));
    assert!(with("curl -d '{\n \"a\": 1}'").contains("\ncurl -d '{\n \"a\": 1}'\n"));
    let escaped = with("curl -d '\u{0}\nfails: x'");
    assert!(escaped.contains("\n    curl -d '\\u{0}\n    fails: x'\n") && escaped.contains("replay it"));
}

/// A schema that others wrote, where `.ci/run` or `just schemas` has put it; it is not ours to keep here. Where
/// `PROOFMARK_SCHEMAS` says that they were fetched, they have to be there.
fn fetched(name: &str) -> Option<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas").join(name);
    let text = std::fs::read_to_string(&path).ok();
    assert!(
        text.is_some() || std::env::var_os("PROOFMARK_SCHEMAS").is_none(),
        "{} is missing",
        path.display()
    );
    if text.is_none() {
        eprintln!("not checked: there is no {}", path.display());
    }
    text
}

#[test]
fn ctrf_has_what_its_schema_requires() {
    let Some(schema) = fetched("ctrf.schema.json") else { return };
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for report in [every_verdict(), crate::build::hostile(), report(vec![])] {
        let value: Value = serde_json::from_str(&render(Format::Ctrf, &report)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let summary = &value["results"]["summary"];
        assert_eq!(summary["tests"].as_u64(), Some(report.cases.len() as u64));
        assert_eq!(summary["failed"].as_u64(), Some(report.totals.fail as u64));
    }
}

/// `xmllint` where it is installed.
fn xmllint(schema: &std::path::Path, xml: &str) -> Option<(bool, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("junit.xml");
    std::fs::write(&file, xml).unwrap();
    let mut command = std::process::Command::new("xmllint");
    let done = command.arg("--noout").arg("--schema").arg(schema).arg(&file).output();
    if done.is_err() {
        assert!(std::env::var_os("PROOFMARK_SCHEMAS").is_none(), "xmllint is missing");
        eprintln!("not checked: there is no xmllint");
    }
    let done = done.ok()?;
    Some((done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned()))
}

#[test]
fn junit_is_what_jenkins_reads() {
    if fetched("junit-10.xsd").is_none() {
        return;
    }
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas/junit-10.xsd");
    for report in [every_verdict(), crate::build::hostile(), report(vec![])] {
        let Some((valid, said)) = xmllint(&schema, &junit::render(&report)) else { return };
        assert!(valid, "{said}");
    }
    // The validator is one that notices.
    let wrong = junit::render(&every_verdict()).replacen("<testsuite ", "<testsuite surprise=\"1\" ", 1);
    assert!(!xmllint(&schema, &wrong).unwrap().0);
}

#[test]
fn sarif_is_what_its_schema_says() {
    use proofmark::report::model::Source;
    let Some(schema) = fetched("sarif.schema.json") else { return };
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // A pattern with a bracket too many, which ECMA 262 takes outside of its Unicode mode only; we write no language.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut hostile = crate::build::hostile();
    let mut plain = every_verdict();
    for case in hostile.cases.iter_mut().chain(&mut plain.cases) {
        let file = format!("contracts/my shop {}.yaml", case.operation);
        case.source = case.finding.as_ref().map(|_| Source { file, line: 7, pointer: "/paths".into() });
    }
    for report in [plain, hostile, report(vec![])] {
        let value: Value = serde_json::from_str(&render(Format::Sarif, &report)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        for result in value["runs"][0]["results"].as_array().unwrap() {
            assert!(result["partialFingerprints"]["proofmark/v1"].is_string());
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("contracts/my%20shop%20"));
        }
    }
}
