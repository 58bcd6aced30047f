//! Starts the real binaries and goes a job's whole way: submitted over HTTP, done by a worker, read over HTTP.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use gristmill_core::{Job, State};
use serde_json::{Value, json};

/// Builds a binary as cargo would for its user, and says where it is. Cargo tells tests only of the binaries
/// of their own package.
fn binary(package: &str) -> PathBuf {
    let output = Command::new(std::env::var_os("CARGO").expect("cargo runs this test"))
        .args(["build", "--locked", "--message-format=json-render-diagnostics", "--package", package])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{package} does not compile");
    let messages = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let paths = messages.filter_map(|line| {
        let message: Value = serde_json::from_slice(line).unwrap();
        message["executable"].as_str().map(PathBuf::from)
    });
    paths.last().unwrap()
}

/// A server of its own port and folder, stopped when dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = command("gristmill-server", folder)
            .env("GRISTMILL_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}"));
        Self { url: url.into(), process }
    }

    fn get(&self, path: &str) -> (u16, String) {
        answer(agent().get(format!("{}{path}", self.url)).call())
    }

    fn post(&self, path: &str, body: &Value) -> (u16, String) {
        answer(agent().post(format!("{}{path}", self.url)).send_json(body))
    }

    fn job(&self, id: &str) -> Job {
        let (status, body) = self.get(&format!("/api/jobs/{id}"));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, String) {
    let mut response = response.unwrap();
    (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
}

fn command(package: &str, folder: &Path) -> Command {
    let mut command = Command::new(binary(package));
    command.env_remove("DATABASE_URL").env("GRISTMILL_DATA", folder);
    command
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_job_goes_from_client_to_worker_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    assert_eq!(parsed(&server.get("/health").1), json!({ "status": "ok", "storage": "file" }));

    let submit = |submission: Value| {
        let (status, body) = server.post("/api/jobs", &submission);
        assert_eq!(status, 201, "{body}");
        parsed(&body)["id"].as_str().unwrap().to_owned()
    };
    let grind = submit(json!({ "kind": "grind", "payload": { "text": "rye and oats and rye and bran" } }));
    let fail = submit(json!({ "kind": "fail", "payload": { "message": "no wind" }, "max_attempts": 2 }));
    let idle = submit(json!({ "kind": "sleep", "payload": { "ms": 60_000 } }));
    assert_eq!(server.post(&format!("/api/jobs/{idle}/cancel"), &json!({})).0, 200);
    assert_eq!(server.post(&format!("/api/jobs/{idle}/cancel"), &json!({})).0, 409);

    let worked = command("gristmill-worker", folder.path()).arg("--once").status().unwrap();
    assert!(worked.success());

    let done = server.job(&grind);
    assert_eq!((done.state, done.attempts), (State::Succeeded, 1));
    assert_eq!(done.result.unwrap()["most_frequent"][0], json!({ "word": "and", "count": 3 }));
    let failed = server.job(&fail);
    assert_eq!((failed.state, failed.attempts), (State::Failed, 2));
    assert_eq!(failed.error.as_deref(), Some("no wind"));
    let listed = parsed(&server.get("/api/jobs?state=cancelled&limit=5").1);
    assert_eq!(listed["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(listed["jobs"][0]["id"], idle);
}

#[test]
fn a_bad_request_is_told_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let bake = json!({ "kind": "bake", "payload": {} });
    for ((status, body), expected, reason) in [
        (server.post("/api/jobs", &bake), 400, "unknown variant `bake`"),
        (server.post("/api/jobs", &json!({})), 400, "missing field `kind`"),
        (server.post("/health", &json!({})), 405, "does not take this method"),
        (server.get("/api/jobs?state=lost"), 400, "unknown variant `lost`"),
        (server.get("/api/jobs?limit=0"), 400, "limit must be 1 to 1000"),
        (server.get("/api/jobs/17"), 400, "is not a job id"),
        (server.get("/api/jobs/019aa3f0-6a52-7c51-b1c6-3d3c7a1c2b9e"), 404, "there is no job"),
        (server.get("/nowhere"), 404, "nothing at this path"),
    ] {
        assert_eq!(status, expected, "{body}");
        assert!(parsed(&body)["message"].as_str().unwrap().contains(reason), "{body} lacks {reason:?}");
    }
}

#[test]
fn tells_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let description = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.yaml");
    assert_eq!(server.get("/openapi.yaml").1, std::fs::read_to_string(description).unwrap());
    let version = parsed(&server.get("/api/version").1);
    let line = command("gristmill-server", folder.path()).arg("--version").output().unwrap().stdout;
    let [version, target, profile] =
        ["version", "target", "profile"].map(|key| version[key].as_str().unwrap());
    let expected = format!("gristmill-server {version} ({target}, {profile})\n");
    assert_eq!(String::from_utf8(line).unwrap(), expected);
}
