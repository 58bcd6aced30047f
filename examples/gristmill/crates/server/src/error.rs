use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gristmill_core::Invalid;
use gristmill_storage::Error;
use serde_json::json;
use tokio::task::JoinError;

/// An answer that is not a success, with a message for people. The code for programs follows from the status.
#[derive(Debug)]
pub struct ApiError(pub StatusCode, pub String);

impl ApiError {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self(status, message) = self;
        let reason = status.canonical_reason().unwrap_or("unknown");
        let code = reason.to_lowercase().replace(' ', "_");
        (status, Json(json!({ "code": code, "message": message }))).into_response()
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(invalid.to_string())
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => Self::invalid(rejection.body_text()),
            status => Self(status, rejection.body_text()),
        }
    }
}

/// What a storage says of itself goes to the server's log; the client learns only that it failed.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(_) => Self(StatusCode::NOT_FOUND, error.to_string()),
            Error::Refused(_) => Self(StatusCode::CONFLICT, error.to_string()),
            _ => {
                eprintln!("gristmill-server: {error}");
                Self(StatusCode::SERVICE_UNAVAILABLE, "the storage failed; the server's log says why".into())
            }
        }
    }
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        eprintln!("gristmill-server: {error}");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be completed".into())
    }
}
