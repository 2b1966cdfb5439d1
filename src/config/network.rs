//! The way to the target: trust, client certificate, proxy, HTTP version, addresses, and further header fields.

use super::hook::Hook;
use super::secret::Secret;
use hyper_util::client::proxy::matcher::Matcher;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use url::{Host, Url};
use zeroize::Zeroizing;

/// How the target is reached, beside its URL.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Certificates that are trusted beside the system's, PEM.
    pub ca: Option<Pem>,
    /// Who we are in a TLS handshake.
    pub identity: Option<Identity>,
    /// The proxy between us and the target.
    pub proxy: Option<Proxy>,
    /// The HTTP version that is spoken.
    pub http: Http,
    /// Addresses in place of those that a name server knows, by host name in lower case.
    pub resolve: BTreeMap<String, Address>,
    /// Header fields of every request, beside the contract's.
    pub headers: Vec<Field>,
    /// What completes every request before it is sent.
    pub hook: Option<Hook>,
}

/// An HTTP version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Http {
    /// HTTP/1.1, over TLS too.
    #[default]
    One,
    /// HTTP/2: negotiated over TLS, with prior knowledge without it.
    Two,
}

impl Http {
    /// The version as the configuration and reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "1.1",
            Self::Two => "2",
        }
    }
}

/// PEM text with certificates. A key may stand beside them, so it is not shown, and wiped.
#[derive(Clone)]
pub struct Pem {
    /// The text.
    pub text: Zeroizing<String>,
    /// The file it was read from, where it was.
    pub file: Option<PathBuf>,
}

impl fmt::Debug for Pem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pem").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A client certificate and its key.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate, and those between it and its CA.
    pub certificate: Pem,
    /// The key, PEM.
    pub key: Secret,
    /// The file that the key was read from, where it was.
    pub key_file: Option<PathBuf>,
}

/// A proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its URL, without credentials.
    pub url: Url,
    /// What it wants to know of us.
    pub credentials: Option<Credentials>,
    /// The hosts that are reached without it, in the form of `NO_PROXY`.
    pub except: String,
}

/// A user name and password, both of them secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name.
    pub user: Secret,
    /// The password, empty where there is none.
    pub password: Secret,
    /// The two as HTTP's basic authentication joins them.
    pub pair: Secret,
}

/// An address in place of the one that a name server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The IP address.
    pub ip: IpAddr,
    /// The port in place of the URL's scheme's.
    pub port: Option<u16>,
}

/// A header field of every request.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name, as it is sent.
    pub name: String,
    /// Its value.
    pub value: Secret,
    /// Whether the value is looked for in all that is shown. Where the field itself is shown, its value never is.
    pub secret: bool,
}

impl Network {
    /// The proxy that a URL is reached through.
    pub fn proxy_for(&self, url: &Url) -> Option<&Proxy> {
        // The matcher takes `*` for a name, and so for no address.
        let proxy =
            self.proxy.as_ref().filter(|proxy| !proxy.except.split(',').any(|host| host.trim() == "*"))?;
        let rule = Matcher::builder().all(proxy.url.as_str()).no(proxy.except.as_str()).build();
        let uri = url.as_str().parse().ok()?;
        rule.intercept(&uri).map(|_| proxy)
    }

    /// Whether requests to a URL stay on this machine: its host is on loopback, by its name or by the address that is
    /// configured for it, and so is the proxy where there is one.
    pub fn stays_here(&self, url: &Url) -> bool {
        match self.proxy_for(url) {
            // What a name means is up to the proxy.
            Some(proxy) => is_loopback(url, None) && is_loopback(&proxy.url, None),
            None => is_loopback(url, url.host_str().and_then(|host| self.resolve.get(host))),
        }
    }

    /// Everything that must not be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let key = self.identity.iter().map(|identity| &identity.key);
        let credentials = self.proxy.iter().filter_map(|proxy| proxy.credentials.as_ref());
        let credentials = credentials.flat_map(|known| [&known.user, &known.password, &known.pair]);
        let fields = self.headers.iter().filter(|field| field.secret).map(|field| &field.value);
        key.chain(credentials).chain(fields)
    }
}

/// Whether the host of a URL is this machine, as far as its name tells, or else an address for it. No name server is
/// asked.
fn is_loopback(url: &Url, address: Option<&Address>) -> bool {
    match (url.host(), address) {
        (_, Some(address)) => address.ip.is_loopback(),
        (Some(Host::Domain(name)), None) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        (Some(Host::Ipv4(ip)), None) => ip.is_loopback(),
        (Some(Host::Ipv6(ip)), None) => ip.to_canonical().is_loopback(),
        (None, None) => false,
    }
}

/// Whether a header field belongs to the transmission, so that only the HTTP client can write it.
pub fn is_of_the_transmission(name: &str) -> bool {
    const OWN: [&str; 10] = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
    ];
    OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
}
