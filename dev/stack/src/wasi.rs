//! For which version of WASI the application is built, and where its manifest and its components lie then.

use anyhow::bail;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A version of WASI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wasi {
    /// 0.2, for Spin 3.6 and later.
    #[default]
    V02,
    /// 0.3, for Spin 4.1 and later.
    V03,
}

impl FromStr for Wasi {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text {
            "0.2" => Ok(Self::V02),
            "0.3" => Ok(Self::V03),
            other => bail!("the version of WASI is 0.2 or 0.3, not {other:?}"),
        }
    }
}

impl Wasi {
    /// The one that the environment variable `TODO_WASI` asks for; 0.2 when it is not set.
    pub fn wanted() -> anyhow::Result<Self> {
        match std::env::var("TODO_WASI") {
            Ok(text) if !text.is_empty() => text.parse(),
            _ => Ok(Self::default()),
        }
    }

    /// The manifest, below the root of the repository. That of WASI 0.3 is made by the build from the other.
    #[must_use]
    pub fn manifest(self, root: &Path) -> PathBuf {
        root.join(match self {
            Self::V02 => "spin.toml",
            Self::V03 => "target/spin-p3.toml",
        })
    }

    /// The folder of the components, below the root of the repository.
    #[must_use]
    pub fn components(self, root: &Path) -> PathBuf {
        root.join(match self {
            Self::V02 => "target/components",
            Self::V03 => "target/components-p3",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_there_is_not_is_an_error_that_names_those_that_there_are() {
        assert_eq!("0.3".parse::<Wasi>().unwrap(), Wasi::V03);
        for wrong in ["", "0.4", "3"] {
            let error = wrong.parse::<Wasi>().unwrap_err().to_string();
            assert!(error.contains("0.2 or 0.3"), "{error}");
        }
    }
}
