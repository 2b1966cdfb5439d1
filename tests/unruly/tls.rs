//! TLS that goes wrong, and servers that speak something else.

use crate::ways::{Authority, HOST, Issued};
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a server does where TLS is spoken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// A certificate whose time is over.
    Expired,
    /// One whose time has not come.
    NotYetValid,
    /// One of another host.
    WrongName,
    /// One that nobody else has signed.
    SelfSigned,
    /// One of a CA that is not trusted.
    OtherAuthority,
    /// Knows TLS 1.0 alone, and says so.
    OldAlert,
    /// Answers with TLS 1.1 whatever was offered.
    OldHello,
    /// Takes the first message and says nothing.
    Hangs,
    /// Closes after the first message.
    Closes,
    /// Says something that is no TLS.
    Garbage,
    /// Speaks HTTP without TLS.
    Plain,
    /// Answers in full, and closes the connection without saying goodbye.
    NoGoodbye,
    /// Closes in the same way in the middle of an answer without a length.
    CutShort,
}

/// A certificate for the host with these dates, by its own key or by the CA's.
fn issued(ca: &Authority, manner: Manner) -> Issued {
    match manner {
        Manner::Expired => ca.issue_until(HOST, 2020),
        Manner::WrongName => ca.issue("another.test"),
        Manner::OtherAuthority => Authority::new().issue(HOST),
        Manner::NotYetValid | Manner::SelfSigned => {
            let mut params = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
            params.distinguished_name.push(DnType::CommonName, HOST);
            if manner == Manner::NotYetValid {
                (params.not_before, params.not_after) =
                    (date_time_ymd(3000, 1, 1), date_time_ymd(4000, 1, 1));
            }
            let key = KeyPair::generate().unwrap();
            let certificate = match manner {
                Manner::NotYetValid => ca.sign(&params, &key),
                _ => params.self_signed(&key).unwrap().pem(),
            };
            Issued { certificate, key: key.serialize_pem() }
        }
        _ => ca.issue(HOST),
    }
}

/// Starts a server in front of a wallet; its port.
pub(crate) fn start(wallet: &str, ca: &Authority, manner: Manner) -> u16 {
    let shown = issued(ca, manner);
    let chain = vec![CertificateDer::from_pem_slice(shown.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(shown.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let to = wallet.trim_start_matches("http://").to_owned();
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::from_std(socket).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, to.clone(), acceptor.clone(), manner));
            }
        });
    });
    port
}

async fn serve(mut near: TcpStream, to: String, acceptor: TlsAcceptor, manner: Manner) {
    // A record: its type, its version, the length of what follows.
    const ALERT: &[u8] = &[21, 3, 1, 0, 2, 2, 70];
    let mut first = [0; 4_096];
    let said: &[u8] = match manner {
        Manner::Plain => {
            let Ok(mut far) = TcpStream::connect(to).await else { return };
            let _ = copy_bidirectional(&mut near, &mut far).await;
            return;
        }
        Manner::OldAlert => ALERT,
        Manner::OldHello => &old_hello(),
        Manner::Garbage => b"220 mail.test ESMTP\r\n",
        Manner::Closes => b"",
        Manner::Hangs => {
            while !matches!(near.read(&mut first).await, Ok(0) | Err(_)) {}
            return;
        }
        _ => return inside(near, &to, &acceptor, manner).await,
    };
    let _ = near.read(&mut first).await;
    let _ = near.write_all(said).await;
}

/// A hello of a server that speaks TLS 1.1: its random bytes, no session, a cipher of that time, no compression.
fn old_hello() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, 2, 0, length + 4, 2, 0, 0, length];
    record.extend(hello);
    record
}

async fn inside(mut near: TcpStream, to: &str, acceptor: &TlsAcceptor, manner: Manner) {
    // Of a handshake that fails, the alert is all that the client hears.
    let Ok(mut tls) = acceptor.accept(&mut near).await else { return };
    let Ok(mut far) = TcpStream::connect(to).await else { return };
    if !matches!(manner, Manner::NoGoodbye | Manner::CutShort) {
        let _ = copy_bidirectional(&mut tls, &mut far).await;
        return;
    }
    if manner == Manner::CutShort {
        let mut request = vec![0; 65_536];
        let _ = tls.read(&mut request).await;
        let _ = tls
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"result\":{\"resu")
            .await;
        let _ = tls.flush().await;
        return;
    }
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = tls.read(&mut up) => {
                let Ok(read @ 1..) = read else { return };
                if far.write_all(&up[..read]).await.is_err() { return }
            }
            read = far.read(&mut down) => {
                let Ok(read @ 1..) = read else { return };
                let _ = tls.write_all(&down[..read]).await;
                let _ = tls.flush().await;
                // Dropped, and so closed, once the answer had its time.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                return;
            }
        }
    }
}
