//! Tokens: which exist, what each may do, and the operations that issue, cancel and use them.

pub(super) mod apply;
pub(super) mod cancel;
pub(super) mod user;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answer::{Cause, Refusal};
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::fault::token::Flaw as TokenFlaw;

/// Where an authorisation code that is good for one request can be had, which a user would give in a real wallet.
pub const CODE_PATH: &str = "/demo/authCode";

/// Where a refresh token can be had whose access token has expired.
pub const REFRESH_PATH: &str = "/demo/refreshToken";

/// How long a wallet that looks a value up first takes to mark it as used: long enough for requests sent at the same
/// time to arrive on a busy machine.
const LOOK_UP: Duration = Duration::from_millis(40);

/// What the wallet has issued.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    issued: u64,
    /// Codes, and whether they are used.
    codes: HashMap<String, bool>,
    /// Refresh tokens, and whether they are used or cancelled.
    refresh: HashMap<String, State>,
    /// Access tokens, and the refresh token that was issued beside each.
    access: HashMap<String, String>,
    /// Access tokens that were cancelled.
    cancelled: HashSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Used,
    Cancelled,
}

/// An access token and the refresh token beside it.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

pub(super) const INVALID_CODE: Cause = Cause { code: "INVALID_CODE", message: "The code is invalid." };
pub(super) const USED_CODE: Cause = Cause { code: "USED_CODE", message: "The code was used before." };
pub(super) const EXPIRED_CODE: Cause = Cause { code: "EXPIRED_CODE", message: "The code has expired." };
pub(super) const INVALID_REFRESH_TOKEN: Cause =
    Cause { code: "INVALID_REFRESH_TOKEN", message: "The refresh token is invalid." };
pub(super) const USED_REFRESH_TOKEN: Cause =
    Cause { code: "USED_REFRESH_TOKEN", message: "The refresh token was used before." };
pub(super) const EXPIRED_REFRESH_TOKEN: Cause =
    Cause { code: "EXPIRED_REFRESH_TOKEN", message: "The refresh token has expired." };

impl Tokens {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code that is good for one request.
    pub(super) fn code(&self) -> String {
        let mut ledger = self.ledger();
        let code = ledger.name("code");
        ledger.codes.insert(code.clone(), false);
        code
    }

    /// A refresh token whose access token has expired.
    pub(super) fn refresh_token(&self) -> String {
        let mut ledger = self.ledger();
        let token = ledger.name("refresh");
        ledger.refresh.insert(token.clone(), State::Good);
        token
    }

    /// Whether the token may send inbox messages.
    pub(super) fn check(&self, token: &str, conduct: &Conduct) -> Result<(), Refusal> {
        if token == credentials().token_unscoped && !self.ledger().cancelled.contains(token) {
            let accepted = conduct.has(Flaw::UnscopedTokenAccepted);
            return if accepted { Ok(()) } else { Err(Refusal::UnscopedToken) };
        }
        self.alive(token, conduct)
    }

    /// Whether the token is one that was issued, has not expired and was not cancelled, whatever it may do.
    pub(super) fn alive(&self, token: &str, conduct: &Conduct) -> Result<(), Refusal> {
        let known = credentials();
        let ledger = self.ledger();
        let given = [known.token_valid, known.token_second, known.token_unscoped];
        let issued = given.contains(&token) || ledger.access.contains_key(token);
        if issued && !ledger.cancelled.contains(token) {
            return Ok(());
        }
        let (refusal, accepted) = if token == known.token_expired {
            (Refusal::ExpiredToken, Flaw::ExpiredTokenAccepted)
        } else {
            (Refusal::InvalidToken, Flaw::InvalidTokenAccepted)
        };
        if conduct.has(accepted) { Ok(()) } else { Err(refusal) }
    }

    /// Spends a code.
    async fn spend_code(&self, code: &str, conduct: &Conduct) -> Result<(), Refusal> {
        if code == credentials().code_expired {
            let accepted = conduct.has(TokenFlaw::ExpiredCodeAccepted);
            return if accepted { Ok(()) } else { Err(Refusal::Because(EXPIRED_CODE)) };
        }
        if conduct.has(TokenFlaw::CodeLookedUpFirst) && self.ledger().codes.get(code) == Some(&false) {
            tokio::time::sleep(LOOK_UP).await;
            self.ledger().codes.insert(code.to_owned(), true);
            return Ok(());
        }
        let mut ledger = self.ledger();
        let Some(used) = ledger.codes.get_mut(code) else {
            let unknown = conduct.has(TokenFlaw::UnknownCodeAnsweredUnknown);
            return Err(if unknown { Refusal::Unknown } else { Refusal::Because(INVALID_CODE) });
        };
        if *used && !conduct.has(TokenFlaw::CodeReusable) {
            return Err(Refusal::Because(USED_CODE));
        }
        *used = true;
        Ok(())
    }

    /// Spends a refresh token.
    async fn spend_refresh(&self, token: &str, conduct: &Conduct) -> Result<(), Refusal> {
        if token == credentials().refresh_expired {
            return Err(Refusal::Because(EXPIRED_REFRESH_TOKEN));
        }
        if conduct.has(TokenFlaw::RefreshLookedUpFirst)
            && self.ledger().refresh.get(token) == Some(&State::Good)
        {
            tokio::time::sleep(LOOK_UP).await;
            self.ledger().refresh.insert(token.to_owned(), State::Used);
            return Ok(());
        }
        let mut ledger = self.ledger();
        let state = ledger.refresh.get_mut(token).ok_or(Refusal::Because(INVALID_REFRESH_TOKEN))?;
        match *state {
            State::Used if !conduct.has(TokenFlaw::RefreshTokenReusable) => {
                Err(Refusal::Because(USED_REFRESH_TOKEN))
            }
            State::Cancelled => Err(Refusal::Because(INVALID_REFRESH_TOKEN)),
            State::Good | State::Used => {
                *state = State::Used;
                Ok(())
            }
        }
    }

    /// Issues an access token and the refresh token beside it.
    fn issue(&self, conduct: &Conduct) -> Pair {
        let mut ledger = self.ledger();
        let pair = Pair { access: ledger.name("access"), refresh: ledger.name("refresh") };
        if !conduct.has(TokenFlaw::IssuedTokenUnusable) {
            ledger.access.insert(pair.access.clone(), pair.refresh.clone());
        }
        ledger.refresh.insert(pair.refresh.clone(), State::Good);
        pair
    }

    /// Cancels an access token and the refresh token beside it.
    fn cancel(&self, token: &str, conduct: &Conduct) {
        let mut ledger = self.ledger();
        if !conduct.has(TokenFlaw::CancelKeepsAccessToken) {
            ledger.cancelled.insert(token.to_owned());
        }
        if conduct.has(TokenFlaw::CancelEndsOtherTokens) {
            let all: Vec<String> = ledger.access.keys().cloned().collect();
            ledger.cancelled.extend(all);
        }
        if conduct.has(TokenFlaw::CancelKeepsRefreshToken) {
            return;
        }
        if let Some(refresh) = ledger.access.get(token).cloned() {
            ledger.refresh.insert(refresh, State::Cancelled);
        }
    }
}

impl Ledger {
    /// A name for what is issued next; all are of one length.
    fn name(&mut self, kind: &str) -> String {
        self.issued += 1;
        let hash = blake3::hash(&self.issued.to_be_bytes()).to_hex();
        format!("demo-{kind}-{:08}-{}", self.issued, &hash[..12])
    }
}
