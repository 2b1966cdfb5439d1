//! What stands between us and a target: certificates of a private CA, a server that ends TLS, and a proxy.

use crate::support::{Done, Place, Serve};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The host that the certificates are for; no name server knows it.
pub(crate) const HOST: &str = "wallet.test";
pub(crate) const BOTH: [&str; 2] = ["h2", "http/1.1"];

/// A configuration for the reference wallet with other lines about the target.
pub(crate) fn configure(place: &Place, target: &str) {
    let toml = place.read("conf/proofmark.toml");
    let own = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    place.write("conf/p.toml", toml.replacen(own, target, 1));
}

pub(crate) fn run(place: &Place, more: &str) -> Done {
    place.run(&format!("run --config conf/p.toml --report json=r.json {more}"))
}

/// A wallet behind TLS, and the lines of a configuration that reach it.
pub(crate) fn behind_tls(
    place: &Place,
    serve: &Serve,
    ca: &Authority,
    protocols: &[&str],
    clients: Option<&Authority>,
) -> (Front, String) {
    let front = Front::start(&serve.url, &ca.issue(HOST), protocols, clients);
    place.write("conf/ca.pem", &ca.pem);
    let lines = format!(
        "url = \"https://{HOST}:{}\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1\" }}\nca = {{ file = \"ca.pem\" }}",
        front.port
    );
    (front, lines)
}

/// A CA that no system knows.
pub(crate) struct Authority {
    /// Its own certificate.
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, both PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // openssl takes a certificate whose issuer is called like itself for one that signed itself.
        params.distinguished_name.push(DnType::CommonName, "a private CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A certificate for a host or a client of this name.
    pub(crate) fn issue(&self, name: &str) -> Issued {
        self.issue_until(name, 4000)
    }

    /// A certificate, PEM.
    pub(crate) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> String {
        params.signed_by(key, &self.issuer).unwrap().pem()
    }

    /// The same, valid until this year.
    pub(crate) fn issue_until(&self, name: &str, year: i32) -> Issued {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        Issued { certificate: self.sign(&params, &key), key: key.serialize_pem() }
    }
}

/// Ends TLS in front of a server that speaks none.
pub(crate) struct Front {
    pub(crate) port: u16,
    protocols: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// Shows this certificate, offers these protocols, and lets in only whom `clients` has issued a certificate.
    pub(crate) fn start(to: &str, shown: &Issued, protocols: &[&str], clients: Option<&Authority>) -> Self {
        let chain = vec![CertificateDer::from_pem_slice(shown.certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(shown.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(clients.pem.as_bytes()).unwrap()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (to, seen) = (address(to), Arc::new(Mutex::new(Vec::new())));
        let protocols = Arc::clone(&seen);
        let port = serve(move |mut stream| {
            let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
            async move {
                // Of a handshake that fails, the alert is all that the client hears.
                let Ok(mut inside) = acceptor.accept(&mut stream).await else { return };
                let protocol = inside.get_ref().1.alpn_protocol().unwrap_or_default().to_vec();
                seen.lock().unwrap().push(String::from_utf8(protocol).unwrap());
                let Ok(mut outside) = TcpStream::connect(to).await else { return };
                let _ = copy_bidirectional(&mut inside, &mut outside).await;
            }
        });
        Self { port, protocols }
    }

    /// How many connections came about.
    pub(crate) fn connections(&self) -> usize {
        self.protocols.lock().unwrap().len()
    }

    /// The protocols of the connections that came about, one after the other.
    pub(crate) fn protocols(&self) -> Vec<String> {
        let mut seen = self.protocols.lock().unwrap().clone();
        seen.dedup();
        seen
    }
}

/// A proxy that takes everybody to one server, whatever host they name.
pub(crate) struct Proxy {
    pub(crate) url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Serves only who shows these credentials, in base64, where there are some.
    pub(crate) fn start(to: &str, credentials: Option<&'static str>) -> Self {
        let (to, heads) = (address(to), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&heads);
        let port = serve(move |mut stream| {
            let seen = Arc::clone(&seen);
            async move {
                let mut head = Vec::new();
                let mut part = [0; 4_096];
                while !head.windows(4).any(|window| window == b"\r\n\r\n") {
                    match stream.read(&mut part).await {
                        Ok(read) if read > 0 => head.extend_from_slice(&part[..read]),
                        _ => return,
                    }
                }
                let text = String::from_utf8_lossy(&head).into_owned();
                seen.lock().unwrap().push(text.clone());
                if credentials.is_some_and(|wanted| !text.contains(&format!("Basic {wanted}"))) {
                    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
                    let _ = stream.write_all(refusal.as_bytes()).await;
                    return;
                }
                let Ok(mut outside) = TcpStream::connect(to).await else {
                    let refusal = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\n<p>\n";
                    let _ = stream.write_all(refusal.as_bytes()).await;
                    return;
                };
                let passed = if text.starts_with("CONNECT ") {
                    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await
                } else {
                    outside.write_all(&head).await
                };
                if passed.is_ok() {
                    let _ = copy_bidirectional(&mut stream, &mut outside).await;
                }
            }
        });
        Self { url: format!("http://127.0.0.1:{port}"), heads }
    }

    /// What each connection began with.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

/// Serves each connection on a thread of its own that ends with the process; the port.
fn serve<Served: Future<Output = ()> + Send + 'static>(
    each: impl Fn(TcpStream) -> Served + Send + 'static,
) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(each(stream));
            }
        });
    });
    port
}
