//! Every case of every suite, explained.

use proofmark::case::explain::explain;
use proofmark::case::suite::Suite;
use std::collections::BTreeSet;

/// Every case with its explanation.
fn explained() -> Vec<(String, String)> {
    let suite = Suite::chosen(&["family".to_owned()]).unwrap();
    let operation = |id: &str| suite.contract.operation(id).unwrap_or_else(|| panic!("no operation {id}"));
    let one = |case: &proofmark::case::Case| {
        (case.id.clone(), explain(case, operation(&case.operation), operation(case.judged())))
    };
    suite.cases.iter().map(one).collect()
}

#[test]
fn every_case_says_what_is_sent_what_is_accepted_and_how_to_mend() {
    let all = explained();
    assert!(all.len() > 3000, "{}", all.len());
    if let Some(path) = std::env::var_os("EXPLAINED") {
        let whole: String = all.iter().flat_map(|(_, text)| [text, "\n"]).collect();
        std::fs::write(path, whole).unwrap();
    }
    for (id, text) in &all {
        let parts: Vec<&str> = text.split("\n\n").collect();
        let [head, about, sent, accepted, mend] = parts.as_slice() else { panic!("{id}: {text}") };
        assert!(head.starts_with(&format!("{id}\n  ")), "{text}");
        assert!(
            about.contains("level: ") && about.contains("law: ") && about.contains("\nclause: "),
            "{text}"
        );
        for (part, title) in [
            (sent, "what is sent\n  - "),
            (accepted, "what is accepted\n  "),
            (mend, "how to mend a target that breaks it\n  "),
        ] {
            assert!(part.starts_with(title) && part.trim_end().len() > title.len() + 8, "{id}: {part}");
        }
        // Lists without items, places that were not filled in, and what only a programmer reads.
        for wrong in [
            "``",
            "  is",
            " , ",
            " ,",
            "()",
            "{key}",
            "{id}",
            "{required}",
            "Some(",
            "codes  or",
            ": \n",
            " \n",
            "..",
        ] {
            assert!(!text.contains(wrong), "{id} has {wrong:?}: {text}");
        }
        let mend = mend.trim_end();
        assert!(mend.ends_with(['.', ')', '`']), "{id} stops in a sentence: {mend}");
    }
    let mends: BTreeSet<&str> = all.iter().filter_map(|(_, text)| text.split("breaks it\n").nth(1)).collect();
    assert!(mends.len() > 100, "{} ways to mend", mends.len());
}
