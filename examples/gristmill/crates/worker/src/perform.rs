use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use gristmill_core::{Outcome, Work};
use serde_json::{Value, json};

const LISTED_WORDS: usize = 10;
const NAP: Duration = Duration::from_millis(20);

/// Does the work. Whatever takes long asks `interrupted` now and then whether to go on.
pub fn perform(work: &Work, interrupted: &dyn Fn() -> bool) -> Outcome {
    match work {
        Work::Grind { text } => Outcome::Succeeded(grind(text)),
        Work::Sum { numbers } => match numbers.iter().sum::<f64>() {
            sum if sum.is_finite() => Outcome::Succeeded(json!({ "sum": sum, "count": numbers.len() })),
            _ => Outcome::Failed("the sum is too large for a 64-bit floating-point number".into()),
        },
        Work::Sleep { ms } => {
            let end = Instant::now() + Duration::from_millis(*ms);
            while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
                if interrupted() {
                    return Outcome::Interrupted;
                }
                sleep(left.min(NAP));
            }
            Outcome::Succeeded(json!({ "slept_ms": ms }))
        }
        Work::Fail { message } => Outcome::Failed(message.clone()),
    }
}

/// Counts words, letter case aside, and lists the most frequent, equals in alphabetical order.
fn grind(text: &str) -> Value {
    let mut counts = HashMap::<String, u64>::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let words: u64 = counts.values().sum();
    let distinct = counts.len();
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by(|(a, count_a), (b, count_b)| count_b.cmp(count_a).then_with(|| a.cmp(b)));
    ranked.truncate(LISTED_WORDS);
    let frequent: Vec<_> =
        ranked.into_iter().map(|(word, count)| json!({ "word": word, "count": count })).collect();
    json!({ "words": words, "distinct": distinct, "most_frequent": frequent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_each_kind() {
        for (work, expected) in [
            (
                Work::Grind { text: "Rye, oats; RYE\u{2014}bran".into() },
                Outcome::Succeeded(json!({ "words": 4, "distinct": 3, "most_frequent": [
                    { "word": "rye", "count": 2 },
                    { "word": "bran", "count": 1 },
                    { "word": "oats", "count": 1 },
                ]})),
            ),
            (
                Work::Sum { numbers: vec![1.0, 2.5, -4.0] },
                Outcome::Succeeded(json!({ "sum": -0.5, "count": 3 })),
            ),
            (
                Work::Sum { numbers: vec![f64::MAX, f64::MAX] },
                Outcome::Failed("the sum is too large for a 64-bit floating-point number".into()),
            ),
            (Work::Sleep { ms: 5 }, Outcome::Succeeded(json!({ "slept_ms": 5 }))),
            (Work::Fail { message: "no wind".into() }, Outcome::Failed("no wind".into())),
        ] {
            assert_eq!(perform(&work, &|| false), expected);
        }
    }

    #[test]
    fn wakes_when_interrupted() {
        let started = Instant::now();
        assert_eq!(perform(&Work::Sleep { ms: 60_000 }, &|| true), Outcome::Interrupted);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
