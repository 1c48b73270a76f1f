//! How PostgreSQL runs the application's statements when one user has 100,000 tasks: no statement that a user or a cron
//! binding waits for may read a table from end to end, or sort what an index has in order.
//!
//! The statements are the application's own: the tests call it over HTTP and read the plans that PostgreSQL's auto_explain
//! logged. Times are printed and not judged, because they are the machine's; rows and blocks are judged.
//!
//! Not here: `q` with one or two characters. They have no trigram, so PostgreSQL looks at all tasks of the user when few
//! of them match.

mod explain;
mod lists;
mod others;
mod snapshots;
mod world;
