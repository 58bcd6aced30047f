use std::fs::{self, File};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fd_lock::RwLock;
use gristmill_core::{Job, JobId, NewJob};

use crate::journal::{Journal, at};
use crate::{Change, Error, Filter, Result, Storage, millis};

/// Jobs in a folder of the local disk, for any number of processes on one machine.
pub struct FileStorage {
    /// The lock is a file of its own, as the journal is now and then replaced by a new file.
    locked: Mutex<(RwLock<File>, Journal)>,
}

impl FileStorage {
    /// Opens the folder, and creates it where it does not exist.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be created, read or written, [`Error::Damaged`] if its journal
    /// holds anything but jobs.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        let journal = Journal::open(&folder.join("jobs.jsonl"))?;
        let storage = Self { locked: Mutex::new((RwLock::new(lock), journal)) };
        storage.ping()?;
        Ok(storage)
    }

    /// Runs `act` on an up-to-date journal while no other thread or process does.
    fn with_journal<T>(&self, act: impl FnOnce(&mut Journal) -> Result<T>) -> Result<T> {
        // A panic elsewhere leaves the journal whole: it changes only after the file did.
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        let (lock, journal) = &mut *locked;
        let _held = lock.write().map_err(at(Path::new("lock")))?;
        journal.catch_up()?;
        act(journal)
    }
}

impl Storage for FileStorage {
    fn name(&self) -> &'static str {
        "file"
    }

    fn ping(&self) -> Result<()> {
        self.with_journal(|_| Ok(()))
    }

    fn submit(&self, new: NewJob) -> Result<Job> {
        self.with_journal(|journal| {
            let job = Job::new(new, now_ms());
            journal.append(job.clone())?;
            Ok(job)
        })
    }

    fn get(&self, id: JobId) -> Result<Job> {
        self.with_journal(|journal| find(journal, id))
    }

    fn list(&self, filter: Filter) -> Result<Vec<Job>> {
        self.with_journal(|journal| {
            let newest_first = journal.jobs().values().rev();
            let wanted = newest_first.filter(|job| filter.state.is_none_or(|state| job.state == state));
            Ok(wanted.take(filter.limit as usize).cloned().collect())
        })
    }

    fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Job>> {
        self.with_journal(|journal| {
            let now = now_ms();
            loop {
                let claimable = journal.jobs().values().filter_map(|job| Some((job.claimable_at_ms()?, job)));
                let Some((_, first)) = claimable.filter(|(at, _)| *at <= now).min_by_key(|(at, _)| *at)
                else {
                    return Ok(None);
                };
                let mut job = first.clone();
                let claimed = job.claim(worker, millis(lease), now);
                journal.append(job.clone())?;
                if claimed {
                    return Ok(Some(job));
                }
            }
        })
    }

    fn update(&self, id: JobId, change: Change<'_>) -> Result<Job> {
        self.with_journal(|journal| {
            let mut job = find(journal, id)?;
            change(&mut job, now_ms())?;
            journal.append(job.clone())?;
            Ok(job)
        })
    }
}

fn find(journal: &Journal, id: JobId) -> Result<Job> {
    journal.jobs().get(&id).cloned().ok_or(Error::NotFound(id))
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}
