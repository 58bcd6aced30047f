//! What every storage promises, held against each: the local folder always, PostgreSQL where
//! `TEST_DATABASE_URL` names a database to use.

use std::collections::BTreeSet;
use std::thread::{scope, sleep};
use std::time::Duration;

use gristmill_core::{JobId, NewJob, Outcome, Refusal, State, Work};
use gristmill_storage::{Error, FileStorage, Filter, PostgresStorage, Storage};
use serde_json::json;

const LEASE: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(40);

/// Two processes' views of one empty storage.
type Pair = (Box<dyn Storage>, Box<dyn Storage>);

fn new_job() -> NewJob {
    let text = "rye\0 and \u{1f33e}".into();
    NewJob { work: Work::Grind { text }, max_attempts: 2 }
}

fn keeps_what_it_is_given((ours, theirs): &Pair) {
    let ids: Vec<_> = (0..3).map(|_| ours.submit(new_job()).unwrap().id).collect();
    assert_eq!(theirs.get(ids[0]).unwrap().work, new_job().work);
    let unknown = JobId::now_v7();
    assert!(matches!(ours.get(unknown), Err(Error::NotFound(id)) if id == unknown));
    let listed = theirs.list(Filter { state: Some(State::Queued), limit: 2 }).unwrap();
    assert_eq!(listed.iter().map(|job| job.id).collect::<Vec<_>>(), [ids[2], ids[1]]);
    assert!(theirs.list(Filter { state: Some(State::Failed), limit: 2 }).unwrap().is_empty());
    for id in ids {
        assert_eq!(theirs.cancel(id).unwrap().state, State::Cancelled);
        assert!(matches!(ours.cancel(id), Err(Error::Refused(Refusal::Final(State::Cancelled)))));
    }
    assert!(ours.claim("a", LEASE).unwrap().is_none());
}

fn gives_a_job_to_one_worker_only(pair: &Pair) {
    let submitted: BTreeSet<_> = (0..20).map(|_| pair.0.submit(new_job()).unwrap().id).collect();
    let drain = |storage: &dyn Storage, worker: &str| {
        let claims = std::iter::from_fn(|| storage.claim(worker, LEASE).unwrap());
        claims.map(|job| storage.finish(job.id, worker, Outcome::Succeeded(json!({}))).unwrap().id).collect()
    };
    let (a, b): (Vec<_>, Vec<_>) = scope(|scope| {
        let other = scope.spawn(|| drain(&*pair.1, "b"));
        (drain(&*pair.0, "a"), other.join().unwrap())
    });
    assert_eq!(a.len() + b.len(), submitted.len(), "a job was done twice, or never");
    assert_eq!(a.into_iter().chain(b).collect::<BTreeSet<_>>(), submitted);
}

fn takes_a_job_back_from_a_dead_worker((ours, theirs): &Pair) {
    let id = ours.submit(new_job()).unwrap().id;
    assert_eq!(ours.claim("a", SHORT).unwrap().unwrap().id, id);
    assert!(theirs.claim("b", SHORT).unwrap().is_none(), "the lease was not respected");
    sleep(2 * SHORT);
    assert_eq!(theirs.claim("b", SHORT).unwrap().unwrap().attempts, 2);
    assert!(matches!(ours.heartbeat(id, "a", SHORT), Err(Error::Refused(Refusal::LeaseLost))));
    sleep(2 * SHORT);
    assert!(ours.claim("a", SHORT).unwrap().is_none(), "a third attempt of two");
    assert_eq!(ours.get(id).unwrap().state, State::Failed);
}

fn promises(open: impl Fn() -> Box<dyn Storage>) {
    let pair = (open(), open());
    pair.0.ping().unwrap();
    keeps_what_it_is_given(&pair);
    gives_a_job_to_one_worker_only(&pair);
    takes_a_job_back_from_a_dead_worker(&pair);
}

#[test]
fn a_folder_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    promises(|| Box::new(FileStorage::open(folder.path()).unwrap()));
}

#[test]
fn postgresql_keeps_its_promises() {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        eprintln!("skipped: TEST_DATABASE_URL names no database");
        return;
    };
    let schema = format!("gristmill_{}", JobId::now_v7().simple());
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options=-csearch_path%3D{schema}");
    promises(|| Box::new(PostgresStorage::open(&url).unwrap()));
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).unwrap();
}
