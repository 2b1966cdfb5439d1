//! The embedded reference wallet as a target.

use super::output::Failure;
use crate::reference::{self, Fault, Settings, Variant, Wallet};

/// Starts the wallet.
pub(super) fn start(settings: Settings) -> Result<Wallet, Failure> {
    let port = settings.port;
    Wallet::start(settings).map_err(|error| {
        Failure::input(format!(
            "the reference wallet cannot listen on port {port}: {error} (choose another with --port, or 0 for a free one)"
        ))
    })
}

/// The faults of these names.
pub(super) fn faults(names: &[String]) -> Result<Vec<&'static Fault>, Failure> {
    let unknown = |name: &String| format!("no fault is called `{name}` (see `proofmark faults`)");
    names.iter().map(|name| reference::fault(name).ok_or_else(|| Failure::input(unknown(name)))).collect()
}

/// The variants of these names.
pub(super) fn variants(names: &[String]) -> Result<Vec<&'static Variant>, Failure> {
    let known = || reference::variants().iter().map(|variant| variant.name).collect::<Vec<_>>().join(", ");
    let unknown = |name: &String| format!("no variant is called `{name}` (name one of: {})", known());
    names.iter().map(|name| reference::variant(name).ok_or_else(|| Failure::input(unknown(name)))).collect()
}
