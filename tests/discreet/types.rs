//! Types that hold secrets cannot print them.

use crate::canaries::plant;
use crate::mirror::Mirror;
use crate::place::Place;
use crate::silent::Finder;
use proofmark::config::Config;
use proofmark::config::secret::Secret;
use proofmark::target::redact::{Redactor, Secrets};
use std::fmt::{Debug, Display};
use std::marker::PhantomData;

struct Of<T>(PhantomData<T>);

trait Otherwise {
    const DEBUG: bool = false;
    const DISPLAY: bool = false;
    const SERIALIZE: bool = false;
}

impl<T> Otherwise for Of<T> {}

/// Whether a type has a trait: the inherent constant is there only where it has.
macro_rules! has {
    ($of:ident, $constant:ident, $trait:path) => {
        #[allow(dead_code, reason = "the other one is used where the type has not the trait")]
        impl<T: $trait> Of<$of<T>> {
            const $constant: bool = true;
        }
    };
}

struct Is<T>(PhantomData<T>);
has!(Is, DEBUG, Debug);
has!(Is, DISPLAY, Display);
has!(Is, SERIALIZE, serde::Serialize);

#[test]
fn no_type_that_holds_a_secret_can_be_written_down() {
    // The test itself can tell.
    const {
        assert!(Of::<Is<String>>::DEBUG && Of::<Is<String>>::DISPLAY && Of::<Is<String>>::SERIALIZE);
        assert!(Of::<Is<Secret>>::DEBUG && !Of::<Is<Secret>>::DISPLAY && !Of::<Is<Secret>>::SERIALIZE);
    }
    macro_rules! silent {
        ($($kind:ty),* $(,)?) => {$(
            assert!(!Of::<Is<$kind>>::DEBUG, "{} can print itself", stringify!($kind));
            assert!(!Of::<Is<$kind>>::DISPLAY && !Of::<Is<$kind>>::SERIALIZE, "{}", stringify!($kind));
        )*};
    }
    silent!(
        proofmark::target::keys::SigningKey,
        proofmark::evidence::keys::SigningKey,
        proofmark::target::purse::Purse,
        proofmark::target::hook::Hook,
        proofmark::target::client::Client,
        proofmark::target::route::Route,
        proofmark::target::compose::Draft,
        proofmark::target::keep::Keeper,
        proofmark::run::session::Session,
        proofmark::exchange::Request,
        proofmark::exchange::Response,
        proofmark::exchange::Exchange,
        proofmark::exchange::History,
    );
    macro_rules! unwritten {
        ($($kind:ty),* $(,)?) => {$(
            assert!(!Of::<Is<$kind>>::DISPLAY && !Of::<Is<$kind>>::SERIALIZE, "{}", stringify!($kind));
        )*};
    }
    unwritten!(
        Config,
        Redactor,
        Secrets,
        proofmark::config::network::Network,
        proofmark::config::network::Credentials,
        proofmark::config::supply::Supply,
        proofmark::config::probe::Probe,
        proofmark::config::hook::Hook,
    );
}

#[test]
fn debug_says_nothing_of_a_configuration() {
    let mirror = Mirror::start();
    let mut place = Place::new();
    let hook = "[hook]\nurl = \"http://127.0.0.1:9/sign?key=canary-hook-query-e4\"\n";
    let canaries = plant(&mut place, &mirror, hook);
    place.variable("UNUSED", "");
    let variable = |name: &str| match name {
        "PM_TOKEN" => Some(crate::canaries::text("token in a variable").to_owned()),
        "PM_HEADER" => Some(crate::canaries::text("header in a variable").to_owned()),
        "PM_PROXY" => Some("http://canary.proxy.user.77:canary%3Aproxy%2Fpass%40word@127.0.0.1:9".to_owned()),
        _ => None,
    };
    let finder = Finder::new(canaries.all());
    for profile in [None, Some("supplied"), Some("plain")] {
        let config = Config::load(&place.path("conf/p.toml"), profile, &variable).unwrap();
        let secrets = std::sync::Arc::new(Secrets::of(&config, "12345678"));
        let contract = proofmark::contract::suites::builtin().unwrap();
        let redactor = Redactor::new(&secrets, &contract.operations[0]);
        let text = format!("{config:?}\n{config:#?}\n{secrets:?}\n{redactor:#?}");
        assert!(text.contains("«redacted:"), "{text}");
        finder.assert_silent(&[("Debug".to_owned(), text.into_bytes())]);
        let probes: Vec<String> = config.probes.values().map(|probe| format!("{probe:?}")).collect();
        assert!(probes.iter().all(|probe| probe.starts_with("Url(http://127.0.0.1:")), "{probes:?}");
    }
}
