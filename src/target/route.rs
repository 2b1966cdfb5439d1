//! The way that connections take: TLS, proxy, HTTP version, and addresses in place of a name server's.

use super::tls;
use crate::config::network::{Http, Network, Proxy};
use reqwest::ClientBuilder;
use rustls::ClientConfig;
use std::net::SocketAddr;
use url::Url;

/// What all clients of one target have in common; made once, since reading the system's certificates takes longer
/// than a whole run against a local target.
#[derive(Clone)]
pub struct Route {
    tls: Option<ClientConfig>,
    proxy: Option<reqwest::Proxy>,
    http: Http,
    resolve: Vec<(String, SocketAddr)>,
    /// Whether a certificate of ours is shown to who asks for one.
    pub(super) identified: bool,
    /// Whether no more than one connection is kept that nobody uses.
    pub(crate) sparing: bool,
}

impl Route {
    /// The way to a target.
    ///
    /// # Errors
    /// The member of the configuration that cannot be used for this URL, and the mend.
    pub fn to(network: &Network, base: &Url) -> Result<Self, String> {
        let proxy = network.proxy_for(base);
        if proxy.is_some() && network.http == Http::Two && base.scheme() == "http" {
            return Err("target.http: HTTP/2 without TLS cannot go through a proxy (leave target.http or target.proxy out, or use an https URL)".to_owned());
        }
        let host = base.host_str().unwrap_or_default();
        let address = network.resolve.get(host);
        if let (Some(own), Some(other)) = (base.port(), address.and_then(|address| address.port))
            && own != other
        {
            return Err(format!(
                "target.resolve.{host}: names port {other}, and the target's URL has port {own} (leave the port out in one of them)"
            ));
        }
        let encrypted = base.scheme() == "https" || proxy.is_some_and(|proxy| proxy.url.scheme() == "https");
        let proxy = proxy.map(of_reqwest).transpose()?;
        let tls = encrypted.then(|| tls::config(network, network.http)).transpose()?;
        Ok(Self { tls, proxy, http: network.http, ..Self::direct(network) })
    }

    /// The way to a helper of the run, such as a probe: as to the target, but never through its proxy, and by HTTP/1.1.
    ///
    /// # Errors
    /// The TLS setup cannot be used.
    pub fn aside(network: &Network, encrypted: bool) -> Result<Self, String> {
        let tls = encrypted.then(|| tls::config(network, Http::One)).transpose()?;
        Ok(Self { tls, ..Self::direct(network) })
    }

    fn direct(network: &Network) -> Self {
        let resolve = network.resolve.iter();
        let resolve =
            resolve.map(|(host, to)| (host.clone(), SocketAddr::new(to.ip, to.port.unwrap_or_default())));
        Self {
            tls: None,
            proxy: None,
            http: Http::One,
            resolve: resolve.collect(),
            identified: network.identity.is_some(),
            sparing: false,
        }
    }

    /// Whether a proxy is between us and the target.
    pub fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }

    /// The HTTP version that is spoken.
    pub fn http(&self) -> Http {
        self.http
    }

    /// A client's settings that follow from the way.
    pub(super) fn of(&self, mut builder: ClientBuilder) -> ClientBuilder {
        builder = builder.no_proxy();
        builder = match &self.tls {
            Some(tls) => builder.tls_backend_preconfigured(tls.clone()),
            None => builder.tls_certs_only([]),
        };
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        for (host, address) in &self.resolve {
            builder = builder.resolve(host, *address);
        }
        match self.http {
            Http::One => builder.http1_only(),
            Http::Two => builder.http2_prior_knowledge(),
        }
    }
}

fn of_reqwest(proxy: &Proxy) -> Result<reqwest::Proxy, String> {
    let made = reqwest::Proxy::all(proxy.url.as_str())
        .map_err(|_| "target.proxy cannot be used (write it as \"http://proxy.example.test:3128\")")?;
    Ok(match &proxy.credentials {
        Some(known) => made.basic_auth(known.user.expose(), known.password.expose()),
        None => made,
    })
}
