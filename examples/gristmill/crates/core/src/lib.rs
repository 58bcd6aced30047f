//! Gristmill's rules, without a disk, a clock or a network: callers say what time it is.

mod job;
mod retry;
mod work;

pub use job::{Job, JobId, Lease, NewJob, Outcome, Refusal, State};
pub use retry::backoff_ms;
pub use work::{Invalid, Submission, Work};
