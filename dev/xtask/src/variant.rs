//! What can be built from the same sources.

use stack::Wasi;

/// How much the compilers optimise.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Mode {
    /// For a first look: built in half the time, and slower.
    Dev,
    /// What is tested, measured and deployed.
    #[default]
    Release,
}

impl Mode {
    /// Cargo's profile of the components, and the folder that it builds into.
    pub(crate) fn component_profile(self) -> &'static str {
        match self {
            Self::Dev => "component-dev",
            Self::Release => "component",
        }
    }

    /// Cargo's profile of devhost and componentize.
    pub(crate) fn native_profile(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// The folder that it builds into.
    pub(crate) fn native_folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// One way to build the components.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Variant {
    pub(crate) mode: Mode,
    pub(crate) wasi: Wasi,
}
