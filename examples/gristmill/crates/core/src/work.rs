use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use crate::NewJob;

const DEFAULT_ATTEMPTS: u32 = 3;
const MOST_ATTEMPTS: u32 = 20;
const LONGEST_TEXT: usize = 1 << 20;
const MOST_NUMBERS: usize = 100_000;
const LONGEST_SLEEP_MS: u64 = 3_600_000;
const LONGEST_MESSAGE: usize = 1_000;

/// What a job asks for: its kind, and the payload of that kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "lowercase", deny_unknown_fields)]
pub enum Work {
    /// Count the words of a text.
    Grind { text: String },
    /// Add numbers up.
    Sum { numbers: Vec<f64> },
    /// Do nothing for a while.
    Sleep { ms: u64 },
    /// Fail, with this message.
    Fail { message: String },
}

/// A job as a client submits it, not yet checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub kind: String,
    pub payload: Value,
    pub max_attempts: Option<u32>,
}

/// Why a submission is not accepted.
#[derive(Debug, Error, PartialEq)]
#[error("{0}")]
pub struct Invalid(String);

impl Submission {
    /// Checks kind, payload and limits.
    ///
    /// # Errors
    /// [`Invalid`], naming the field, what was expected and what was found.
    pub fn check(self) -> Result<NewJob, Invalid> {
        let tagged = json!({ "kind": self.kind, "payload": self.payload });
        let work: Work = serde_json::from_value(tagged).map_err(|error| Invalid(error.to_string()))?;
        work.check_limits()?;
        let max_attempts = self.max_attempts.unwrap_or(DEFAULT_ATTEMPTS);
        within("max_attempts", u64::from(max_attempts), 1, u64::from(MOST_ATTEMPTS))?;
        Ok(NewJob { work, max_attempts })
    }
}

impl Work {
    fn check_limits(&self) -> Result<(), Invalid> {
        match self {
            Work::Grind { text } => within("text length in bytes", text.len() as u64, 1, LONGEST_TEXT as u64),
            Work::Sum { numbers } => within("count of numbers", numbers.len() as u64, 1, MOST_NUMBERS as u64),
            Work::Sleep { ms } => within("ms", *ms, 0, LONGEST_SLEEP_MS),
            Work::Fail { message } => {
                within("message length in bytes", message.len() as u64, 0, LONGEST_MESSAGE as u64)
            }
        }
    }
}

fn within(field: &str, found: u64, least: u64, most: u64) -> Result<(), Invalid> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(Invalid(format!("{field} must be {least} to {most}, and is {found}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, payload: Value, max_attempts: Option<u32>) -> Result<NewJob, String> {
        let submission = Submission { kind: kind.into(), payload, max_attempts };
        submission.check().map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn accepts_each_kind() {
        for (kind, payload) in [
            ("grind", json!({ "text": "rye and oats" })),
            ("sum", json!({ "numbers": [1, 2.5] })),
            ("sleep", json!({ "ms": 0 })),
            ("fail", json!({ "message": "" })),
        ] {
            let job = check(kind, payload, None).unwrap();
            assert_eq!(job.max_attempts, DEFAULT_ATTEMPTS);
            assert_eq!(serde_json::to_value(&job.work).unwrap()["kind"], kind);
        }
    }

    #[test]
    fn refuses_what_it_cannot_do_and_says_why() {
        for (kind, payload, max_attempts, reason) in [
            ("bake", json!({}), None, "unknown variant `bake`"),
            ("grind", json!({}), None, "missing field `text`"),
            ("grind", json!({ "text": "a", "size": 1 }), None, "unknown field `size`"),
            ("grind", json!({ "text": "" }), None, "text length in bytes must be 1 to"),
            ("sum", json!({ "numbers": ["1"] }), None, "invalid type: string"),
            ("sum", json!({ "numbers": [] }), None, "count of numbers must be 1 to"),
            ("sleep", json!({ "ms": -1 }), None, "invalid value: integer `-1`"),
            ("sleep", json!({ "ms": 3_600_001 }), None, "and is 3600001"),
            ("sleep", json!({ "ms": 1 }), Some(0), "max_attempts must be 1 to 20, and is 0"),
            ("sleep", json!({ "ms": 1 }), Some(21), "and is 21"),
        ] {
            let message = check(kind, payload, max_attempts).unwrap_err();
            assert!(message.contains(reason), "{message:?} does not say {reason:?}");
        }
    }
}
