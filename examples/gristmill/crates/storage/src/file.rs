use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fd_lock::RwLock;
use gristmill_core::{Job, JobId, NewJob};

use crate::{Change, Error, Filter, Result, Storage, millis};

/// Jobs in a folder of the local disk, for any number of processes on one machine. All jobs are one JSON
/// file, which each change replaces; the lock is a file of its own, as a replaced file keeps no lock.
pub struct FileStorage {
    locked: Mutex<(RwLock<File>, Jobs)>,
}

/// The jobs as this process last saw them.
struct Jobs {
    path: PathBuf,
    /// Kept open so that no newer file can have the same inode.
    seen: Option<File>,
    by_id: BTreeMap<JobId, Job>,
}

impl FileStorage {
    /// Opens the folder, and creates it where it does not exist.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be created, read or written, or if its file is not one of jobs.
    pub fn open(folder: &Path) -> Result<Self> {
        let open = || {
            fs::create_dir_all(folder)?;
            let lock = RwLock::new(File::create(folder.join("lock"))?);
            let path = folder.join("jobs.json");
            Ok(Self { locked: Mutex::new((lock, Jobs { path, seen: None, by_id: BTreeMap::new() })) })
        };
        let storage = open().map_err(|source| Error::Io { path: folder.into(), source })?;
        storage.ping()?;
        Ok(storage)
    }

    /// Runs `act` on the jobs as they now are, while no other thread or process does the like.
    fn with_jobs<T>(&self, act: impl FnOnce(&mut Jobs) -> Result<T>) -> Result<T> {
        // A panic elsewhere leaves the jobs whole: they change only after the file did.
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        let (lock, jobs) = &mut *locked;
        let path = jobs.path.clone();
        let named = |source| Error::Io { path: path.clone(), source };
        let _held = lock.write().map_err(named)?;
        jobs.refresh().map_err(named)?;
        act(jobs)
    }
}

impl Jobs {
    /// Reads the file again if another process replaced it.
    fn refresh(&mut self) -> io::Result<()> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound && self.seen.is_none() => return Ok(()),
            opened => opened?,
        };
        let identity = |file: &File| file.metadata().map(|found| (found.dev(), found.ino()));
        if let Some(seen) = &self.seen {
            if identity(seen)? == identity(&file)? {
                return Ok(());
            }
        }
        let jobs: Vec<Job> = serde_json::from_reader(BufReader::new(&file))?;
        self.by_id = jobs.into_iter().map(|job| (job.id, job)).collect();
        self.seen = Some(file);
        Ok(())
    }

    /// Keeps a job's new state, on the disk first.
    fn put(&mut self, job: Job) -> Result<Job> {
        let before = self.by_id.insert(job.id, job.clone());
        match self.save() {
            Ok(file) => self.seen = Some(file),
            Err(source) => {
                match before {
                    Some(before) => self.by_id.insert(job.id, before),
                    None => self.by_id.remove(&job.id),
                };
                return Err(Error::Io { path: self.path.clone(), source });
            }
        }
        Ok(job)
    }

    fn save(&self) -> io::Result<File> {
        let temporary = self.path.with_extension("new");
        let mut writer = BufWriter::new(File::create(&temporary)?);
        serde_json::to_writer(&mut writer, &self.by_id.values().collect::<Vec<_>>())?;
        writer.flush()?;
        writer.get_ref().sync_all()?;
        fs::rename(&temporary, &self.path)?;
        File::open(&self.path)
    }

    fn find(&self, id: JobId) -> Result<Job> {
        self.by_id.get(&id).cloned().ok_or(Error::NotFound(id))
    }
}

impl Storage for FileStorage {
    fn name(&self) -> &'static str {
        "file"
    }

    fn ping(&self) -> Result<()> {
        self.with_jobs(|_| Ok(()))
    }

    fn submit(&self, new: NewJob) -> Result<Job> {
        self.with_jobs(|jobs| jobs.put(Job::new(new, now_ms())))
    }

    fn get(&self, id: JobId) -> Result<Job> {
        self.with_jobs(|jobs| jobs.find(id))
    }

    fn list(&self, filter: Filter) -> Result<Vec<Job>> {
        self.with_jobs(|jobs| {
            let newest_first = jobs.by_id.values().rev();
            let wanted = newest_first.filter(|job| filter.state.is_none_or(|state| job.state == state));
            Ok(wanted.take(filter.limit as usize).cloned().collect())
        })
    }

    fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Job>> {
        self.with_jobs(|jobs| {
            let now = now_ms();
            loop {
                let claimable = jobs.by_id.values().filter_map(|job| Some((job.claimable_at_ms()?, job)));
                let Some((_, first)) = claimable.filter(|(at, _)| *at <= now).min_by_key(|(at, _)| *at)
                else {
                    return Ok(None);
                };
                let mut job = first.clone();
                let claimed = job.claim(worker, millis(lease), now);
                let job = jobs.put(job)?;
                if claimed {
                    return Ok(Some(job));
                }
            }
        })
    }

    fn update(&self, id: JobId, change: Change<'_>) -> Result<Job> {
        self.with_jobs(|jobs| {
            let mut job = jobs.find(id)?;
            change(&mut job, now_ms())?;
            jobs.put(job)
        })
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is not one of jobs is an error that names it, and is left as it is.
    #[test]
    fn refuses_a_damaged_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.json");
        fs::write(&path, "chaff").unwrap();
        let error = FileStorage::open(folder.path()).err().unwrap().to_string();
        assert!(error.contains("jobs.json: expected value at line 1"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "chaff");
    }
}
