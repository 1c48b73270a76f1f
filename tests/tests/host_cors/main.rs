//! Calls by web pages of other origins, and OPTIONS, with which a browser asks first.

mod origins;
mod setting;
mod shared;
