//! A configuration that is wrong right at a secret: the error says where, and not what.

use crate::place::Place;
use crate::silent::Finder;

const CANARY: &str = "canary-5f0c-wrong";

/// What stands in the file, and what the error names.
const WRONG: [(&str, &str); 24] = [
    ("[tokens]\nvalid = \"canary-5f0c-wrong", ":2"),
    ("[tokens]\nvalid = canary-5f0c-wrong", ":2"),
    ("[tokens]\nvalid = [\"canary-5f0c-wrong\", 5]", ":2"),
    ("[tokens]\nvalid = { text = \"canary-5f0c-wrong\" }", ":"),
    ("[tokens]\nvalid = { env = \"A\", file = \"canary-5f0c-wrong\" }", ":"),
    ("[tokens]\nvalid = \"a\"\nvalid = \"canary-5f0c-wrong\"", ":3"),
    ("[tokens]\nvalid = { url = \"canary-5f0c-wrong\" }", "tokens.valid"),
    ("[tokens]\nvalid = { url = \"ftp://u:canary-5f0c-wrong@h/\" }", "tokens.valid"),
    ("[token]\nvalid = \"canary-5f0c-wrong\"", ":1"),
    ("[client]\nprivate_key = \"canary-5f0c-wrong\"", "client.private_key"),
    (
        "[client]\nid = \"C\"\nprivate_key = \"-----BEGIN PRIVATE KEY-----\\ncanary-5f0c-wrong\"",
        "client.private_key",
    ),
    ("[client]\nprivate_keys = \"canary-5f0c-wrong\"", ":2"),
    ("[client]\nid = [\"canary-5f0c-wrong\"]", ":2"),
    ("[target]\nproxy = \"canary-5f0c-wrong\"", "target.proxy"),
    ("[target]\nproxy = \"socks5://u:canary-5f0c-wrong@h:1\"", "target.proxy"),
    ("[target]\nproxy = \"http://u:canary-5f0c-wrong@h:x\"", "target.proxy"),
    ("[target]\nproxy = { password = \"canary-5f0c-wrong\" }", ":"),
    ("[target]\nurl = \"http://u:canary-5f0c-wrong@h\"", "target.url"),
    ("[target]\nurl = \"http://h/?key=canary-5f0c-wrong\"", "target.url"),
    ("[headers]\nX-Key = \"canary-5f0c-wrong\\n\"", "headers.X-Key"),
    ("[headers]\nX-Key = { value = \"canary-5f0c-wrong\" }", ":"),
    ("[hook]\nurl = \"http://u:canary-5f0c-wrong@h\"", "hook.url"),
    ("[hook]\nurl = \"canary-5f0c-wrong\"", "hook.url"),
    ("[probe]\ninbox = \"canary-5f0c-wrong\"", "probe.inbox"),
];

#[test]
fn an_error_says_where_and_not_what() {
    let place = Place::new();
    let finder = Finder::new([("the canary", CANARY.as_bytes())]);
    for (text, named) in WRONG {
        place.write("conf/p.toml", text);
        for line in ["run --config conf/p.toml", "lint conf/p.toml"] {
            let done = place.run(&format!(
                "{line}{}",
                if line.starts_with("run") { " --target http://127.0.0.1:1" } else { "" }
            ));
            assert_eq!(done.code, Some(2), "{text}: {}", done.texts());
            finder.assert_silent(&[(format!("{line}: {text}"), done.texts().into_bytes())]);
            assert!(line.starts_with("lint") || done.texts().contains(named), "{text}: {}", done.texts());
        }
    }
}

#[test]
fn a_key_for_evidence_that_is_wrong_is_not_repeated() {
    let place = Place::new();
    place.write("out/r.json", "{}");
    let finder = Finder::new([("the canary", CANARY.as_bytes())]);
    for text in
        [CANARY.to_owned(), format!("-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n")]
    {
        place.write("conf/k.pem", text);
        let done = place.run("attest out/r.json --key conf/k.pem");
        assert_eq!(done.code, Some(2), "{}", done.texts());
        finder.assert_silent(&[("attest".to_owned(), done.texts().into_bytes())]);
    }
}
