use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => serve()?,
        ["-h" | "--help"] => print!("{HELP}"),
        ["-V" | "--version"] => println!("{}", gristmill_build_info::version_line("gristmill-server")),
        _ => {
            return Err(
                format!("these arguments are not understood: {}\n\n{HELP}", arguments.join(" ")).into()
            );
        }
    }
    Ok(())
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    // The PostgreSQL client runs a runtime of its own, so storages are opened and dropped outside of ours.
    let storage = Arc::from(gristmill_storage::open_from_env()?);
    let router = gristmill_server::router(Arc::clone(&storage));
    let listen = std::env::var("GRISTMILL_LISTEN").unwrap_or_default();
    let address = if listen.is_empty() { DEFAULT_LISTEN } else { &listen };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listening = TcpListener::bind(address).await;
        let listener = listening.map_err(|error| format!("cannot listen on {address}: {error}"))?;
        println!("listening on http://{}", listener.local_addr()?);
        let stop = async move {
            // Either the signal came or the thread that waits for it failed: both are reasons to stop.
            let _ = spawn_blocking(move || signals.forever().next()).await;
        };
        axum::serve(listener, router).with_graceful_shutdown(stop).await?;
        Ok(())
    })
}
