//! The way to the target as options of curl.

use crate::config::network::{Http, Network};
use std::path::Path;
use url::Url;

/// The variable that names the file of the CA where the configuration names none.
const CA_FILE: &str = "PROOFMARK_CA_FILE";
/// The same for the client certificate.
const CERTIFICATE_FILE: &str = "PROOFMARK_CERTIFICATE_FILE";
/// The same for its key.
const CERTIFICATE_KEY_FILE: &str = "PROOFMARK_CERTIFICATE_KEY_FILE";

/// Options that take curl the configured way to a URL, each with a space before it; none where nothing is configured.
pub(super) fn options(network: &Network, url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    let encrypted = url.scheme() == "https";
    let mut options = match (network.http, encrypted) {
        (Http::One, false) => String::new(),
        (Http::One, true) => " --http1.1".to_owned(),
        (Http::Two, false) => " --http2-prior-knowledge".to_owned(),
        (Http::Two, true) => " --http2".to_owned(),
    };
    if encrypted && let Some(ca) = &network.ca {
        options.push_str(&format!(" --cacert {}", file(ca.file.as_deref(), CA_FILE)));
    }
    if encrypted && let Some(identity) = &network.identity {
        let certificate = file(identity.certificate.file.as_deref(), CERTIFICATE_FILE);
        let key = file(identity.key_file.as_deref(), CERTIFICATE_KEY_FILE);
        options.push_str(&format!(" --cert {certificate} --key {key}"));
    }
    let proxy = network.proxy_for(&url);
    if let Some(proxy) = proxy {
        // Where it holds a password, the variable holds all of its URL.
        let shown = match &proxy.credentials {
            Some(known) => format!("\"${}\"", known.pair.variable()),
            None => quoted(proxy.url.as_str().trim_end_matches('/')),
        };
        options.push_str(&format!(" --proxy {shown}"));
        if let (Some(ca), "https") = (&network.ca, proxy.url.scheme()) {
            options.push_str(&format!(" --proxy-cacert {}", file(ca.file.as_deref(), CA_FILE)));
        }
    }
    let port = url.port_or_known_default();
    // A proxy looks the target's name up itself.
    if let (Some(host), Some(port), None) = (url.host_str(), port, proxy)
        && let Some(address) = network.resolve.get(host)
    {
        let ip = if address.ip.is_ipv6() { format!("[{}]", address.ip) } else { address.ip.to_string() };
        let own = address.port.filter(|own| *own != port);
        options.push_str(&match own {
            None => format!(" --resolve {}", quoted(&format!("{host}:{port}:{ip}"))),
            Some(own) => format!(" --connect-to {}", quoted(&format!("{host}:{port}:{ip}:{own}"))),
        });
    }
    options
}

fn file(path: Option<&Path>, variable: &str) -> String {
    path.map_or_else(|| format!("\"${variable}\""), |path| quoted(&path.to_string_lossy()))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
