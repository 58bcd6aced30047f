use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::{Work, backoff_ms};

/// A job's name: a version 7 UUID (RFC 9562, section 5.7), so that names sort by time of submission.
pub type JobId = Uuid;

/// Where a job is in its life. The last three are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl State {
    pub const ALL: [State; 5] =
        [State::Queued, State::Running, State::Succeeded, State::Failed, State::Cancelled];

    /// The name in JSON, in the database and in query strings.
    pub fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }
}

/// A checked submission.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    pub work: Work,
    pub max_attempts: u32,
}

/// A worker's hold on a running job. Once it expires, the job is anyone's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lease {
    pub worker: String,
    pub expires_at_ms: u64,
}

/// A job. All times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    #[serde(flatten)]
    pub work: Work,
    pub state: State,
    /// How many times a worker has taken the job.
    pub attempts: u32,
    pub max_attempts: u32,
    pub created_at_ms: u64,
    pub updated_at_ms: u64,
    /// Not taken before this time.
    pub due_at_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Succeeded(Value),
    Failed(String),
    /// The worker was asked to stop: the attempt does not count.
    Interrupted,
}

/// Why a job may not change as asked.
#[derive(Debug, Error, PartialEq)]
pub enum Refusal {
    #[error("the job is already over: {}", .0.name())]
    Final(State),
    #[error("the worker no longer holds the job")]
    LeaseLost,
}

impl Job {
    pub fn new(new: NewJob, now_ms: u64) -> Self {
        Self {
            id: JobId::now_v7(),
            work: new.work,
            state: State::Queued,
            attempts: 0,
            max_attempts: new.max_attempts,
            created_at_ms: now_ms,
            updated_at_ms: now_ms,
            due_at_ms: now_ms,
            lease: None,
            result: None,
            error: None,
        }
    }

    /// When a worker may take the job: once due if queued, once its lease is out if running, else never.
    pub fn claimable_at_ms(&self) -> Option<u64> {
        match self.state {
            State::Queued => Some(self.due_at_ms),
            State::Running => self.lease.as_ref().map(|lease| lease.expires_at_ms),
            State::Succeeded | State::Failed | State::Cancelled => None,
        }
    }

    /// Gives a claimable job to a worker, and says whether the worker got it: a job whose last attempt
    /// died with its worker fails instead.
    pub fn claim(&mut self, worker: &str, lease_ms: u64, now_ms: u64) -> bool {
        if self.state == State::Running && self.attempts >= self.max_attempts {
            self.settle(State::Failed, now_ms);
            self.error = Some("the worker stopped answering".into());
            return false;
        }
        self.state = State::Running;
        self.attempts += 1;
        self.updated_at_ms = now_ms;
        self.lease = Some(Lease { worker: worker.into(), expires_at_ms: now_ms + lease_ms });
        true
    }

    /// Extends a worker's lease.
    ///
    /// # Errors
    /// [`Refusal::LeaseLost`] if the job was cancelled or went to another worker.
    pub fn heartbeat(&mut self, worker: &str, lease_ms: u64, now_ms: u64) -> Result<(), Refusal> {
        self.lease_of(worker)?.expires_at_ms = now_ms + lease_ms;
        Ok(())
    }

    /// Ends an attempt; a failed one is queued again while attempts remain.
    ///
    /// # Errors
    /// [`Refusal::LeaseLost`] if the job was cancelled or went to another worker.
    pub fn finish(&mut self, worker: &str, outcome: Outcome, now_ms: u64) -> Result<(), Refusal> {
        self.lease_of(worker)?;
        match outcome {
            Outcome::Succeeded(result) => {
                self.settle(State::Succeeded, now_ms);
                self.result = Some(result);
                self.error = None;
            }
            Outcome::Failed(error) => {
                let last = self.attempts >= self.max_attempts;
                self.settle(if last { State::Failed } else { State::Queued }, now_ms);
                if !last {
                    self.due_at_ms = now_ms + backoff_ms(self.attempts);
                }
                self.error = Some(error);
            }
            Outcome::Interrupted => {
                self.settle(State::Queued, now_ms);
                self.attempts -= 1;
            }
        }
        Ok(())
    }

    /// Cancels a job that is not final.
    ///
    /// # Errors
    /// [`Refusal::Final`] if it is.
    pub fn cancel(&mut self, now_ms: u64) -> Result<(), Refusal> {
        if self.claimable_at_ms().is_none() {
            return Err(Refusal::Final(self.state));
        }
        self.settle(State::Cancelled, now_ms);
        Ok(())
    }

    fn settle(&mut self, state: State, now_ms: u64) {
        self.state = state;
        self.lease = None;
        self.updated_at_ms = now_ms;
    }

    fn lease_of(&mut self, worker: &str) -> Result<&mut Lease, Refusal> {
        self.lease.as_mut().filter(|lease| lease.worker == worker).ok_or(Refusal::LeaseLost)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(max_attempts: u32) -> Job {
        let work = Work::Sleep { ms: 1 };
        Job::new(NewJob { work, max_attempts }, 1_000)
    }

    #[test]
    fn fails_only_after_its_last_attempt() {
        let mut job = job(2);
        assert!(job.claim("a", 50, 1_000));
        job.finish("a", Outcome::Failed("hot".into()), 1_010).unwrap();
        assert_eq!((job.state, job.claimable_at_ms()), (State::Queued, Some(1_260)));
        assert!(job.claim("b", 50, 1_260));
        job.finish("b", Outcome::Failed("hotter".into()), 1_270).unwrap();
        assert_eq!((job.state, job.claimable_at_ms()), (State::Failed, None));
        assert_eq!(job.error.as_deref(), Some("hotter"));
    }

    #[test]
    fn a_dead_workers_job_goes_to_another_until_attempts_run_out() {
        let mut job = job(2);
        assert!(job.claim("a", 50, 1_000));
        assert_eq!(job.claimable_at_ms(), Some(1_050));
        assert!(job.claim("b", 50, 1_050));
        assert_eq!(job.heartbeat("a", 50, 1_060), Err(Refusal::LeaseLost));
        job.heartbeat("b", 50, 1_060).unwrap();
        assert_eq!(job.claimable_at_ms(), Some(1_110));
        assert!(!job.claim("c", 50, 1_110));
        assert_eq!(job.state, State::Failed);
    }

    #[test]
    fn an_interrupted_attempt_does_not_count() {
        let mut job = job(1);
        assert!(job.claim("a", 50, 1_000));
        job.finish("a", Outcome::Interrupted, 1_010).unwrap();
        assert_eq!((job.state, job.attempts), (State::Queued, 0));
    }

    #[test]
    fn a_cancelled_job_stays_cancelled() {
        let mut job = job(3);
        assert!(job.claim("a", 50, 1_000));
        job.cancel(1_010).unwrap();
        let late = job.finish("a", Outcome::Succeeded(json!({})), 1_020);
        assert_eq!(late, Err(Refusal::LeaseLost));
        assert_eq!(job.cancel(1_030), Err(Refusal::Final(State::Cancelled)));
        assert_eq!(job.state, State::Cancelled);
    }

    #[test]
    fn is_the_same_after_json_and_back() {
        for work in [Work::Grind { text: "rye".into() }, Work::Sum { numbers: vec![1.0, 0.1] }] {
            let mut job = Job::new(NewJob { work, max_attempts: 3 }, 1_000);
            assert!(job.claim("a", 50, 1_000));
            let text = serde_json::to_string(&job).unwrap();
            assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), job);
        }
    }

    #[test]
    fn states_have_one_name_everywhere() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }
}
