//! The files that schedulers read are what their official schemas and linters say. `.ci/tools` installs these; where
//! one is missing, its check says that it was skipped.

use crate::support::has_tool;
use crate::{documents, file, texts};
use serde_json::Value;
use std::process::Command;

/// Runs a checker on files of this repository.
#[track_caller]
fn check(tool: &str, options: &[&str], files: &[&str]) {
    if !has_tool(tool, "--version") {
        return;
    }
    let done = Command::new(tool).args(options).args(files.iter().map(|name| file(name))).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{tool} {files:?}: {said}");
}

const KUBERNETES: [&str; 2] = ["docs/ci/kubernetes.yaml", "docs/ci/kubernetes-shards.yaml"];

#[test]
fn the_action_and_the_workflows_are_valid() {
    check("check-jsonschema", &["--builtin-schema", "vendor.github-actions"], &["action.yml"]);
    let workflows = ["docs/ci/github.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"];
    check("check-jsonschema", &["--builtin-schema", "vendor.github-workflows"], &workflows);
}

#[test]
fn the_gitlab_template_is_valid() {
    let options = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
    check("check-jsonschema", &options, &["docs/ci/gitlab.yml"]);
}

#[test]
fn the_kubernetes_manifests_are_valid() {
    // The first version in which all that they use is stable, and a late one.
    for version in ["1.33", "1.36"] {
        check("kubernetes-validate", &["--strict", "--kubernetes-version", version], &KUBERNETES);
    }
}

#[test]
fn the_dockerfile_is_free_of_findings() {
    check("hadolint", &[], &["Dockerfile"]);
}

#[test]
fn the_scripts_of_the_action_and_of_a_release_are_free_of_findings() {
    if !has_tool("shellcheck", "--version") {
        return;
    }
    let (action, release) = (&documents("action.yml")[0], &documents(".github/workflows/release.yml")[0]);
    let jobs = release["jobs"].as_object().unwrap().values().flat_map(|job| job["steps"].as_array().unwrap());
    let steps = action["runs"]["steps"].as_array().unwrap().iter().chain(jobs);
    let scripts: Vec<&str> = steps.filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(scripts.len(), 3 + 6);
    for script in scripts {
        // What an expression holds would be read as script.
        assert!(!script.contains("${{"), "{script}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("step.sh");
        std::fs::write(&path, format!("#!/usr/bin/env bash\n{script}")).unwrap();
        let done = Command::new("shellcheck").arg(&path).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

/// Every pod of the manifests.
fn pods() -> Vec<Value> {
    let all = KUBERNETES.iter().flat_map(|name| documents(name));
    let pods = all.filter_map(|document| match document["kind"].as_str() {
        Some("Job") => Some(document["spec"]["template"]["spec"].clone()),
        Some("CronJob") => Some(document["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()),
        _ => None,
    });
    pods.collect()
}

#[test]
fn no_pod_is_root_or_writes_into_its_image() {
    let pods = pods();
    assert_eq!(pods.len(), 3);
    for pod in pods {
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        assert!(pod["securityContext"]["runAsUser"].as_u64() > Some(0));
        assert_eq!(pod["automountServiceAccountToken"], false);
        for container in pod["containers"].as_array().unwrap() {
            let security = &container["securityContext"];
            assert_eq!(security["readOnlyRootFilesystem"], true);
            assert_eq!(security["allowPrivilegeEscalation"], false);
            assert_eq!(texts(&security["capabilities"]["drop"]), ["ALL"]);
            assert!(container["command"].is_null(), "the image has an entry point and no shell");
        }
    }
}

#[test]
fn the_image_is_not_root_and_its_last_stage_has_no_shell() {
    let text = std::fs::read_to_string(file("Dockerfile")).unwrap();
    let last = text.split("\nFROM ").last().unwrap();
    assert!(last.starts_with("gcr.io/distroless/static"), "{last}");
    let user = last.lines().find_map(|line| line.strip_prefix("USER ")).expect("a user");
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    assert!(last.contains("ENTRYPOINT [\"/usr/local/bin/proofmark\"]"), "{last}");
    let pod = &pods()[0];
    assert_eq!(pod["securityContext"]["runAsUser"].to_string(), user.split(':').next().unwrap());
}

#[test]
fn what_the_image_is_built_of_is_enough_for_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let ignore = std::fs::read_to_string(file(".dockerignore")).unwrap();
    let kept: Vec<&str> = ignore.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert!(ignore.lines().any(|line| line == "*") && kept.len() > 5, "{kept:?}");
    for name in kept {
        let to = folder.path().join(name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        let done = Command::new("cp").arg("-r").arg(file(name)).arg(&to).status().unwrap();
        assert!(done.success(), "{name}");
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--locked", "--format-version", "1"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    // Whatever the sources take in at build time.
    for part in ["schemas/sendInbox.v1.yaml", "cases", "README.md", "src/reference/keys/client.pem"] {
        assert!(folder.path().join(part).exists(), "{part}");
    }
}
