use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use gristmill_core::JobId;
use gristmill_worker::Worker;
use signal_hook::consts::{SIGINT, SIGTERM};

const DEFAULT_LEASE_MS: u64 = 30_000;

const HELP: &str = "\
Takes Gristmill's jobs from the queue and does them, one at a time, until SIGTERM or SIGINT.

Usage: gristmill-worker [--once]

Options:
      --once     Stop as soon as no job is queued
  -h, --help     Print this help
  -V, --version  Print the version

Environment:
  DATABASE_URL        PostgreSQL database that holds the jobs
  GRISTMILL_DATA      Folder that holds them where DATABASE_URL is not set [default: ./gristmill-data]
  GRISTMILL_LEASE_MS  How long a job stays with a worker that no longer answers [default: 30000]
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gristmill-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => work(false)?,
        ["--once"] => work(true)?,
        ["-h" | "--help"] => print!("{HELP}"),
        ["-V" | "--version"] => println!("{}", gristmill_build_info::version_line("gristmill-worker")),
        _ => {
            return Err(
                format!("these arguments are not understood: {}\n\n{HELP}", arguments.join(" ")).into()
            );
        }
    }
    Ok(())
}

fn work(once: bool) -> Result<(), Box<dyn Error>> {
    let worker = Worker {
        lease: lease_from_env()?,
        name: format!("worker-{}", JobId::now_v7()),
        stop: Arc::new(AtomicBool::new(false)),
        storage: gristmill_storage::open_from_env()?,
    };
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&worker.stop))?;
    }
    println!("{}: waiting for jobs in {} storage", worker.name, worker.storage.name());
    Ok(if once { worker.run_until_empty()? } else { worker.run() })
}

fn lease_from_env() -> Result<Duration, String> {
    let text = std::env::var("GRISTMILL_LEASE_MS").unwrap_or_default();
    if text.is_empty() {
        return Ok(Duration::from_millis(DEFAULT_LEASE_MS));
    }
    match text.parse() {
        Ok(ms) if ms >= 100 => Ok(Duration::from_millis(ms)),
        _ => Err(format!("GRISTMILL_LEASE_MS must be a number of milliseconds from 100, and is {text:?}")),
    }
}
