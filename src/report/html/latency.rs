//! How long answers took, as a histogram over a logarithmic axis, with the numbers beside it.

use super::super::model::{Latency, Report};
use super::super::text;
use super::page::line;
use super::parts::table;
use maud::{Markup, html};

/// Units of the plot.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 212.0;
/// Room for the words above and below the bars.
const ABOVE: f64 = 46.0;
const BELOW: f64 = 26.0;

/// The hundredths that are told.
const PERCENTS: [u64; 4] = [50, 90, 95, 99];

/// Plots that stand open.
const OPEN: usize = 3;

pub(super) fn section(report: &Report) -> Markup {
    let plots: Vec<&Latency> =
        report.latency.iter().filter(|one| one.answers > 0 && !one.buckets.is_empty()).collect();
    let head = html! {
        th scope="col" { "Operation" }
        th.number scope="col" { "Answers" }
        th.number scope="col" { "Mean" }
        @for percent in PERCENTS { th.number scope="col" { (percent) " % within" } }
        th.number scope="col" { "Slowest" }
    };
    let rows = html! {
        @for one in &plots {
            tr {
                th scope="row" { code { (line(&one.operation)) } }
                td.number { (one.answers) }
                td.number { (time(one.total_us / one.answers)) }
                @for percent in PERCENTS { td.number { (one.percentile(percent).map(time).unwrap_or_default()) } }
                td.number { (time(one.max_us)) }
            }
        }
    };
    html! {
        section #latency aria-labelledby="latency-title" {
            h2 #latency-title { "How long answers took" }
            @if plots.is_empty() { p { "No answer was timed." } } @else {
                @for (nth, one) in plots.iter().enumerate() {
                    details open[nth < OPEN] {
                        summary { code { (line(&one.operation)) } ", " (text::count(usize::try_from(one.answers).unwrap_or(usize::MAX), "answer")) }
                        (plot(one))
                    }
                }
                (table("How long answers took", &head, &rows))
            }
        }
    }
}

/// Microseconds for people, to two digits or three.
fn time(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{:.1} ms", us as f64 / 1e3),
        10_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{:.1} s", us as f64 / 1e6),
    }
}

/// The smallest power of ten that is at least so much, in microseconds.
fn decade_above(us: u64) -> u64 {
    let mut bound = 1_000;
    while bound < us && bound < 1_000_000_000_000 {
        bound *= 10;
    }
    bound
}

fn plot(one: &Latency) -> Markup {
    let least = one.buckets.first().map_or(100, |bucket| bucket.up_to_us).clamp(100, 1_000_000_000);
    let mut from = 10;
    while from * 10 < least {
        from *= 10;
    }
    let to = decade_above(one.max_us).max(from * 100);
    let (left, right) = ((from as f64).log10(), (to as f64).log10());
    let x = |us: u64| {
        ((us.max(1) as f64).log10() - left).clamp(0.0, right - left) / (right - left) * (WIDTH - 2.0) + 1.0
    };
    let most = one.buckets.iter().map(|bucket| bucket.count).max().unwrap_or(1).max(1) as f64;
    let floor = HEIGHT - BELOW;
    let tall = |count: u64| (count as f64 / most * (floor - ABOVE)).max(1.0);
    let decades = std::iter::successors(Some(from), |us| us.checked_mul(10)).take_while(|us| *us <= to);
    let marks: Vec<(u64, u64)> =
        [50, 95, 99].into_iter().filter_map(|percent| Some((percent, one.percentile(percent)?))).collect();
    let told: Vec<String> =
        marks.iter().map(|(percent, us)| format!("{percent} % within {}", time(*us))).collect();
    let label = format!("Histogram of answer times: {}, slowest {}", told.join(", "), time(one.max_us));
    html! {
        figure.plot {
            div.wide tabindex="0" role="group" aria-label="Plot of answer times" {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
                    @for us in decades {
                        line.grid x1=(at(x(us))) x2=(at(x(us))) y1=(ABOVE) y2=(floor) {}
                        text.tick x=(at(x(us))) y=(HEIGHT - 8.0) text-anchor=(anchor(x(us))) { (tick(us)) }
                    }
                    @for bucket in &one.buckets {
                        // The bounds of buckets are about a quarter apart.
                        @let (start, end) = (x(bucket.up_to_us / 5 * 4), x(bucket.up_to_us));
                        rect.column x=(at(start + 0.5)) y=(at(floor - tall(bucket.count))) width=(at((end - start - 1.0).max(1.0)))
                            height=(at(tall(bucket.count))) { title { "up to " (time(bucket.up_to_us)) ": " (bucket.count) } }
                    }
                    line.axis x1="0" x2=(WIDTH) y1=(floor) y2=(floor) {}
                    @for (nth, (percent, us)) in marks.iter().enumerate() {
                        @let height = 11.0 + 14.0 * nth as f64;
                        line.percent x1=(at(x(*us))) x2=(at(x(*us))) y1=(height) y2=(floor) {}
                        text.percent x=(at(x(*us) + if x(*us) > WIDTH - 110.0 { -4.0 } else { 4.0 })) y=(height)
                            text-anchor=(if x(*us) > WIDTH - 110.0 { "end" } else { "start" }) { "p" (percent) " " (time(*us)) }
                    }
                }
            }
            figcaption { "Answers by the time from sending to the last byte; the axis is logarithmic." }
        }
    }
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

fn anchor(place: f64) -> &'static str {
    if place < 20.0 {
        "start"
    } else if place > WIDTH - 20.0 {
        "end"
    } else {
        "middle"
    }
}

fn tick(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{} s", us / 1_000_000),
    }
}
