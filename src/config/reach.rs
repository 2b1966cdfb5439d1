//! Reading how the target is reached.

use super::file::{Layer, Source};
use super::network::{
    Address, Credentials, Field, Http, Identity, Network, Pem, Proxy, is_of_the_transmission,
};
use super::secret::Secret;
use super::{Problem, Reader};
use percent_encoding::percent_decode_str;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// Whether a header field of this name holds a secret wherever its value is written.
fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "cookie", "key", "password", "secret", "signature", "token"]
        .iter()
        .any(|word| name.contains(word))
}

/// A value at least this long is looked for in all that is shown.
const TELLING: usize = 8;

/// Whether a header field of this name says nothing of who sends it (RFC 9110).
fn is_common(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let others = [
        "cache-control",
        "expect",
        "from",
        "origin",
        "pragma",
        "prefer",
        "priority",
        "range",
        "referer",
        "user-agent",
    ];
    ["accept", "content-", "if-", "sec-"].iter().any(|start| name.starts_with(start))
        || others.contains(&name.as_str())
}

const CA_MEND: &str = "write it as ca = { file = \"ca.pem\" }, relative to the configuration file";
const PROXY_MEND: &str = "write it as \"http://proxy.example.test:3128\", or \"\" for none";
const RESOLVE_MEND: &str = "write it as { \"staging.example.test\" = \"127.0.0.1\" }, or \"127.0.0.1:8443\"";

impl Reader<'_> {
    /// Takes everything about the way to the target out of a layer.
    pub(super) fn network(&self, layer: &mut Layer) -> Result<Network, Problem> {
        let target = &mut layer.target;
        let ca =
            target.ca.take().map(|source| self.certificates("target.ca", source, CA_MEND)).transpose()?;
        let except = target.no_proxy.take().unwrap_or_default();
        let proxy = target.proxy.take().map(|source| self.proxy(source, &except)).transpose()?.flatten();
        let http = match target.http.take().as_deref() {
            None | Some("1.1") => Http::One,
            Some("2") => Http::Two,
            Some(other) => {
                let message = format!("`{other}` is no version that is spoken here");
                return Err(self.problem("target.http", &message, "write \"1.1\" or \"2\""));
            }
        };
        let resolve = std::mem::take(&mut target.resolve);
        let resolve = resolve
            .into_iter()
            .map(|(host, address)| self.address(&host, &address))
            .collect::<Result<_, _>>()?;
        let headers = std::mem::take(&mut layer.headers);
        let headers =
            headers.into_iter().map(|(name, source)| self.field(&name, source)).collect::<Result<_, _>>()?;
        let hook = layer.hook.take().map(|raw| raw.checked(self.folder)).transpose();
        let hook = hook.map_err(|(member, message, mend)| self.problem(member, &message, mend))?;
        let identity = self.identity(layer.client.certificate.take(), layer.client.certificate_key.take())?;
        Ok(Network { ca, identity, proxy, http, resolve, headers, hook })
    }

    fn identity(
        &self,
        certificate: Option<Source>,
        key: Option<Source>,
    ) -> Result<Option<Identity>, Problem> {
        const CERTIFICATE: &str = "client.certificate";
        const KEY: &str = "client.certificate_key";
        let mend = "give both; they may name the same file";
        match (certificate, key) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.problem(CERTIFICATE, &format!("has no {KEY} beside it"), mend)),
            (None, Some(_)) => Err(self.problem(KEY, &format!("has no {CERTIFICATE} beside it"), mend)),
            (Some(certificate), Some(key)) => {
                let key_file = match &key {
                    Source::File(file) => Some(self.folder.join(file)),
                    Source::Text(text) if !text.contains("-----BEGIN") => {
                        Some(self.folder.join(text.as_str()))
                    }
                    _ => None,
                };
                let mend = "write it as { file = \"client-cert.pem\" }, relative to the configuration file";
                let certificate = self.certificates(CERTIFICATE, certificate, mend)?;
                Ok(Some(Identity { certificate, key: self.key(KEY, key)?, key_file }))
            }
        }
    }

    /// Certificates, which are no secret: PEM text, or the path of a file that holds it.
    fn certificates(&self, member: &str, source: Source, mend: &str) -> Result<Pem, Problem> {
        let file = match source {
            Source::File(file) => file,
            Source::Text(text) if !text.contains("-----BEGIN") => text.to_string(),
            other => {
                return Ok(Pem { text: self.secret(member, other)?.expose().to_owned().into(), file: None });
            }
        };
        let path = self.folder.join(&file);
        let read = (self.surroundings.files)(&path);
        let text = read.map_err(|error| {
            self.problem(member, &format!("the file {} cannot be read: {error}", path.display()), mend)
        })?;
        Ok(Pem { text: text.into(), file: Some(path) })
    }

    fn proxy(&self, source: Source, except: &[String]) -> Result<Option<Proxy>, Problem> {
        const MEMBER: &str = "target.proxy";
        let variable = if let Source::Env(variable) = &source { Some(variable.clone()) } else { None };
        let given = self.secret(MEMBER, source)?;
        if given.expose().is_empty() {
            return Ok(None);
        }
        // The text may hold a password in any place, so it is not repeated.
        let wrong = |message: &str| self.problem(MEMBER, message, PROXY_MEND);
        let mut url = Url::parse(given.expose()).map_err(|error| wrong(&format!("is no URL: {error}")))?;
        match url.scheme() {
            "http" | "https" => {}
            "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err(wrong("SOCKS is not spoken here, only http and https"));
            }
            _ => return Err(wrong("is neither http nor https")),
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a path, query or fragment, and a proxy's URL has none"));
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
        let credentials = (!user.is_empty() || !password.is_empty()).then(|| {
            let named = |text: String| {
                let secret = Secret::new(MEMBER, text);
                variable.as_deref().map_or(secret.clone(), |variable| secret.from_variable(variable))
            };
            let pair = named(format!("{user}:{password}"));
            Credentials { user: named(user), password: named(password), pair }
        });
        if url.set_username("").and_then(|()| url.set_password(None)).is_err() {
            return Err(wrong("has no host"));
        }
        Ok(Some(Proxy { url, credentials, except: except.join(",") }))
    }

    fn address(&self, host: &str, text: &str) -> Result<(String, Address), Problem> {
        let member = format!("target.resolve.{host}");
        let named = !host.is_empty() && !host.contains(['/', ':', '*']) && host.parse::<IpAddr>().is_err();
        if !named {
            return Err(self.problem("target.resolve", &format!("`{host}` is no host name"), RESOLVE_MEND));
        }
        let bare = text.parse::<IpAddr>().ok().map(|ip| Address { ip, port: None });
        let address = bare.or_else(|| {
            let whole = text.parse::<SocketAddr>().ok().filter(|address| address.port() != 0)?;
            Some(Address { ip: whole.ip(), port: Some(whole.port()) })
        });
        let address = address
            .ok_or_else(|| self.problem(&member, &format!("`{text}` is no IP address"), RESOLVE_MEND))?;
        Ok((host.to_ascii_lowercase(), address))
    }

    fn field(&self, name: &str, source: Source) -> Result<Field, Problem> {
        let member = format!("headers.{name}");
        let wrong = |message: &str, mend: &str| Err(self.problem(&member, message, mend));
        if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return wrong("is no name of a header field", "use letters, digits and `-`");
        }
        if is_of_the_transmission(name) {
            return wrong("belongs to the transmission, which the HTTP client writes itself", "leave it out");
        }
        let given = !matches!(source, Source::Text(_)) || sounds_secret(name);
        let value = self.secret(&member, source)?;
        let fits = value.expose().chars().all(|c| c == ' ' || c.is_ascii_graphic());
        if !fits || value.expose().trim() != value.expose() {
            let message = "holds characters that a header field cannot hold, or begins or ends with a space";
            return wrong(message, "use printable ASCII");
        }
        // What is short or in everybody's requests stands in many texts.
        let secret = given || (value.expose().len() >= TELLING && !is_common(name));
        Ok(Field { name: name.to_owned(), value, secret })
    }
}
