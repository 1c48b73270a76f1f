//! `fermyon:spin/variables@2.0.0`.

use spin_sdk::variables;
use std::fmt::Display;

/// The value, or why there is none.
pub(crate) fn get(name: &str) -> Result<String, impl Display> {
    variables::get(name)
}
