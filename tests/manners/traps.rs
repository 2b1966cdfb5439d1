//! Only the configured host is contacted, whatever a target or the environment says.

use crate::support::{Place, Serve};
use crate::trap::{Lure, Traps};

/// Environment variables that other clients take a proxy from.
const VARIABLES: [&str; 8] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "CARGO_HTTP_PROXY",
    "SOCKS_PROXY",
];

fn proxies(trap: &str) -> Vec<(&'static str, String)> {
    VARIABLES.iter().map(|name| (*name, format!("http://{trap}"))).collect()
}

#[test]
fn an_answer_leads_nowhere_else() {
    let (place, traps) = (Place::new(), Traps::set());
    let serve = Serve::start(&place, "");
    for http in ["1.1", "2"] {
        let lure = Lure::start(&traps);
        let toml = place.read("conf/proofmark.toml").replace(&serve.url, &lure.url);
        let toml = toml.replacen("[target]", &format!("[target]\nhttp = \"{http}\""), 1);
        place.write("conf/p.toml", toml);
        for line in
            ["run --config conf/p.toml --report json=r.json", "probe --config conf/p.toml --output o.toml"]
        {
            place.run(line);
        }
        traps.are_empty();
        if http == "1.1" {
            lure.tried_all();
            // A finding that is sent again goes to the same place.
            let report = place.json("r.json");
            let broken = crate::support::ids(&report, "fail");
            assert!(broken.len() > 20, "{broken:?}");
            for id in broken.iter().take(5) {
                place.run(&format!("replay r.json {id} --config conf/p.toml"));
            }
            traps.are_empty();
        }
    }
}

#[test]
fn the_environment_names_no_proxy() {
    let (place, traps) = (Place::new(), Traps::set());
    let serve = Serve::start(&place, "");
    let line = "run --config conf/proofmark.toml --only sendInbox/header/* --only *-one-effect";
    let mut variables = proxies(&traps.addresses[1]);
    let with = |variables: &[(&str, String)]| {
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        place.run_with(line, &variables).exit(0);
    };
    with(&variables);
    // Not even where it says which hosts to reach without.
    variables.push(("NO_PROXY", String::new()));
    variables.push(("no_proxy", "example.test".to_owned()));
    with(&variables);
    traps.are_empty();
    drop(serve);
}

/// Probes and sources of credentials are asked where the configuration says, and nowhere else.
#[test]
fn what_is_asked_beside_the_target_leads_nowhere_else() {
    let (place, traps) = (Place::new(), Traps::set());
    let serve = Serve::start(&place, "");
    let lure = Lure::start(&traps);
    let toml = place.read("conf/proofmark.toml");
    let old = toml.lines().find(|line| line.starts_with("inbox = ")).unwrap();
    let probe = format!("inbox = \"{}/count?requestId={{requestId}}\"", lure.url);
    place.write("conf/p.toml", toml.replacen(old, &probe, 1));
    place.run("run --config conf/p.toml --only sendInbox/idempotency/* --samples 1");
    let valid = toml.lines().find(|line| line.starts_with("valid = ")).unwrap();
    let supply = format!("valid = {{ url = \"{}/token\" }}", lure.url);
    place.write("conf/p.toml", toml.replacen(valid, &supply, 1));
    place.run("run --config conf/p.toml --only sendInbox/header/* --samples 1");
    traps.are_empty();
    drop(serve);
}

/// Hosts that a contract names are places of its author's, not of who runs it.
#[test]
fn a_contract_names_no_host() {
    let (place, traps) = (Place::new(), Traps::set());
    let lure = Lure::start(&traps);
    let trap = &traps.addresses[1];
    let document = format!(
        r#"{{"openapi":"3.1.0","info":{{"title":"T","version":"1"}},
        "servers":[{{"url":"http://{trap}/base"}},{{"url":"http://{{host}}/","variables":{{"host":{{"default":"{trap}"}}}}}}],
        "externalDocs":{{"url":"http://{trap}/docs"}},
        "jsonSchemaDialect":"http://{trap}/dialect",
        "paths":{{"/things":{{"servers":[{{"url":"http://{trap}/other"}}],"post":{{"operationId":"make",
          "servers":[{{"url":"http://{trap}/third"}}],
          "requestBody":{{"content":{{"application/json":{{"schema":{{"$id":"http://{trap}/schema","type":"object",
            "required":["name"],"properties":{{"name":{{"type":"string","maxLength":9}}}}}}}}}}}},
          "responses":{{"201":{{"description":"made"}},"400":{{"description":"refused"}}}},
          "callbacks":{{"done":{{"http://{trap}/done":{{"post":{{"responses":{{"200":{{"description":"ok"}}}}}}}}}}}}}}}}}},
        "webhooks":{{"made":{{"post":{{"responses":{{"200":{{"description":"ok"}}}}}}}}}}}}"#
    );
    place.write("api.json", &document);
    let refers = document.replace(
        r#"{"type":"string","maxLength":9}"#,
        &format!(r#"{{"$ref":"http://{trap}/name.json#/name"}}"#),
    );
    place.write("refers.json", refers);
    for name in ["api.json", "refers.json"] {
        place.run(&format!("lint {name}"));
        let done = place.run(&format!("run --contract {name} --target {}", lure.url));
        assert!(matches!(done.code, Some(0..=3)), "{}", done.all());
    }
    traps.are_empty();
}
