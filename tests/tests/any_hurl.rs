//! The suite of files in tests/hurl, run by Hurl.

use e2e::{Hurl, client, hurl_files, unique_user_id};

#[test]
fn the_host_is_as_the_files_say() {
    let (client, user) = (client(), unique_user_id());
    let hurl = Hurl {
        base: client.base(),
        user: &user,
        token: None,
        variables: &[],
    };
    let files = hurl_files("");
    assert!(files.len() >= 11, "{files:?}");
    if let Err(told) = hurl.run(&files) {
        panic!("{told}");
    }
    // They leave things behind that must not disturb the next time.
    if let Err(told) = hurl.run(&files) {
        panic!("the second time: {told}");
    }
}
