use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use gristmill_core::{Job, JobId, NewJob};
use postgres::types::{Json, ToSql};
use postgres::{Client, Config, NoTls, Transaction};

use crate::{Change, Error, Filter, Result, Storage, millis};

/// How long to wait for a database that is still starting.
const PATIENCE: Duration = Duration::from_secs(15);

/// The database's clock, as those of the workers' machines may differ.
const NOW_MS: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// Processes that start together would create the table at the same time, which PostgreSQL answers with an
/// error, "if not exists" or not; the lock's number is any that no other program uses.
/// A job is kept as `json`, not `jsonb`: the latter refuses texts with a zero character.
const SCHEMA: &str = "
    SELECT pg_advisory_xact_lock(4711002317);
    CREATE TABLE IF NOT EXISTS gristmill_jobs (
        id uuid PRIMARY KEY,
        state text NOT NULL,
        claimable_at_ms bigint,
        job json NOT NULL
    );
    CREATE INDEX IF NOT EXISTS gristmill_jobs_claimable ON gristmill_jobs (claimable_at_ms, id)
        WHERE claimable_at_ms IS NOT NULL;
    CREATE INDEX IF NOT EXISTS gristmill_jobs_state ON gristmill_jobs (state, id);
";

const INSERT: &str = "INSERT INTO gristmill_jobs (id, state, claimable_at_ms, job) VALUES ($1, $2, $3, $4)";

const UPDATE: &str = "UPDATE gristmill_jobs SET state = $2, claimable_at_ms = $3, job = $4 WHERE id = $1";

const FIND: &str = "SELECT job FROM gristmill_jobs WHERE id = $1";

const FIND_LOCKED: &str = "SELECT job FROM gristmill_jobs WHERE id = $1 FOR UPDATE";

const LIST: &str = "
    SELECT job FROM gristmill_jobs WHERE $1::text IS NULL OR state = $1 ORDER BY id DESC LIMIT $2";

const CLAIM: &str = "
    SELECT job FROM gristmill_jobs WHERE claimable_at_ms <= $1
    ORDER BY claimable_at_ms, id LIMIT 1 FOR UPDATE SKIP LOCKED";

/// Jobs in a PostgreSQL database, reached over plain TCP or a Unix socket.
pub struct PostgresStorage {
    config: Config,
    client: Mutex<Client>,
}

impl PostgresStorage {
    /// Connects, waiting up to 15 seconds for a database that does not answer yet, and creates the table.
    ///
    /// # Errors
    /// [`Error::Postgres`] if the URL cannot be read, or the database does not let us in.
    pub fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse()?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let mut client = connect_patiently(&config)?;
        let mut transaction = client.transaction()?;
        transaction.batch_execute(SCHEMA)?;
        transaction.commit()?;
        Ok(Self { config, client: Mutex::new(client) })
    }

    /// Runs `act` in a transaction, over a new connection if the last one was lost.
    fn transact<T>(&self, act: impl FnOnce(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if client.is_closed() {
            *client = self.config.connect(NoTls)?;
        }
        let mut transaction = client.transaction()?;
        let value = act(&mut transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

impl Storage for PostgresStorage {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn ping(&self) -> Result<()> {
        self.transact(|transaction| now_ms(transaction).map(drop))
    }

    fn submit(&self, new: NewJob) -> Result<Job> {
        self.transact(|transaction| {
            let job = Job::new(new, now_ms(transaction)?);
            write(transaction, INSERT, &job)?;
            Ok(job)
        })
    }

    fn get(&self, id: JobId) -> Result<Job> {
        self.transact(|transaction| find(transaction, FIND, &[&id])?.ok_or(Error::NotFound(id)))
    }

    fn list(&self, filter: Filter) -> Result<Vec<Job>> {
        let state = filter.state.map(gristmill_core::State::name);
        self.transact(|transaction| {
            let rows = transaction.query(LIST, &[&state, &i64::from(filter.limit)])?;
            rows.iter().map(|row| Ok(row.try_get::<_, Json<Job>>(0)?.0)).collect()
        })
    }

    fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Job>> {
        self.transact(|transaction| {
            let now = now_ms(transaction)?;
            while let Some(mut job) = find(transaction, CLAIM, &[&signed(now)])? {
                let claimed = job.claim(worker, millis(lease), now);
                write(transaction, UPDATE, &job)?;
                if claimed {
                    return Ok(Some(job));
                }
            }
            Ok(None)
        })
    }

    fn update(&self, id: JobId, change: Change<'_>) -> Result<Job> {
        self.transact(|transaction| {
            let mut job = find(transaction, FIND_LOCKED, &[&id])?.ok_or(Error::NotFound(id))?;
            change(&mut job, now_ms(transaction)?)?;
            write(transaction, UPDATE, &job)?;
            Ok(job)
        })
    }
}

/// Connects; retries while nothing listens or the database says it is starting, but not once it refuses us.
fn connect_patiently(config: &Config) -> Result<Client> {
    let started = Instant::now();
    loop {
        match config.connect(NoTls) {
            Err(error) if may_pass(&error) && started.elapsed() < PATIENCE => sleep(PATIENCE / 60),
            result => return Ok(result?),
        }
    }
}

fn may_pass(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => *code == postgres::error::SqlState::CANNOT_CONNECT_NOW,
        None => true,
    }
}

fn now_ms(transaction: &mut Transaction<'_>) -> Result<u64> {
    let now: i64 = transaction.query_one(NOW_MS, &[])?.try_get(0)?;
    Ok(now.unsigned_abs())
}

fn find(
    transaction: &mut Transaction<'_>,
    statement: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Option<Job>> {
    let row = transaction.query_opt(statement, parameters)?;
    Ok(row.map(|row| row.try_get::<_, Json<Job>>(0)).transpose()?.map(|json| json.0))
}

fn write(transaction: &mut Transaction<'_>, statement: &str, job: &Job) -> Result<()> {
    let claimable_at = job.claimable_at_ms().map(signed);
    transaction.execute(statement, &[&job.id, &job.state.name(), &claimable_at, &Json(job)])?;
    Ok(())
}

/// PostgreSQL's integers have a sign.
fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
