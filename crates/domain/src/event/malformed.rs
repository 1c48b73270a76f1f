//! Why an incoming event is refused.

/// What makes an event malformed. Names attributes and fields, never what they held: safe to log and to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The body is not JSON.
    #[error("not JSON")]
    NotJson,
    /// The body is JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A required attribute is missing, or an attribute is no usable string.
    #[error("attribute {0} is missing or not a plain, non-empty string")]
    Attribute(&'static str),
    /// Another version of CloudEvents.
    #[error("specversion is not 1.0")]
    SpecVersion,
    /// There is no data object.
    #[error("data is missing or not an object")]
    NoData,
    /// A field of the data is missing or of the wrong type.
    #[error("data.{0} is missing or mistyped")]
    Data(&'static str),
    /// The data speaks of another user than the partition key.
    #[error("data.user_id differs from partitionkey")]
    Owner,
}
