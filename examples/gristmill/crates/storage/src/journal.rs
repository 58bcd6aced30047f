//! A file that only grows: each line is a job as it then was, and a job's last line counts.
//!
//! Callers hold the storage's lock around every call, so one process writes at a time. A process that dies
//! while writing leaves a line without its end, which the next writer cuts off.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use gristmill_core::{Job, JobId};

use crate::{Error, Result};

/// Below this many lines a journal is not worth compacting.
const SMALL: usize = 1_000;

pub struct Journal {
    path: PathBuf,
    file: File,
    /// The end of the last whole line that was read or written.
    end: u64,
    lines: usize,
    jobs: BTreeMap<JobId, Job>,
}

impl Journal {
    /// Opens or creates the journal; [`Journal::catch_up`] reads it.
    pub fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(at(path))?;
        Ok(Self { path: path.into(), file, end: 0, lines: 0, jobs: BTreeMap::new() })
    }

    /// All jobs, as of the last [`Journal::catch_up`] or [`Journal::append`].
    pub fn jobs(&self) -> &BTreeMap<JobId, Job> {
        &self.jobs
    }

    /// Reads what other processes wrote since.
    pub fn catch_up(&mut self) -> Result<()> {
        if self.was_replaced().map_err(at(&self.path))? {
            *self = Self::open(&self.path)?;
        }
        let mut news = Vec::new();
        self.file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.read_to_end(&mut news))
            .map_err(at(&self.path))?;
        for line in news.split_inclusive(|byte| *byte == b'\n') {
            if line.last() != Some(&b'\n') {
                self.file.set_len(self.end).map_err(at(&self.path))?;
                break;
            }
            let job: Job = serde_json::from_slice(line).map_err(|source| Error::Damaged {
                path: self.path.clone(),
                offset: self.end,
                source,
            })?;
            self.end += line.len() as u64;
            self.keep(job);
        }
        Ok(())
    }

    /// Writes a job's new state to the disk.
    pub fn append(&mut self, job: Job) -> Result<()> {
        let line = line_of(&job)?;
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        written.map_err(at(&self.path))?;
        self.end += line.len() as u64;
        self.keep(job);
        if self.lines > SMALL && self.lines > 4 * self.jobs.len() {
            self.compact()?;
        }
        Ok(())
    }

    fn keep(&mut self, job: Job) {
        self.jobs.insert(job.id, job);
        self.lines += 1;
    }

    /// Whether another process compacted the journal. While this one holds the old file open, no other file
    /// can have its inode.
    fn was_replaced(&self) -> io::Result<bool> {
        let (ours, theirs) = (self.file.metadata()?, fs::metadata(&self.path)?);
        Ok((ours.dev(), ours.ino()) != (theirs.dev(), theirs.ino()))
    }

    fn compact(&mut self) -> Result<()> {
        let mut text = Vec::new();
        for job in self.jobs.values() {
            text.extend(line_of(job)?);
        }
        let temporary = self.path.with_extension("new");
        File::create(&temporary)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .map_err(at(&temporary))?;
        fs::rename(&temporary, &self.path).map_err(at(&self.path))?;
        *self = Self::open(&self.path)?;
        self.catch_up()
    }
}

fn line_of(job: &Job) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(job)?;
    line.push(b'\n');
    Ok(line)
}

/// Turns an I/O error into one that names the file.
pub fn at(path: &Path) -> impl Fn(io::Error) -> Error + use<'_> {
    move |source| Error::Io { path: path.into(), source }
}

#[cfg(test)]
mod tests {
    use gristmill_core::{NewJob, Work};

    use super::*;

    fn job() -> Job {
        let work = Work::Sum { numbers: vec![0.1] };
        Job::new(NewJob { work, max_attempts: 1 }, 0)
    }

    fn opened(path: &Path) -> Journal {
        let mut journal = Journal::open(path).unwrap();
        journal.catch_up().unwrap();
        journal
    }

    #[test]
    fn cuts_off_a_line_without_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        let whole = job();
        opened(&path).append(whole.clone()).unwrap();
        let half = &line_of(&job()).unwrap()[..40];
        File::options().append(true).open(&path).unwrap().write_all(half).unwrap();
        let mut journal = opened(&path);
        assert_eq!(journal.jobs().values().collect::<Vec<_>>(), [&whole]);
        journal.append(job()).unwrap();
        assert_eq!(opened(&path).jobs().len(), 2);
    }

    #[test]
    fn names_the_place_of_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        opened(&path).append(job()).unwrap();
        let before = fs::metadata(&path).unwrap().len();
        File::options().append(true).open(&path).unwrap().write_all(b"chaff\n").unwrap();
        let error = Journal::open(&path).unwrap().catch_up().unwrap_err();
        assert!(matches!(error, Error::Damaged { offset, .. } if offset == before), "{error}");
    }

    #[test]
    fn another_process_follows_a_compaction() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        let (mut ours, mut theirs) = (opened(&path), opened(&path));
        let mut job = job();
        for time in 0..=SMALL as u64 {
            job.updated_at_ms = time;
            ours.append(job.clone()).unwrap();
        }
        assert_eq!(ours.lines, 1, "the journal was not compacted");
        theirs.catch_up().unwrap();
        assert_eq!(theirs.jobs(), ours.jobs());
        assert_eq!(theirs.jobs()[&job.id], job);
    }
}
