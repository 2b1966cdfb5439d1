//! The HTTP client: sends exactly what it is given and records exactly what comes back.

use super::route::Route;
use crate::exchange::{NoAnswer, Request, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rustls::{AlertDescription, CertificateError};
use std::convert::Infallible;
use std::error::Error as _;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The longest body that is kept whole and judged, in bytes. Sixteen cases at a time may hold twenty answers each.
const LONGEST_BODY: usize = 256 << 10;
/// How much of a longer body is kept to be shown, in bytes.
const BEGINNING: usize = 64 << 10;
/// After how many bytes a body is taken to go on for ever.
const ENDLESS_BODY: usize = 16 << 20;
/// After how many bytes, and fields, a head is taken to go on for ever.
const ENDLESS_HEAD: usize = 64 << 10;
const ENDLESS_FIELDS: usize = 500;
/// How long the body takes from being handed over to being on its way.
const FLUSH: Duration = Duration::from_millis(2);
/// How often and how long a file descriptor is waited for.
const ATTEMPTS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// A client that hides nothing: no redirects, retries, cookies or decompression, and no proxy but the configured one.
///
/// It keeps its connections to itself, so that requests sent one after the other share one. Names of header fields
/// go out as they are shown: with capitals, or in lower case where all of a request are. HTTP/2 knows lower case alone.
#[derive(Clone)]
pub struct Client {
    kept: reqwest::Client,
    single: reqwest::Client,
    lower_case: reqwest::Client,
    proxied: bool,
    identified: bool,
    /// The time limit of one exchange.
    limit: Duration,
}

impl Client {
    /// A client for one target.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn new(route: &Route, timeout: Duration) -> Result<Self, String> {
        Self::beside(None, route, timeout)
    }

    /// A client with connections of its own beside another one for the same target: what keeps no connections is shared.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn beside(other: Option<&Self>, route: &Route, timeout: Duration) -> Result<Self, String> {
        let build = |idle: usize, capitals: bool| {
            let mut builder = route
                .of(reqwest::Client::builder())
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(concat!("proofmark/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(timeout)
                .tcp_nodelay(true)
                .http1_max_headers(ENDLESS_FIELDS)
                .pool_max_idle_per_host(idle);
            if capitals {
                builder = builder.http1_title_case_headers();
            }
            builder.build().map_err(|error| format!("the HTTP client cannot be set up: {error}"))
        };
        Ok(Self {
            kept: build(if route.sparing { 1 } else { 16 }, true)?,
            single: other.map_or_else(|| build(0, true), |other| Ok(other.single.clone()))?,
            lower_case: other.map_or_else(|| build(0, false), |other| Ok(other.lower_case.clone()))?,
            proxied: route.is_proxied(),
            identified: route.identified,
            limit: timeout,
        })
    }

    /// Sends a request, on a new connection where asked to, and reads its response.
    ///
    /// # Errors
    /// [`NoAnswer`] where no complete response came.
    pub async fn send(&self, request: &Request, new_connection: bool) -> Result<Response, NoAnswer> {
        for _ in 0..ATTEMPTS {
            match self.send_once(request, new_connection).await {
                // It got nowhere, and others will be done with theirs.
                Err(NoAnswer::Starved) => tokio::time::sleep(PAUSE).await,
                answer => return answer,
            }
        }
        Err(NoAnswer::Starved)
    }

    async fn send_once(&self, request: &Request, new_connection: bool) -> Result<Response, NoAnswer> {
        if let Some(request) = in_chunks(request) {
            let bytes = request.body.clone();
            let whole = stream::once(async move { Ok::<Bytes, Infallible>(bytes) });
            let client = if new_connection { &self.single } else { &self.kept };
            return self.receive(prepare(client, &request, reqwest::Body::wrap_stream(whole))?).await;
        }
        let lower_case = |name: &String| !name.bytes().any(|byte| byte.is_ascii_uppercase());
        let client =
            if !request.headers.is_empty() && request.headers.iter().all(|(name, _)| lower_case(name)) {
                &self.lower_case
            } else if new_connection {
                &self.single
            } else {
                &self.kept
            };
        self.receive(prepare(client, request, request.body.clone().into())?).await
    }

    /// Sends a request on a connection of its own, and closes that so long after the last byte went out, unless
    /// the answer was there before.
    ///
    /// # Errors
    /// [`NoAnswer::Cut`] where it was closed, and otherwise as [`Self::send`].
    pub async fn send_and_leave(&self, request: &Request, patience: Duration) -> Result<Response, NoAnswer> {
        let (handed_over, is_sent) = oneshot::channel();
        let bytes = request.body.clone();
        let body = stream::once(async move {
            // Nobody listens once the answer is there.
            let _ = handed_over.send(());
            Ok::<Bytes, Infallible>(bytes)
        });
        let length = request.body.len();
        let prepared = prepare(&self.single, request, reqwest::Body::wrap_stream(body))?;
        let patience = async {
            if is_sent.await.is_err() {
                // The request never got as far as its body, which its answer will say.
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(patience.max(FLUSH)).await;
        };
        tokio::select! {
            answer = self.receive(prepared.header(CONTENT_LENGTH, length)) => answer,
            () = patience => Err(NoAnswer::Cut),
        }
    }

    async fn receive(&self, request: RequestBuilder) -> Result<Response, NoAnswer> {
        within(self.limit, self.respond(request)).await.unwrap_or(Err(NoAnswer::Timeout))
    }

    async fn respond(&self, request: RequestBuilder) -> Result<Response, NoAnswer> {
        let mut response = request.send().await.map_err(|error| self.classify(&error))?;
        let status = response.status().as_u16();
        if self.proxied && status == 407 {
            return Err(NoAnswer::Proxy);
        }
        let fields = response.headers();
        let length: usize = fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if length > ENDLESS_HEAD || fields.len() > ENDLESS_FIELDS {
            return Err(NoAnswer::Endless);
        }
        let headers = fields
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let (body, truncated) =
            read(&mut response).await.map_err(|error| self.classify(&error))?.ok_or(NoAnswer::Endless)?;
        Ok(Response::new(status, headers, body, truncated))
    }

    /// Why there is no response. What is wrong with TLS is told by its type; reqwest says the rest in words only.
    fn classify(&self, error: &reqwest::Error) -> NoAnswer {
        let mut words = String::new();
        let mut source = error.source();
        while let Some(cause) = source {
            if is_starved(cause) {
                return NoAnswer::Starved;
            }
            if let Some(tls) = tls_error(cause) {
                return self.of_tls(tls);
            }
            words.push_str(&cause.to_string().to_ascii_lowercase());
            words.push('\n');
            source = cause.source();
        }
        let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
        // Over TLS too, a connection may end without a goodbye.
        if says(&["close_notify"]) && !error.is_connect() {
            NoAnswer::Closed
        } else if says(&[
            "certificate",
            "handshake",
            "tls ",
            "peer misbehaved",
            "invalid peer",
            "corrupt message",
        ]) {
            NoAnswer::Tls
        } else if error.is_connect() && self.proxied {
            NoAnswer::Proxy
        } else if error.is_timeout() {
            if error.is_connect() { NoAnswer::Unreachable } else { NoAnswer::Timeout }
        } else if error.is_connect() {
            NoAnswer::Unreachable
        } else if says(&["too large"]) {
            NoAnswer::Endless
        } else if says(&["invalid", "parse", "unexpected end of chunk"]) {
            NoAnswer::Malformed
        } else {
            NoAnswer::Closed
        }
    }

    fn of_tls(&self, error: &rustls::Error) -> NoAnswer {
        match error {
            rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::BadSignature,
            ) => NoAnswer::Untrusted,
            rustls::Error::NoApplicationProtocol
            | rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol) => NoAnswer::Version,
            rustls::Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied,
            ) => NoAnswer::Unidentified,
            // Before TLS 1.3 there is no better word for a certificate that is missing.
            rustls::Error::AlertReceived(AlertDescription::HandshakeFailure) if !self.identified => {
                NoAnswer::Unidentified
            }
            // Somebody else's CA has the name of the one that the target trusts.
            rustls::Error::AlertReceived(AlertDescription::DecryptError) if self.identified => {
                NoAnswer::Unidentified
            }
            _ => NoAnswer::Tls,
        }
    }
}

/// The request without the field that asks for chunks, where it has one: the client writes that itself.
fn in_chunks(request: &Request) -> Option<Request> {
    let asks = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked")
    };
    request.headers.iter().any(asks).then(|| {
        let mut request = request.clone();
        request.headers.retain(|field| !asks(field));
        request
    })
}

/// The request with exactly the header fields that it is given.
fn prepare(
    client: &reqwest::Client,
    request: &Request,
    body: reqwest::Body,
) -> Result<RequestBuilder, NoAnswer> {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| NoAnswer::Malformed)?;
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| NoAnswer::Malformed)?;
        headers.append(name, HeaderValue::from_str(value).map_err(|_| NoAnswer::Malformed)?);
    }
    Ok(client.request(method, &request.url).headers(headers).body(body))
}

/// What comes of some work within a time limit; nothing where it takes longer.
///
/// The limit is the target's. Who is told of its end too late has been held up himself, by a busy machine or by what
/// else he does, and gives back what that took: the answer may long be there, and nobody has looked.
async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    /// What no timer needs to be late.
    const HELD_UP: Duration = Duration::from_millis(50);
    /// No clock may run over.
    const YEAR: Duration = Duration::from_hours(365 * 24);
    let limit = limit.min(YEAR);
    let mut work = std::pin::pin!(work);
    let start = Instant::now();
    let mut end = start + limit;
    loop {
        if let Ok(done) = tokio::time::timeout_at(end, &mut work).await {
            return Some(done);
        }
        let now = Instant::now();
        let late = now.saturating_duration_since(end);
        if late < HELD_UP || now.duration_since(start) > 3 * limit {
            return None;
        }
        end = now + late.min(limit);
    }
}

/// The body, and whether it is longer than is kept; nothing where it goes on for ever.
///
/// What is longer is read on, so that one that ends is told from one that does not.
async fn read(response: &mut reqwest::Response) -> Result<Option<(Bytes, bool)>, reqwest::Error> {
    let mut body = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = response.chunk().await? {
        length += chunk.len();
        if length > ENDLESS_BODY {
            return Ok(None);
        }
        if length <= LONGEST_BODY {
            body.extend_from_slice(&chunk);
        } else if body.len() > BEGINNING {
            body = BytesMut::from(&body[..BEGINNING]);
        }
    }
    // What a long body left room for is not kept with it.
    let exact =
        if body.capacity() - body.len() > BEGINNING { Bytes::copy_from_slice(&body) } else { body.freeze() };
    Ok(Some((exact, length > LONGEST_BODY)))
}

/// Whether this process, or this machine, may open no more files (EMFILE and ENFILE of POSIX).
fn is_starved(cause: &(dyn std::error::Error + 'static)) -> bool {
    let code = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error);
    cfg!(unix) && matches!(code, Some(23 | 24))
}

/// The TLS error in a cause; I/O wraps it once or twice, and does not call it its source.
fn tls_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let wrapped = || tls_error(cause.downcast_ref::<std::io::Error>()?.get_ref()?);
    cause.downcast_ref().or_else(wrapped)
}
