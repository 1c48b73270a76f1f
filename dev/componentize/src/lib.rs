//! Makes a WASI 0.2 component of a core module, as Spin does when it loads one. Files that are components already pass
//! through. `cargo xtask build` does it once, so that no host has to, and what only the encoder needs is left behind.

use std::borrow::Cow;

use anyhow::{Context as _, Result, ensure};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME,
    WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};
use wit_component::ComponentEncoder;

/// The first eight bytes of a core module; a component has another version and layer.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A component with the content of `wasm`, which is either kind of file.
pub fn componentize(wasm: &[u8]) -> Result<Cow<'_, [u8]>> {
    ensure!(wasm.starts_with(b"\0asm"), "not a WebAssembly file");
    if !wasm.starts_with(CORE_MODULE) {
        return Ok(Cow::Borrowed(wasm));
    }
    let mut encoder = ComponentEncoder::default()
        .validate(true)
        .module(wasm)
        .context("cannot read the module")?;
    encoder = encoder
        .adapter(ADAPTER_NAME, ADAPTER)
        .context("cannot add the WASI adapter")?;
    encoder
        .encode()
        .context("cannot make a component of the module")
        .map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_passes_through() {
        let component = b"\0asm\x0d\0\x01\0";
        assert!(
            matches!(componentize(component).unwrap(), Cow::Borrowed(same) if same == component)
        );
    }

    #[test]
    fn an_empty_module_becomes_a_component() {
        let component = componentize(CORE_MODULE).unwrap();
        assert!(component.starts_with(b"\0asm\x0d\0\x01\0"));
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(componentize(b"<html>").is_err());
    }
}
