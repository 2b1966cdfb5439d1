//! The embedded reference wallet as a target.

use super::output::{self, Failure};
use crate::contract;
use crate::reference::{self, Dialect, Fault, Settings, Variant, Wallet};

/// Starts the wallet.
pub(super) fn start(settings: Settings) -> Result<Wallet, Failure> {
    let port = settings.port;
    Wallet::start(settings).map_err(|error| {
        Failure::input(format!(
            "the reference wallet cannot listen on port {port}: {error} (choose another with --port, or 0 for a free one)"
        ))
    })
}

/// How the wallet speaks a dialect; one that it does not know of is told, and it speaks as it does by default.
pub(super) fn speaking(dialect: Option<&str>) -> &'static Dialect {
    let wanted = dialect.unwrap_or(contract::dialect::DEFAULT);
    reference::dialect(wanted).unwrap_or_else(|| {
        output::note(&format!(
            "the embedded wallet does not know the dialect {wanted}; it speaks the default one"
        ));
        reference::dialects()[0]
    })
}

/// The dialect of this name.
pub(super) fn dialect(name: &str) -> Result<&'static Dialect, Failure> {
    let known = || reference::dialects().iter().map(|dialect| dialect.name).collect::<Vec<_>>().join(", ");
    let unknown = || format!("--dialect {name}: the wallet does not speak it (name one of: {})", known());
    reference::dialect(name).ok_or_else(|| Failure::input(unknown()))
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
