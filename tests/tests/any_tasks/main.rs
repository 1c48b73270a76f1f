//! The task API over HTTP, call by call and rule by rule, against any host.

mod complete;
mod conditional;
mod create;
mod delete;
mod health;
mod idempotency;
mod list_completed;
mod list_filter;
mod list_page;
mod list_sort;
mod occurrences;
mod patch;
mod preconditions;
mod problem_json;
mod put;
mod recurrence_rule;
mod request_body;
mod routes;
mod user_ids;
mod validation;
