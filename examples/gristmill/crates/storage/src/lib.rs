//! Where jobs are kept. Every process of a mill, servers and workers alike, opens the same storage;
//! what may happen to a job is decided by `gristmill_core::Job`, under the storage's lock.

mod file;
mod postgres;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use gristmill_core::{Job, JobId, NewJob, Outcome, Refusal, State};
use thiserror::Error;

pub use file::FileStorage;
pub use postgres::PostgresStorage;

/// What can go wrong with a storage.
#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no job {0}")]
    NotFound(JobId),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("PostgreSQL: {}", with_causes(.0))]
    Postgres(#[from] ::postgres::Error),
}

pub type Result<T> = std::result::Result<T, Error>;

/// Which jobs to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Any state where absent.
    pub state: Option<State>,
    pub limit: u32,
}

/// A change to a job, given the storage's time in milliseconds since the Unix epoch.
pub type Change<'a> = &'a mut dyn FnMut(&mut Job, u64) -> std::result::Result<(), Refusal>;

/// A place for jobs that several processes may share. Each method is atomic, and durable once it returns.
pub trait Storage: Send + Sync {
    /// `file` or `postgres`.
    fn name(&self) -> &'static str;

    /// Says whether the storage can be reached.
    fn ping(&self) -> Result<()>;

    /// Queues a job.
    fn submit(&self, new: NewJob) -> Result<Job>;

    /// Finds a job.
    ///
    /// # Errors
    /// [`Error::NotFound`] among others.
    fn get(&self, id: JobId) -> Result<Job>;

    /// Lists jobs, the newest first.
    fn list(&self, filter: Filter) -> Result<Vec<Job>>;

    /// Gives the worker the job that has been claimable for longest, if there is any.
    fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Job>>;

    /// Applies a change to a job and keeps the result, unless the change refuses.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Refused`] among others.
    fn update(&self, id: JobId, change: Change<'_>) -> Result<Job>;

    /// See [`Job::cancel`].
    fn cancel(&self, id: JobId) -> Result<Job> {
        self.update(id, &mut |job, now_ms| job.cancel(now_ms))
    }

    /// See [`Job::heartbeat`].
    fn heartbeat(&self, id: JobId, worker: &str, lease: Duration) -> Result<Job> {
        self.update(id, &mut |job, now_ms| job.heartbeat(worker, millis(lease), now_ms))
    }

    /// See [`Job::finish`].
    fn finish(&self, id: JobId, worker: &str, outcome: Outcome) -> Result<Job> {
        self.update(id, &mut |job, now_ms| job.finish(worker, outcome.clone(), now_ms))
    }
}

/// Opens the PostgreSQL database that `DATABASE_URL` names, or else the folder that `GRISTMILL_DATA` names,
/// or else `./gristmill-data`.
pub fn open_from_env() -> Result<Box<dyn Storage>> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(url) = set("DATABASE_URL") {
        return Ok(Box::new(PostgresStorage::open(&url.to_string_lossy())?));
    }
    let folder = set("GRISTMILL_DATA").unwrap_or_else(|| "gristmill-data".into());
    Ok(Box::new(FileStorage::open(folder.as_ref())?))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The PostgreSQL client's errors keep what the server said among their sources.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
