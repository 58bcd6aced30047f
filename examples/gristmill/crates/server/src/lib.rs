//! Gristmill's HTTP API, as `openapi.yaml` describes it.

mod error;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use gristmill_core::{Job, JobId, Submission};
use gristmill_storage::{Filter, Storage};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use error::ApiError;

/// The description of the API, from which clients are generated.
pub const OPENAPI: &str = include_str!("../../../openapi.yaml");

const DEFAULT_LIMIT: u32 = 100;
const MOST_LISTED: u32 = 1_000;

type App = State<Arc<dyn Storage>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    state: Option<gristmill_core::State>,
    limit: Option<u32>,
}

/// The whole API over a storage.
pub fn router(storage: Arc<dyn Storage>) -> Router {
    Router::new()
        .route("/api/jobs", post(submit).get(list))
        .route("/api/jobs/{id}", get(find))
        .route("/api/jobs/{id}/cancel", post(cancel))
        .route("/api/version", get(version))
        .route("/health", get(health))
        .route("/openapi.yaml", get(openapi))
        .fallback(async || ApiError(StatusCode::NOT_FOUND, "there is nothing at this path".into()))
        .method_not_allowed_fallback(async || {
            ApiError(StatusCode::METHOD_NOT_ALLOWED, "this path does not take this method".into())
        })
        .with_state(storage)
}

async fn submit(
    State(storage): App,
    body: Result<Json<Submission>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let new = body?.0.check()?;
    let job = with_storage(storage, move |storage| storage.submit(new)).await?;
    let location = [(header::LOCATION, format!("/api/jobs/{}", job.id))];
    Ok((StatusCode::CREATED, location, Json(job)))
}

async fn list(
    State(storage): App,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let ListQuery { state, limit } = query?.0;
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST_LISTED).contains(&limit) {
        let message = format!("limit must be 1 to {MOST_LISTED}, and is {limit}");
        return Err(ApiError::invalid(message));
    }
    let jobs = with_storage(storage, move |storage| storage.list(Filter { state, limit })).await?;
    Ok(Json(json!({ "jobs": jobs })))
}

async fn find(State(storage): App, Path(id): Path<String>) -> Result<Json<Job>, ApiError> {
    let id = parse_id(&id)?;
    Ok(Json(with_storage(storage, move |storage| storage.get(id)).await?))
}

async fn cancel(State(storage): App, Path(id): Path<String>) -> Result<Json<Job>, ApiError> {
    let id = parse_id(&id)?;
    Ok(Json(with_storage(storage, move |storage| storage.cancel(id)).await?))
}

async fn health(State(storage): App) -> Result<Json<Value>, ApiError> {
    let name = storage.name();
    with_storage(storage, |storage| storage.ping()).await?;
    Ok(Json(json!({ "status": "ok", "storage": name })))
}

async fn version() -> Json<Value> {
    Json(json!({
        "name": "gristmill-server",
        "version": gristmill_build_info::VERSION,
        "target": gristmill_build_info::TARGET,
        "profile": gristmill_build_info::PROFILE,
    }))
}

async fn openapi() -> impl IntoResponse {
    // RFC 9512 registers this media type.
    ([(header::CONTENT_TYPE, "application/yaml")], OPENAPI)
}

fn parse_id(text: &str) -> Result<JobId, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(format!("{text:?} is not a job id: {error}")))
}

/// Storages block, so they are called on threads that may.
async fn with_storage<T: Send + 'static>(
    storage: Arc<dyn Storage>,
    act: impl FnOnce(&dyn Storage) -> gristmill_storage::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(spawn_blocking(move || act(&*storage)).await??)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The description lists the very states that jobs have.
    #[test]
    fn describes_every_state() {
        let names = gristmill_core::State::ALL.map(gristmill_core::State::name);
        assert!(OPENAPI.contains(&format!("enum: [{}]", names.join(", "))));
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        let id = JobId::now_v7();
        assert_eq!(parse_id(&id.to_string()).unwrap(), id);
        let response = parse_id("17").unwrap_err().into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
}
