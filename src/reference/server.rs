//! The HTTP server around the wallet: one thread, its own runtime, loopback only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, Response, StatusCode, Version, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};

use super::call::Call;
use super::conduct::Conduct;
use super::dialect::{self, Dialect};
use super::fault::Fault;
use super::inbox::{self, Inbox};
use super::spelling::{Listener, Peer};
use super::token::{CODE_PATH, REFRESH_PATH};
use super::transport::MAX_BODY;
use super::variant::{Habit, Variant};
use super::wallet::Engine;

/// Most bytes of an oversized body that are read and thrown away, so that the client is still there to read the
/// refusal.
const MAX_DISCARDED: usize = 16 * 1024 * 1024;

/// How long open exchanges may take to end after the wallet was told to stop.
const FAREWELL: Duration = Duration::from_secs(1);

/// Worker threads of the wallet's runtime. Two, so that a missing lock is a race even on a small machine.
const WORKERS: usize = 2;

/// How to start a wallet.
#[derive(Clone, Debug)]
pub struct Settings {
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Faults to switch on, in any combination.
    pub faults: Vec<&'static Fault>,
    /// Correct variants to switch on.
    pub variants: Vec<&'static Variant>,
    /// How it speaks.
    pub dialect: &'static Dialect,
    /// Whether `Client-Id`, `Request-Time` and `Signature` are required and checked. When false, none of them is
    /// looked at.
    pub require_signature: bool,
    /// How long sending one message takes. Timers tick in milliseconds, so that shorter ones are rounded up.
    pub send_delay: Duration,
    /// An http URL to which each delivery is posted as `{"requestId": …}`.
    pub webhook: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Vec::new(),
            variants: Vec::new(),
            dialect: &dialect::DEFAULT,
            require_signature: true,
            send_delay: Duration::from_micros(300),
            webhook: None,
        }
    }
}

/// A running reference wallet. Dropping it stops it.
#[derive(Debug)]
pub struct Wallet {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Wallet {
    /// Starts a wallet. When this returns, it accepts connections.
    ///
    /// # Errors
    /// The port is taken, or no thread or runtime is to be had.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let Settings { port, faults, variants, dialect, require_signature, send_delay, webhook } = settings;
        let (outgoing, deliveries) = mpsc::unbounded_channel();
        let inbox = Inbox::telling(webhook.is_some().then_some(outgoing));
        let conduct = Conduct::new(&faults, &variants).speaking(dialect);
        let engine = Arc::new(Engine::new(conduct, require_signature, send_delay, inbox)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
        if let Some(webhook) = webhook {
            runtime.spawn(inbox::post(webhook, deliveries));
        }
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new().name("reference-wallet".to_owned()).spawn(move || {
            runtime.block_on(serve(listener, engine, stopped));
            runtime.shutdown_background();
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops accepting, lets open exchanges end (for at most a second) and waits for the thread.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Wallet {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A wallet that panicked has nothing left to stop, and its panic was shown where it happened.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, engine: Arc<Engine>, stopped: watch::Receiver<bool>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let service =
        Router::new().fallback(entry).with_state(engine).into_make_service_with_connect_info::<Peer>();
    let server = axum::serve(Listener(listener), service).with_graceful_shutdown(until(stopped.clone()));
    tokio::select! {
        _ = server => {}
        () = async { until(stopped).await; tokio::time::sleep(FAREWELL).await } => {}
    }
}

/// Waits for the word to stop, or for whoever could give it to be gone.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn entry(
    State(engine): State<Arc<Engine>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if parts.method == Method::GET
        && let Some(answer) = aside(&engine, &parts.uri)
    {
        return answer;
    }
    if parts.version != Version::HTTP_2 && engine.conduct.does(Habit::Http2Only) {
        return plain(StatusCode::HTTP_VERSION_NOT_SUPPORTED, String::new());
    }
    // A body that broke off must not be taken for a whole one.
    let Some((body, oversized)) = collect(body).await else {
        return plain(StatusCode::BAD_REQUEST, String::new());
    };
    let dialect = engine.conduct.dialect;
    let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let call = Call {
        method: parts.method,
        path: dialect.plain(parts.uri.path()).unwrap_or_default().to_owned(),
        target: dialect.signed(&target).to_owned(),
        headers: parts.headers,
        body,
        oversized,
        capitals: peer.capitals(),
        peer: peer.address,
    };
    engine.handle(&call).await
}

/// Where effects are counted, by kind.
const PROBE: &str = "/probe/";

/// What the wallet answers beside its API: how often something took effect, and what a user would give.
fn aside(engine: &Engine, uri: &axum::http::Uri) -> Option<Response<Body>> {
    let value = |value: String| plain(StatusCode::OK, serde_json::json!({ "value": value }).to_string());
    Some(match uri.path() {
        "/probe/inbox" => probe(engine, uri),
        path if path.starts_with(PROBE) => {
            match engine.desk.ledger.effects.probe(&path[PROBE.len()..], uri) {
                Some(count) => plain(StatusCode::OK, count),
                None => plain(StatusCode::BAD_REQUEST, r#"{"error":"the key is missing"}"#.to_owned()),
            }
        }
        CODE_PATH => value(engine.desk.tokens.code()),
        REFRESH_PATH => value(engine.desk.tokens.refresh_token()),
        _ => return None,
    })
}

fn probe(engine: &Engine, uri: &axum::http::Uri) -> Response<Body> {
    match engine.desk.inbox.probe(uri) {
        Some(count) => plain(StatusCode::OK, count),
        None => plain(StatusCode::BAD_REQUEST, r#"{"error":"requestId is missing"}"#.to_owned()),
    }
}

fn plain(status: StatusCode, json: String) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

/// Reads a body: its bytes up to the limit, and whether there were more. `None` when it broke off.
async fn collect(body: Body) -> Option<(Bytes, bool)> {
    let mut stream = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut seen = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.ok()?;
        seen += chunk.len();
        let room = MAX_BODY - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if seen > MAX_DISCARDED {
            break;
        }
    }
    Some((kept.freeze(), seen > MAX_BODY))
}
