use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use lexopt::{Arg, Parser};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

const HELP: &str = "\
Serves Gristmill's HTTP API until SIGTERM or SIGINT.

Usage: gristmill-server

Options:
  -h, --help     Print this help
  -V, --version  Print the version

Environment:
  GRISTMILL_LISTEN  Address to listen on; port 0 takes any free one [default: 127.0.0.1:8080]
  DATABASE_URL      PostgreSQL database that holds the jobs
  GRISTMILL_DATA    Folder that holds them where DATABASE_URL is not set [default: ./gristmill-data]
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gristmill-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Short('V') | Arg::Long("version") => {
                println!("{}", gristmill_build_info::version_line("gristmill-server"));
                return Ok(());
            }
            _ => return Err(argument.unexpected().into()),
        }
    }
    let stopped = stop_signal()?;
    // The PostgreSQL client runs a runtime of its own, so storages are opened and dropped outside of ours.
    let storage = Arc::from(gristmill_storage::open_from_env()?);
    let router = gristmill_server::router(Arc::clone(&storage));
    let listen = std::env::var("GRISTMILL_LISTEN").unwrap_or_default();
    let address = if listen.is_empty() { DEFAULT_LISTEN } else { &listen };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        println!("listening on http://{}", listener.local_addr()?);
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // The sender is never dropped before it has sent.
                let _ = stopped.await;
            })
            .await?;
        Ok(())
    })
}

/// Completes once the process is asked to stop. As a container's first process it would otherwise ignore that.
fn stop_signal() -> std::io::Result<oneshot::Receiver<()>> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let (send, receive) = oneshot::channel();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            // Nobody listens once the server has failed for another reason.
            let _ = send.send(());
        }
    });
    Ok(receive)
}
