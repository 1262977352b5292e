//! The page: one file that asks `/status`, `/events` and `/streams` for what it shows.

use super::said;
use crate::web;
use axum::response::Response;

const STYLE: &str = include_str!("page.css");
const BODY: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");

pub(super) async fn page() -> Response {
    let body = format!("<style>\n{STYLE}</style>\n{BODY}<script>\n{SCRIPT}</script>\n");
    said::of("text/html; charset=utf-8", web::page::page("qres node", &body, "null"))
}
