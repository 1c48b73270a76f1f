//! Bearer tokens: whose call it is, by a secret and by the keys of an identity provider.

mod bad;
mod provider;
mod secret;
mod shared;
mod stale;
