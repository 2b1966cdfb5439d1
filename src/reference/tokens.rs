//! Access tokens: which exist, and what each may do.

use super::answer::Refusal;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;

/// Whether the token may send inbox messages.
pub(super) fn check(token: &str, conduct: &Conduct) -> Result<(), Refusal> {
    let known = credentials();
    if token == known.token_valid || token == known.token_second {
        return Ok(());
    }
    let (refusal, accepted) = if token == known.token_unscoped {
        (Refusal::UnscopedToken, Flaw::UnscopedTokenAccepted)
    } else if token == known.token_expired {
        (Refusal::ExpiredToken, Flaw::ExpiredTokenAccepted)
    } else {
        (Refusal::InvalidToken, Flaw::InvalidTokenAccepted)
    };
    if conduct.has(accepted) { Ok(()) } else { Err(refusal) }
}
