//! A worker: takes one job at a time from the storage, does it, and says how it went.

mod perform;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{scope, sleep};
use std::time::Duration;

use gristmill_core::{Job, JobId, Outcome, Refusal, State};
use gristmill_storage::{Error, Filter, Result, Storage};

pub use perform::perform;

const POLL: Duration = Duration::from_millis(100);
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// One worker. Its name must be its own: leases are held under it.
pub struct Worker {
    pub storage: Box<dyn Storage>,
    pub name: String,
    /// How long a job stays with this worker after its last sign of life, which it gives three times as often.
    pub lease: Duration,
    /// Set from outside to make the worker stop; a job in hand goes back to the queue.
    pub stop: Arc<AtomicBool>,
}

impl Worker {
    /// Does jobs until told to stop; errors of the storage are printed, and tried again.
    pub fn run(&self) {
        while !self.stopped() {
            match self.do_next() {
                Ok(true) => {}
                Ok(false) => sleep(POLL),
                Err(error) => {
                    eprintln!("{}: {error}", self.name);
                    sleep(AFTER_ERROR);
                }
            }
        }
    }

    /// Does jobs until none is queued, those waiting for another attempt included.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn run_until_empty(&self) -> Result<()> {
        let queued = Filter { state: Some(State::Queued), limit: 1 };
        while !self.stopped() {
            if !self.do_next()? {
                if self.storage.list(queued)?.is_empty() {
                    return Ok(());
                }
                sleep(POLL);
            }
        }
        Ok(())
    }

    /// Does the next job, and says whether there was one.
    fn do_next(&self) -> Result<bool> {
        let Some(job) = self.storage.claim(&self.name, self.lease)? else {
            return Ok(false);
        };
        let outcome = self.do_job(&job);
        match self.storage.finish(job.id, &self.name, outcome) {
            Ok(job) => println!("{}: job {} is {}", self.name, job.id, job.state.name()),
            Err(Error::Refused(refusal)) => println!("{}: job {}: {refusal}", self.name, job.id),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    fn do_job(&self, job: &Job) -> Outcome {
        let lost = AtomicBool::new(false);
        let (done, wait) = channel();
        scope(|scope| {
            scope.spawn(|| self.keep_lease(job.id, wait, &lost));
            let outcome = perform(&job.work, &|| self.stopped() || lost.load(Ordering::Relaxed));
            drop(done);
            outcome
        })
    }

    /// Gives signs of life until the other end of `wait` is dropped or the job is lost.
    fn keep_lease(&self, id: JobId, wait: Receiver<()>, lost: &AtomicBool) {
        while let Err(RecvTimeoutError::Timeout) = wait.recv_timeout(self.lease / 3) {
            match self.storage.heartbeat(id, &self.name, self.lease) {
                Ok(_) => {}
                Err(Error::Refused(Refusal::LeaseLost)) => return lost.store(true, Ordering::Relaxed),
                Err(error) => eprintln!("{}: job {id}: {error}", self.name),
            }
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::thread::spawn;

    use gristmill_core::{NewJob, Work};
    use gristmill_storage::FileStorage;

    use super::*;

    fn worker(folder: &Path, name: &str) -> Worker {
        Worker {
            storage: Box::new(FileStorage::open(folder).unwrap()),
            name: name.into(),
            lease: Duration::from_millis(150),
            stop: Arc::default(),
        }
    }

    fn submit(worker: &Worker, work: Work, max_attempts: u32) -> JobId {
        worker.storage.submit(NewJob { work, max_attempts }).unwrap().id
    }

    fn wait_until(condition: impl Fn() -> bool) {
        for _ in 0..500 {
            if condition() {
                return;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("did not happen within five seconds");
    }

    #[test]
    fn empties_the_queue_and_tries_failures_again() {
        let folder = tempfile::tempdir().unwrap();
        let worker = worker(folder.path(), "a");
        let sum = submit(&worker, Work::Sum { numbers: vec![2.0, 3.0] }, 1);
        let fail = submit(&worker, Work::Fail { message: "no wind".into() }, 2);
        worker.run_until_empty().unwrap();
        let (sum, fail) = (worker.storage.get(sum).unwrap(), worker.storage.get(fail).unwrap());
        assert_eq!((sum.state, sum.attempts), (State::Succeeded, 1));
        assert_eq!(sum.result.unwrap()["sum"], 5.0);
        assert_eq!((fail.state, fail.attempts), (State::Failed, 2));
    }

    #[test]
    fn keeps_its_lease_while_it_works() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (worker(folder.path(), "a"), worker(folder.path(), "b"));
        let id = submit(&ours, Work::Sleep { ms: 500 }, 1);
        let running = spawn(move || ours.run_until_empty());
        wait_until(|| other.storage.get(id).unwrap().state == State::Running);
        other.run_until_empty().unwrap();
        wait_until(|| other.storage.get(id).unwrap().state == State::Succeeded);
        running.join().unwrap().unwrap();
    }

    #[test]
    fn lets_go_of_a_job_when_stopped_or_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (worker(folder.path(), "a"), worker(folder.path(), "b"));
        let stop = Arc::clone(&ours.stop);
        let cancelled = submit(&ours, Work::Sleep { ms: 60_000 }, 1);
        let stopped = submit(&ours, Work::Sleep { ms: 60_000 }, 1);
        let running = spawn(move || ours.run());
        wait_until(|| other.storage.get(cancelled).unwrap().state == State::Running);
        other.storage.cancel(cancelled).unwrap();
        wait_until(|| other.storage.get(stopped).unwrap().state == State::Running);
        stop.store(true, Ordering::Relaxed);
        running.join().unwrap();
        let job = other.storage.get(stopped).unwrap();
        assert_eq!((job.state, job.attempts), (State::Queued, 0));
    }
}
