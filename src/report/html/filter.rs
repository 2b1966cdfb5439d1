//! The form that filters findings and cases; the script shows it, for without one it would do nothing.

use super::super::model::Report;
use super::super::words;
use super::parts::sign;
use maud::{Markup, html};

pub(super) fn form(report: &Report) -> Markup {
    let cases = &report.cases;
    let verdicts = words::VERDICTS.map(|verdict| (words::verdict(verdict), report.totals.get(verdict)));
    let laws = words::LAWS.map(|law| (words::law(law), cases.iter().filter(|case| case.law == law).count()));
    let levels = words::LEVELS
        .map(|level| (words::level(level), cases.iter().filter(|case| case.level == level).count()));
    html! {
        search.scripted {
            form #filter aria-label="Filter findings and cases" {
                details {
                    summary { h2 { "Filter" } }
                    label for="text" { "Text" }
                    input #text type="search" name="text" autocomplete="off" autocapitalize="off" spellcheck="false";
                    (choices("Verdict", "verdict", &verdicts))
                    (choices("Law", "law", &laws))
                    (choices("Level", "level", &levels))
                    button type="reset" { "Show everything" }
                }
                p #count role="status" {}
            }
        }
    }
}

fn choices(legend: &str, name: &str, values: &[(&str, usize)]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (value, count) in values.iter().filter(|(_, count)| *count > 0) {
                label {
                    input type="checkbox" name=(name) value=(value);
                    @if name == "verdict" { span.sign data-kind=(value) aria-hidden="true" { (sign(value)) } }
                    span { (value) } " " span.of { (count) }
                }
            }
        }
    }
}
