//! The reader of `proofmark.toml`.

use super::{NAME, told};
use proofmark::config::secret::Secret;
use proofmark::config::{Config, Surroundings};
use proofmark::evidence::keys;
use proofmark::target::keys::{SigningKey, VerifyingKey};
use proofmark::target::tls;
use std::io;
use std::path::Path;
use std::slice::from_ref;

/// What every variable and every file holds: nothing of it may be shown.
const SECRET: &str = "canary-4711-of-a-secret";

/// Reads bytes as a configuration, without a profile and with one. There are no files, variables and commands but those
/// made up here.
pub fn config(data: &[u8]) {
    // What the configuration itself says may be shown.
    let Some(text) = super::text(data).filter(|text| !text.contains(SECRET)) else { return };
    for profile in [None, Some("nightly")] {
        let surroundings = Surroundings { environment: &variable, files: &file };
        match Config::parse_in(NAME, text, Path::new("/made/up"), profile, surroundings) {
            Err(problem) => {
                assert!(!problem.to_string().contains(SECRET), "{problem}");
                told(text, from_ref(&problem));
            }
            Ok(config) => look_at(&config),
        }
    }
}

fn look_at(config: &Config) {
    let shown = format!("{config:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    let _ = tls::check(&config.network);
    for key in ["tokens.valid", "client.private_key", "clients.second", "probe.inbox"] {
        let _ = config.has(key);
    }
    for secret in config.all_secrets() {
        let _ = (SigningKey::from_pem(secret).is_ok(), VerifyingKey::from_pem(secret).is_ok());
        let _ = keys::VerifyingKey::from_pem(secret.expose(), None).is_ok();
        let other = Secret::new(secret.name(), "of another value".to_owned());
        assert_eq!(format!("{secret:?}"), format!("{other:?}"), "it shows itself");
    }
}

fn variable(name: &str) -> Option<String> {
    (!name.starts_with("NO")).then(|| format!("{SECRET}-{}", name.len()))
}

fn file(path: &Path) -> io::Result<String> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("gone") => Err(io::ErrorKind::NotFound.into()),
        Some("pem") => Ok(format!("-----BEGIN CERTIFICATE-----\n{SECRET}\n-----END CERTIFICATE-----\n")),
        _ => Ok(format!("{SECRET}\n")),
    }
}
