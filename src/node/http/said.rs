//! Answers that are no data: what went wrong, and what to do.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// What went wrong, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    status: StatusCode,
    what: String,
}

impl Said {
    fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self { status, what: what.into() }
    }

    pub(super) fn wrong(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what)
    }

    pub(super) fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, what)
    }

    pub(super) fn forbidden(what: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, what)
    }

    /// What came cannot be worked on.
    pub(super) fn unreadable(what: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, what)
    }

    pub(super) fn long(most: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("more than {most} bytes"))
    }

    pub(super) fn slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "nothing came for too long")
    }

    /// Others are at work.
    pub(super) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many archives at once: try again")
    }

    pub(super) fn ending() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the node is ending")
    }

    pub(super) fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the work broke off")
    }
}

#[derive(Serialize)]
struct Record<'t> {
    schema: &'static str,
    error: &'t str,
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let mut response = json(&Record { schema: "qres.node.error/1", error: &self.what });
        *response.status_mut() = self.status;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// An answer in JSON.
pub(super) fn json<T: Serialize>(record: &T) -> Response {
    of("application/json", crate::text::plain::json(record) + "\n")
}

/// An answer of that type.
pub(super) fn of(kind: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
