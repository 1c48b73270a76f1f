//! What is built and declared: one Wasm file per component, and a manifest that Spin 3.6 accepts. Needs
//! no host, but the files of this checkout.

mod files;
mod least;
mod manifest;
mod reading;
mod settings;
mod silent;
