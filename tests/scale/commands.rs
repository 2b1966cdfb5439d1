//! What the files for schedulers run is run, as their schedulers would.

use crate::support::{Place, Serve, ids};
use crate::{documents, file, texts};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_proofmark");

/// A text in which what Kubernetes fills in is filled in.
fn expanded(text: &str, index: usize) -> String {
    text.replace("$(JOB_COMPLETION_INDEX)", &index.to_string())
}

/// The arguments of a pod's only container, with its volumes at folders of the place.
fn arguments(pod: &Value, index: usize, place: &Place) -> Vec<String> {
    let container = &pod["containers"][0];
    let mounts: Vec<&str> = container["volumeMounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mount| mount["mountPath"].as_str().unwrap())
        .collect();
    let folder = place.path("").display().to_string();
    let moved = |text: String| {
        let under = mounts.iter().find(|mount| text.contains(&format!("{mount}/")));
        under.map_or(text.clone(), |mount| {
            text.replacen(*mount, &format!("{}{mount}", folder.trim_end_matches('/')), 1)
        })
    };
    texts(&container["args"]).iter().map(|text| moved(expanded(text, index))).collect()
}

fn call(place: &Place, arguments: &[String]) -> Output {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    place.command(&words).output().unwrap()
}

fn said(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

#[test]
fn the_shards_of_kubernetes_are_merged_to_the_whole() {
    let place = Place::new();
    let wallet = Serve::start(&place, "--fault key-trimmed");
    std::fs::create_dir_all(place.path("etc")).unwrap();
    std::fs::rename(place.path("conf"), place.path("etc/proofmark")).unwrap();
    std::fs::create_dir(place.path("reports")).unwrap();
    let manifest = documents("docs/ci/kubernetes-shards.yaml");
    let [job, merge] = manifest.as_slice() else { panic!("two jobs") };
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    let completions = usize::try_from(job["spec"]["completions"].as_u64().unwrap()).unwrap();
    let pod = &job["spec"]["template"]["spec"];
    let mut codes = Vec::new();
    for index in 0..completions {
        let done = call(&place, &arguments(pod, index, &place));
        assert!(matches!(done.status.code(), Some(0 | 1)), "{}", said(&done));
        codes.push(done.status.code());
        let name = format!("reports/shard-{index}.json");
        assert_eq!(place.json(&name)["shard"], format!("{}/{completions}", index + 1));
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(1)), "{codes:?}");
    let done = call(&place, &arguments(&merge["spec"]["template"]["spec"], 0, &place));
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let report = place.json("reports/report.json");
    let all: Vec<Value> = serde_json::from_str(&place.run("list --format json").exit(0).out).unwrap();
    assert_eq!(report["cases"].as_array().unwrap().len(), all.len());
    assert!(ids(&report, "fail").contains(&"sendInbox/idempotency/key-trailing-space".to_owned()));
    assert!(place.read("reports/report.html").contains("</html>"));
    drop(wallet);
}

#[test]
fn each_target_of_kubernetes_has_its_own_report_and_snapshot() {
    let place = Place::new();
    let manifest = documents("docs/ci/kubernetes.yaml");
    let of =
        |kind: &str| manifest.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"));
    let data = of("ConfigMap")["data"].as_object().unwrap();
    let job = &of("CronJob")["spec"]["jobTemplate"]["spec"];
    assert_eq!(job["completionMode"], "Indexed");
    assert_eq!(job["completions"], data.len());
    std::fs::create_dir_all(place.path("targets")).unwrap();
    std::fs::create_dir(place.path("reports")).unwrap();
    // One wallet stands for all targets; the second one is broken.
    let (sound, broken) = (Serve::start(&place, ""), Serve::start(&place, "--fault key-trimmed"));
    for (name, text) in data {
        let index = name.strip_suffix(".toml").expect("N.toml");
        let url = if index == "1" { &broken.url } else { &sound.url };
        let text = text.as_str().unwrap();
        let old = text.lines().find_map(|line| line.strip_prefix("url = \"")).unwrap().trim_end_matches('"');
        let own = text.replace(old, url).replace("dialect = \"qi\"\n", "");
        let own = own.replace("TEST_CLIENT", "PROOFMARK_DEMO");
        place.write(
            &format!("targets/{name}"),
            format!("{own}\n[template]\ncode = \"MINI_APP_COMMON_INBOX\"\n"),
        );
        std::fs::copy(place.path("conf/client.pem"), place.path(&format!("targets/{index}.client.pem")))
            .unwrap();
        place.write(&format!("targets/{index}.token"), "demo-token-valid\n");
    }
    let pod = &job["template"]["spec"];
    let night = || -> Vec<Option<i32>> {
        let run = |index| {
            let mut words = arguments(pod, index, &place);
            words.extend(["--only", "*/idempotency/key-*"].map(str::to_owned));
            call(&place, &words).status.code()
        };
        (0..data.len()).map(run).collect()
    };
    assert_eq!(night(), [Some(0), Some(1), Some(0)], "the first night tells what is broken");
    assert_eq!(place.json("reports/1.json")["verdict"], "fails");
    assert_eq!(place.json("reports/2.json")["verdict"], "conforms");
    for index in 0..data.len() {
        assert!(place.path(&format!("reports/{index}.snap")).is_file(), "{index}");
    }
}

/// The step of the action that judges, run as its runner would: each input by its default or as given.
fn act(place: &Place, given: &[(&str, &str)]) -> (Output, BTreeMap<String, String>) {
    let action = &documents("action.yml")[0];
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == "judge").expect("a step that judges");
    let given: BTreeMap<&str, &str> = given.iter().copied().collect();
    for name in given.keys() {
        assert!(action["inputs"][name].is_object(), "no input {name}");
    }
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
    command.current_dir(place.path("")).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    for (name, value) in step["env"].as_object().unwrap() {
        let input =
            value.as_str().unwrap().strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
        if let Some(input) = input {
            let default =
                action["inputs"][input]["default"].as_str().unwrap_or_else(|| panic!("no input {input}"));
            command.env(name, given.get(input).copied().unwrap_or(default));
        } else {
            assert_eq!(
                (name.as_str(), value),
                ("BUILT", &Value::from("${{ runner.temp }}/proofmark/bin/proofmark"))
            );
            command.env(name, BINARY);
        }
    }
    place.write("output", "");
    place.write("summary", "");
    command.env("GITHUB_OUTPUT", place.path("output")).env("GITHUB_STEP_SUMMARY", place.path("summary"));
    let done = command.output().unwrap();
    let outputs = place.read("output");
    let outputs =
        outputs.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned()));
    let outputs: BTreeMap<String, String> = outputs.collect();
    for (name, output) in action["outputs"].as_object().unwrap() {
        assert_eq!(output["value"], format!("${{{{ steps.judge.outputs.{name} }}}}"));
        assert!(outputs.contains_key(name), "{name} is not told: {}", said(&done));
    }
    (done, outputs)
}

#[test]
fn the_action_judges_and_tells_its_job() {
    let place = Place::new();
    let (done, outputs) = act(&place, &[("arguments", "--only */idempotency/key-*")]);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!((outputs["verdict"].as_str(), outputs["exit-code"].as_str()), ("conforms", "0"));
    assert!(place.read("summary").contains("conforms"), "{}", place.read("summary"));
    for format in ["json", "xml", "html", "md"] {
        assert!(place.path(&format!("{}/report.{format}", outputs["reports"])).is_file(), "{format}");
    }
    let more = "--fault key-trimmed --only */idempotency/key-*";
    let (done, outputs) =
        act(&place, &[("arguments", more), ("summary", "false"), ("reports", "a folder/b")]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert_eq!((outputs["verdict"].as_str(), outputs["exit-code"].as_str()), ("fails", "1"));
    assert_eq!(place.read("summary"), "");
    assert!(place.path("a folder/b/report.json").is_file());
    let (done, outputs) = act(&place, &[("target", "no url")]);
    assert_eq!((done.status.code(), outputs["verdict"].as_str()), (Some(2), "none"), "{}", said(&done));
}

#[test]
fn the_action_takes_nothing_for_script() {
    let place = Place::new();
    for input in
        ["target", "config", "profile", "dialect", "shard", "snapshot", "suite", "arguments", "merge", "seed"]
    {
        let (done, _) = act(&place, &[(input, "$(touch hacked) `touch hacked`; touch hacked")]);
        // As the name of a snapshot it is as good as any other.
        assert_eq!(done.status.success(), input == "snapshot", "{input}: {}", said(&done));
        assert!(!place.path("hacked").exists(), "{input}");
    }
}

#[test]
fn the_matrix_of_the_workflow_is_merged_by_its_last_job() {
    let place = Place::new();
    let workflow = &documents("docs/ci/github.yml")[0];
    let shards = workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"].as_array().unwrap();
    let judge = workflow["jobs"]["shard"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["id"] == "judge")
        .unwrap();
    for shard in shards {
        let told =
            judge["with"]["shard"].as_str().unwrap().replace("${{ matrix.shard }}", &shard.to_string());
        assert_eq!(told, format!("{shard}/{}", shards.len()));
        let (done, _) = act(&place, &[("shard", &told), ("summary", "false"), ("reports", "shards")]);
        assert!(done.status.success(), "{}", said(&done));
    }
    let merge = &workflow["jobs"]["report"]["steps"][2]["with"]["merge"];
    let (done, outputs) = act(&place, &[("merge", merge.as_str().unwrap())]);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(outputs["verdict"], "conforms");
    let report = place.json("proofmark-reports/report.json");
    assert_eq!(report["shard"], Value::Null);
    assert!(report["totals"]["pass"].as_u64().unwrap() > 300);
}

#[test]
fn the_jobs_of_gitlab_judge_and_merge() {
    let place = Place::new();
    let pipeline = &documents("docs/ci/gitlab.yml")[0];
    std::fs::create_dir(place.path("bin")).unwrap();
    std::os::unix::fs::symlink(BINARY, place.path("bin/proofmark")).unwrap();
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    let script = |job: &str, variables: &[(&str, String)]| {
        let lines = texts(&pipeline[job]["script"]).join("\n");
        let mut command = Command::new("sh");
        command.args(["-ec", &lines]).current_dir(place.path("")).env_clear().env("PATH", &path);
        command.envs(variables.iter().map(|(name, value)| (*name, value))).output().unwrap()
    };
    let total = pipeline["conformance"]["parallel"].as_u64().unwrap();
    for index in 1..=total {
        let variables = [("CI_NODE_INDEX", index.to_string()), ("CI_NODE_TOTAL", total.to_string())];
        let done = script("conformance", &variables);
        assert!(done.status.success(), "{}", said(&done));
    }
    let done = script("conformance-report", &[]);
    assert!(done.status.success(), "{}", said(&done));
    let artifacts = &pipeline["conformance-report"]["artifacts"];
    for name in texts(&artifacts["paths"]) {
        assert!(place.path(&name).is_file(), "{name}");
    }
    assert!(place.read(artifacts["reports"]["junit"].as_str().unwrap()).contains("<testsuites"));
}

#[test]
fn the_workflow_of_this_repository_runs_what_is_there() {
    let workflow = &documents(".github/workflows/ci.yml")[0];
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let command = steps.iter().find_map(|step| step["run"].as_str()).expect("a command");
    assert!(file(command).is_file(), "{command}");
}

/// The commands in a page's blocks for a shell.
fn commands(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(file(page)).unwrap();
    let mut parts = text.split("```sh\n");
    parts.next();
    let blocks = parts.filter_map(|part| part.split("\n```").next());
    blocks.flat_map(str::lines).filter(|line| line.starts_with("proofmark ")).map(str::to_owned).collect()
}

#[test]
fn the_pages_name_commands_and_options_that_exist() {
    let place = Place::new();
    let mut seen = 0;
    for line in ["docs/ci.md", "docs/first-steps.md"].iter().flat_map(|page| commands(page)) {
        let words: Vec<&str> = line.split(' ').take_while(|word| *word != ">").collect();
        let help = place.run(&format!("{} --help", words[1])).exit(0).out;
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "`{line}`: no option {option}");
        }
        seen += 1;
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn the_first_steps_on_the_demo_wallet_lead_to_a_verdict() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    std::fs::rename(place.path("conf"), place.path("demo")).unwrap();
    let lines = commands("docs/first-steps.md");
    let at = lines.iter().position(|line| line.starts_with("proofmark serve")).expect("it serves");
    let init = lines[at + 1].replace("http://127.0.0.1:8080", &wallet.url);
    assert!(init.starts_with("proofmark init"), "{init}");
    place.run(init.trim_start_matches("proofmark ")).exit(0);
    assert_eq!(lines[at + 2], "proofmark run");
    let done = place.run_with("run", &[("WALLET_TOKEN", "demo-token-valid")]).exit(0);
    assert!(done.out.contains("conforms:"), "{}", done.out);
}
