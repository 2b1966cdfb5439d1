//! Evidence: a report that a third party can check without trusting whoever hands it over.
//!
//! An attestation is an in-toto statement about a report and the journals of its run, in a DSSE envelope that a key
//! signed. Whoever has the files and the public key can verify it offline: the signature, the digests, that the
//! report follows from its cases, and the cases from the recorded exchanges. Everything here is a pure function of
//! what it is given; files, keys and variables are read by the command line.

pub mod asks;
pub mod certificate;
pub mod check;
pub mod cosign;
pub mod digest;
pub mod dsse;
pub mod examine;
mod fingerprint;
pub mod journals;
pub mod keys;
pub mod material;
pub mod requirements;
pub mod statement;
