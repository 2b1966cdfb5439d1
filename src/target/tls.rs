//! TLS: whom we trust, and who we are.

use crate::config::network::{Http, Identity, Network, Pem};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// Finds out whether certificates and key can be used, without a look at the system's own.
///
/// # Errors
/// The member of the configuration, what is wrong with it and how to mend it, in words that hold no key.
pub fn check(network: &Network) -> Result<(), String> {
    network.ca.as_ref().map(authorities).transpose()?;
    network
        .identity
        .as_ref()
        .map(|identity| certified(identity, &aws_lc_rs::default_provider()))
        .transpose()?;
    Ok(())
}

/// How TLS connections are made: the system's certificates are read, which takes a while.
///
/// # Errors
/// As [`check`]; or this machine's TLS setup cannot be used.
pub fn config(network: &Network, http: Http) -> Result<ClientConfig, String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let unusable = |error: rustls::Error| {
        format!(
            "TLS cannot be set up on this machine: {error} (install the system's CA certificates, or set target.ca)"
        )
    };
    let extra = network.ca.as_ref().map(authorities).transpose()?.unwrap_or_default();
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(unusable)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &network.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = (chain(&identity.certificate)?, key(identity)?);
            builder.with_client_auth_cert(chain, key).map_err(|error| unfit(&error))?
        }
    };
    config.alpn_protocols = vec![match http {
        Http::One => b"http/1.1".to_vec(),
        Http::Two => b"h2".to_vec(),
    }];
    Ok(config)
}

/// The certificates of CAs that are trusted beside the system's.
fn authorities(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = certificates(pem, "target.ca")?;
    let mut store = RootCertStore::empty();
    for (index, certificate) in found.iter().enumerate() {
        store.add(certificate.clone()).map_err(|error| {
            format!(
                "target.ca: certificate {} cannot be used: {error} (give the certificate of a CA, X.509)",
                index + 1
            )
        })?;
    }
    Ok(found)
}

fn chain(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, String> {
    certificates(pem, "client.certificate")
}

fn certificates(pem: &Pem, member: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let mend = "give PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----";
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.text.as_bytes()).collect();
    match found {
        Err(_) => Err(format!("{member} is damaged PEM text ({mend})")),
        Ok(found) if found.is_empty() => Err(format!("{member} holds no certificate ({mend})")),
        Ok(found) => Ok(found),
    }
}

fn key(identity: &Identity) -> Result<PrivateKeyDer<'static>, String> {
    let text = identity.key.expose();
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        let what = if text.contains("ENCRYPTED") { "is encrypted" } else { "holds no private key" };
        format!("client.certificate_key {what} (give PEM text in PKCS#8, PKCS#1 or SEC1 form, not encrypted)")
    })
}

/// Whether certificate and key belong together.
fn certified(identity: &Identity, provider: &CryptoProvider) -> Result<(), String> {
    let (chain, key) = (chain(&identity.certificate)?, key(identity)?);
    CertifiedKey::from_der(chain, key, provider).map(drop).map_err(|error| unfit(&error))
}

fn unfit(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            "client.certificate_key does not belong to client.certificate (give the key that the certificate was issued for, and the client's own certificate before those of its CAs)".to_owned()
        }
        rustls::Error::InvalidCertificate(error) => {
            format!("client.certificate cannot be used: {error} (give an X.509 certificate)")
        }
        _ => "client.certificate_key cannot be used (give an RSA, EC or Ed25519 key)".to_owned(),
    }
}
