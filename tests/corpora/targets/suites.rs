//! The suites that targets judge by, read once.

use proofmark::case::suite::Suite;
use proofmark::contract::Contract;
use proofmark::contract::suites;
use std::sync::LazyLock;

/// The contract of every built-in operation.
pub(super) static FAMILY: LazyLock<Contract> =
    LazyLock::new(|| suites::chosen(&[suites::FAMILY.to_owned()]).expect("the built-in contracts are sound"));

/// The built-in suite.
pub(super) static BUILTIN: LazyLock<Suite> =
    LazyLock::new(|| Suite::builtin().expect("the built-in suite is sound"));

/// A suite of an API whose HTTP statuses say how a request went.
pub(super) static BY_HTTP: LazyLock<Suite> = LazyLock::new(|| {
    let contract =
        Contract::parse("by-http.yaml", include_str!("../by-http.yaml")).expect("the contract is sound");
    Suite::new(contract, &[]).expect("the contract has payloads")
});
