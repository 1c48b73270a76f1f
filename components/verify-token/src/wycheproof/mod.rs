//! Wycheproof's vectors, on the code that verifies tokens: what attackers and careless signers have come up with so far.

mod algorithms;
mod signatures;
