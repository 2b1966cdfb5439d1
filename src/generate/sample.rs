//! Strings that are fixed by what they are to show: exact lengths in odd characters, and look-alikes.

/// A string of a known length in code points, built from a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    unit: &'static str,
    /// Stands for what is left where the length is no multiple of the unit's.
    rest: char,
    length: u64,
}

impl Filled {
    pub(crate) fn new(unit: &'static str, length: u64) -> Self {
        Self { unit, rest: 'e', length }
    }

    pub(crate) fn length(self) -> u64 {
        self.length
    }

    /// The string. The rest comes first, since a combining mark at the end of the string is the test.
    pub(crate) fn text(self) -> String {
        let unit = self.unit.chars().count() as u64;
        let count = |number: u64| usize::try_from(number).unwrap_or(0);
        let mut text: String = std::iter::repeat_n(self.rest, count(self.length % unit)).collect();
        text.push_str(&self.unit.repeat(count(self.length / unit)));
        text
    }
}

/// Strings of `maxLength` code points whose bytes, UTF-16 units or graphemes are another number.
pub(crate) const UNITS: &[(&str, &str)] =
    &[("at-two-byte", "é"), ("at-three-byte", "中"), ("at-astral", "😀"), ("at-combining", "e\u{301}")];

/// A kind of text that programs trip over.
pub(crate) struct Look {
    pub(crate) side: &'static str,
    /// From the most telling to the shortest.
    pub(super) samples: &'static [&'static str],
    filler: char,
}

pub(crate) const LOOKS: &[Look] = &[
    Look { side: "text-rtl", samples: &["\u{202b}שלום عالم\u{202c}", "ש"], filler: 'ש' },
    Look {
        side: "text-control",
        samples: &["a\n\t\r\u{8}\u{c}\u{1}\u{1f}\u{7f}", "\n\u{1}", "\n"],
        filler: '\t',
    },
    Look { side: "text-nul", samples: &["a\u{0}b", "\u{0}"], filler: 'a' },
    Look { side: "text-number", samples: &["123", "1"], filler: '7' },
    Look { side: "text-json", samples: &["{\"a\":[1,null,\"\\u0000\"]}", "{}", "1"], filler: ' ' },
    Look { side: "text-html", samples: &["<script>alert(1)</script>&amp;\"'", "<b>&", "<"], filler: 'a' },
    Look {
        side: "text-emoji", samples: &["👩‍👩‍👧‍👦🇮🇶👍🏽", "😀"], filler: '😀'
    },
    Look { side: "text-combining", samples: &["e\u{301}o\u{308}\u{323}", "e\u{301}"], filler: 'e' },
    // The same words composed and decomposed: a target that normalises changes them, or their length.
    Look {
        side: "text-nfd",
        samples: &["é=e\u{301} Å=A\u{30a}=\u{212b} 각=\u{1100}\u{1161}\u{11a8}", "ée\u{301}", "\u{212b}"],
        filler: 'é',
    },
    Look {
        side: "text-zero-width",
        samples: &["\u{feff}a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{ad}f", "a\u{200b}", "\u{200b}"],
        filler: '\u{200b}',
    },
    Look { side: "text-nonchar", samples: &["\u{fffe}\u{ffff}\u{fdd0}\u{10ffff}", "\u{fffe}"], filler: 'a' },
    Look { side: "text-sql", samples: &["'; DROP TABLE users; --", "';--", "'"], filler: '\'' },
    Look {
        side: "text-format",
        samples: &["%s%n%d{0}{{7*7}}${jndi:ldap://localhost/a}", "%s%n", "%"],
        filler: '%',
    },
];

impl Look {
    /// The first sample that fits the lengths, filled up to the least one.
    pub(crate) fn fit(&self, min: u64, max: u64) -> Option<String> {
        let fits = |sample: &&&str| sample.chars().count() as u64 <= max;
        let sample = self.samples.iter().find(fits)?;
        let missing = min.saturating_sub(sample.chars().count() as u64);
        let mut text = (*sample).to_owned();
        text.extend(std::iter::repeat_n(self.filler, usize::try_from(missing).ok()?));
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn lengths_are_exact_and_graphemes_fewer() {
        for (side, unit) in UNITS {
            for length in [2, 3, 128] {
                assert_eq!(Filled::new(unit, length).text().chars().count() as u64, length, "{side}");
            }
        }
        let above = Filled::new("e\u{301}", 129).text();
        assert!(above.graphemes(true).count() <= 128);
    }

    #[test]
    fn looks_fit_their_window() {
        for look in LOOKS {
            for (min, max) in [(0, 2), (1, 128), (40, 60)] {
                let length = look.fit(min, max).map(|text| text.chars().count() as u64);
                assert!(length.is_some_and(|length| min <= length && length <= max), "{}", look.side);
            }
        }
        assert!(LOOKS.iter().all(|look| look.fit(0, 0).is_none()));
    }
}
