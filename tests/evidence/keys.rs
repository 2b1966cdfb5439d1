//! Keys: those of OpenSSL and cosign sign, and OpenSSL agrees with what they signed.

use super::bundle::{encoded, envelope, openssl, payload, place, statement};
use super::support::Place;
use base64::Engine as _;
use std::process::Command;

const KINDS: [(&str, &str); 5] = [
    ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.key", "ECDSA P-256"),
    // With a block of parameters before the key.
    ("ecparam -name prime256v1 -genkey -out k.key", "ECDSA P-256"),
    ("genpkey -algorithm ED25519 -out k.key", "Ed25519"),
    ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k.key", "RSA"),
    ("genrsa -traditional -out k.key 3072", "RSA"),
];

/// What ssh-keygen says of `k.pub`; nothing where it is not installed, or does not read such a key.
fn fingerprint(place: &Place) -> Option<String> {
    let run = |line: &str| {
        let output =
            Command::new("ssh-keygen").args(line.split(' ')).current_dir(place.path(".")).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    place.write("k.ssh", run("-i -m PKCS8 -f k.pub")?);
    run("-l -f k.ssh")
}

/// Whether openssl verifies the envelope's signature with `k.pub`.
fn openssl_verifies(place: &Place, name: &str, kind: &str) -> bool {
    let envelope = envelope(place, name);
    let signature = envelope["signatures"][0]["sig"].as_str().unwrap();
    place.write("message", encoded(envelope["payloadType"].as_str().unwrap(), &payload(&envelope)));
    place.write("signature", base64::engine::general_purpose::STANDARD.decode(signature).unwrap());
    let line = if kind == "Ed25519" {
        "pkeyutl -verify -pubin -inkey k.pub -rawin -in message -sigfile signature"
    } else {
        "dgst -sha256 -verify k.pub -signature signature message"
    };
    openssl(place, line).is_some_and(|done| done.code == Some(0))
}

#[test]
fn keys_of_openssl_sign_and_openssl_verifies() {
    let place = place();
    for (make, kind) in KINDS {
        let Some(made) = openssl(&place, make) else { return };
        made.exit(0);
        openssl(&place, "pkey -in k.key -pubout -out k.pub").unwrap().exit(0);
        let done = place.run("attest report.json --key k.key --output a.json").exit(0);
        assert!(done.out.contains(&format!("({kind})")), "{make}: {}", done.out);
        assert!(openssl_verifies(&place, "a.json", kind), "{make}");
        for key in ["k.pub", "k.key"] {
            let done = place.run(&format!("verify a.json --key {key}")).exit(0);
            assert!(done.out.contains("signature  holds"), "{make}: {}", done.out);
        }
        // The id is what ssh-keygen says of the key, which is what cosign compares with.
        let id = envelope(&place, "a.json")["signatures"][0]["keyid"].as_str().unwrap().to_owned();
        match fingerprint(&place) {
            Some(said) => assert!(said.contains(&id), "{make}: {said}"),
            None => eprintln!("left out: ssh-keygen cannot be run, or does not read {kind}"),
        }
    }
}

#[test]
fn keys_of_cosign_sign_with_their_password() {
    let place = place();
    for (key, public, password) in [
        (include_str!("keys/cosign.key"), include_str!("keys/cosign.pub"), "correct horse"),
        (include_str!("keys/old-cosign.key"), include_str!("keys/old-cosign.pub"), ""),
    ] {
        place.write("cosign.key", key);
        place.write("k.pub", public);
        let line = "attest report.json --key cosign.key --output a.json";
        place.run_with(line, &[("COSIGN_PASSWORD", password)]).exit(0);
        place.run("verify a.json --key k.pub").exit(0);
        if openssl(&place, "version").is_some() {
            assert!(openssl_verifies(&place, "a.json", "ECDSA P-256"));
        }
        let before = place.files();
        let missing = place.run("attest report.json --key cosign.key --output b.json").exit(2);
        assert!(missing.err.contains("COSIGN_PASSWORD is not set"), "{}", missing.err);
        let line = "attest report.json --key cosign.key --output b.json";
        let wrong = place.run_with(line, &[("COSIGN_PASSWORD", "battery staple")]).exit(2);
        assert!(wrong.err.contains("another password"), "{}", wrong.err);
        assert!(!wrong.all().contains("battery staple"), "{}", wrong.all());
        assert_eq!(place.files(), before);
    }
}

/// Whoever made the file chose what scrypt costs.
#[test]
fn a_key_that_asks_for_a_mountain_of_memory_is_refused() {
    let place = place();
    for params in [
        r#"{"N":1099511627776,"r":8,"p":1}"#,
        r#"{"N":65536,"r":4294967295,"p":1}"#,
        r#"{"N":65535,"r":8,"p":1}"#,
        r#"{"N":0,"r":0,"p":0}"#,
        r#"{"N":65536,"r":8,"p":4000000000}"#,
    ] {
        let content = format!(
            r#"{{"kdf":{{"name":"scrypt","params":{params},"salt":"AAAA"}},"cipher":{{"name":"nacl/secretbox","nonce":"AAAA"}},"ciphertext":"AAAA"}}"#
        );
        let text = base64::engine::general_purpose::STANDARD.encode(content);
        let tag = "ENCRYPTED SIGSTORE PRIVATE KEY";
        place.write("big.key", format!("-----BEGIN {tag}-----\n{text}\n-----END {tag}-----\n"));
        let done = place.run_with("attest report.json --key big.key", &[("COSIGN_PASSWORD", "x")]).exit(2);
        assert!(done.err.contains("scrypt parameters"), "{params}: {}", done.err);
    }
}

#[test]
fn what_is_no_key_is_refused_with_the_mend() {
    let place = place();
    place.write("text.key", "no key");
    place.write("other.key", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    place.write("broken.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let mut files = vec![
        ("none.key", "check the path"),
        ("text.key", "PEM"),
        ("other.key", "openssl genpkey"),
        ("broken.key", "cannot be used"),
        ("k.pub", "openssl genpkey"),
    ];
    if openssl(&place, "ecparam -name secp384r1 -genkey -noout -out p384.key").is_some() {
        files.push(("p384.key", "P-256"));
        openssl(&place, "pkcs8 -topk8 -in k.key -passout pass:secret -out locked.key").unwrap().exit(0);
        files.push(("locked.key", "openssl pkey -in"));
    }
    for (file, word) in files {
        let before = place.files();
        let done = place.run(&format!("attest report.json --key {file}")).exit(2);
        assert!(done.err.starts_with("error: ") && done.err.contains(word), "{file}: {}", done.err);
        assert_eq!(place.files(), before, "{file}");
    }
}

/// The form that others read: in-toto's statement, and its predicate for test results.
#[test]
fn the_statement_is_a_test_result() {
    let place = place();
    place.run("attest report.json --key k.key --url https://ci.example.test/runs/7").exit(0);
    let statement = statement(&place, "report.intoto.json");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    let report = place.json("report.json");
    let predicate = &statement["predicate"];
    // Six cases of the whole suite are inconclusive against the embedded wallet, so it is no plain pass.
    assert_eq!(predicate["result"], "WARNED");
    assert_eq!(predicate["url"], "https://ci.example.test/runs/7");
    assert_eq!(predicate["passedTests"].as_array().unwrap().len() as u64, report["totals"]["pass"]);
    assert_eq!(predicate["failedTests"].as_array().unwrap().len(), 0);
    let open = predicate["proofmark"]["open"].as_array().unwrap();
    assert_eq!(open.len() as u64, report["totals"]["inconclusive"]);
    assert_eq!(predicate["proofmark"]["rejudged"], false);
    assert!(predicate["proofmark"]["note"].as_str().unwrap().contains("no journal"));
    for descriptor in
        statement["subject"].as_array().unwrap().iter().chain(predicate["configuration"].as_array().unwrap())
    {
        assert!(descriptor["digest"].as_object().is_some_and(|digest| !digest.is_empty()), "{descriptor}");
    }
    // The contract has the digest of the file in the repository.
    if openssl(&place, "version").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/sendInbox.v1.yaml");
        let said = openssl(&place, &format!("dgst -sha256 -r {file}")).unwrap().exit(0).out;
        let contract = &predicate["configuration"][0];
        assert_eq!(contract["name"], "schemas/sendInbox.v1.yaml");
        assert!(said.starts_with(contract["digest"]["sha256"].as_str().unwrap()), "{said}");
    }
}
