//! What events do, over HTTP and against any host: recurrence end to end, and the machine routes as Dapr calls them.

mod delivery;
mod exactly_once;
mod malformed;
mod recurrence;
mod recurrence_rule;
mod reopening;
mod series_end;
mod subscribe;
