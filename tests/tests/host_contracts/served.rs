//! GET /openapi.json and /asyncapi.json.

use e2e::{Bus, LocalHost, read};

use crate::host;

const DOCUMENTS: [&str; 2] = ["openapi.json", "asyncapi.json"];

#[test]
fn they_are_the_files_of_this_checkout() {
    let client = host().client();
    for name in DOCUMENTS {
        let reply = client.get(&format!("/{name}")).expect(200);
        assert!(
            reply.text() == read(&format!("docs/{name}")),
            "{name} is another: the component `contracts` is older than the file"
        );
        assert_eq!(reply.must_header("content-type"), "application/json");
        assert_eq!(reply.must_header("cache-control"), "no-cache");
        client.get(&format!("/{name}/")).expect(200);
    }
}

#[test]
fn each_has_a_tag_by_which_it_is_not_sent_again() {
    let client = host().client();
    let tags = DOCUMENTS.map(|name| {
        let path = format!("/{name}");
        let tag = client.get(&path).must_header("etag").to_owned();
        let asked = |tag: &str| {
            client
                .call("GET", &path)
                .header("if-none-match", tag)
                .send()
        };
        let same = asked(&tag).expect(304);
        assert_eq!(same.must_header("etag"), tag);
        assert_eq!(same.text(), "");
        asked("\"1\"").expect(200);
        let head = client.call("HEAD", &path).send().expect(200);
        assert_eq!(head.must_header("etag"), tag);
        assert_eq!(head.text(), "");
        tag
    });
    assert_ne!(tags[0], tags[1]);
}

#[test]
fn nobody_needs_a_token() {
    let closed = LocalHost::start_closed("contracts-closed", &Bus::Local, &[]);
    for name in DOCUMENTS {
        closed.client().get(&format!("/{name}")).expect(200);
    }
}
