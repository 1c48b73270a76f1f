//! The calendar where users need tokens: its secret opens it and nothing else. And what is completed leaves it after a time.

use e2e::tokens::{SECRET, claims_of, signed};
use e2e::{Bus, LocalHost, User, assert_problem, id_of};
use serde_json::json;

#[test]
fn a_secret_opens_the_calendar_of_its_user_and_nothing_else() {
    let host = LocalHost::start_closed("calendar-closed", &Bus::Local, &[("jwt_secret", SECRET)]);
    let [owner, other] = [(); 2].map(|()| User::new(host.client()));
    let bearer = |user: &User| format!("Bearer {}", signed("secret", None, &claims_of(&user.id)));
    let made = |user: &User| {
        let path = format!("/api/{}/calendar", user.id);
        let call = user.client.call("POST", &path);
        let made = call
            .header("authorization", &bearer(user))
            .send()
            .expect(201)
            .json();
        made["url"].as_str().expect("an address").to_owned()
    };
    let (url, others) = (made(&owner), made(&other));
    let client = host.client();
    client.get(&url).expect(200);
    client.call("HEAD", &url).send().expect(200);
    // A token is not looked at.
    let nonsense = client.call("GET", &url).header("authorization", "Bearer x");
    nonsense.send().expect(200);

    let (path, secret) = url.split_once('?').expect("a secret");
    for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
        assert_problem(&client.call(method, &url).send(), 405);
    }
    let paths = ["calendar", "tasks", "events", "stats", "notifications"];
    for tail in paths {
        let path = format!("/api/{}/{tail}?{secret}", owner.id);
        assert_problem(&client.get(&path), 401);
    }
    for method in ["POST", "DELETE"] {
        let call = client.call(method, &format!("/api/{}/calendar?{secret}", owner.id));
        assert_problem(&call.send(), 401);
    }
    client.get(&format!("{path}/x?{secret}")).expect(404);
    let (path_of_other, secret_of_other) = others.split_once('?').expect("a secret");
    for wrong in [
        path.to_owned(),
        format!("{path}?{secret_of_other}"),
        format!("{path_of_other}?{secret}"),
    ] {
        assert_problem(&client.get(&wrong), 404);
        // The owner's token is no secret either.
        let call = client.call("GET", &wrong);
        assert_problem(&call.header("authorization", &bearer(&owner)).send(), 404);
    }
    assert!(!host.log().contains(secret), "the log has the secret");
}

#[test]
fn a_completed_task_is_shown_for_thirty_days() {
    let host = LocalHost::start("calendar-completed");
    let user = User::new(host.client());
    let url = user.new_calendar();
    let task = user.create(&json!({"title": "Done"}));
    user.complete(id_of(&task));
    let shown = || user.client.get(&url).expect(200).text().contains("Done");
    let ago = |days: u32| {
        let sql = format!(
            "UPDATE tasks SET completed_at = strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{days} days') || '000' WHERE id = ?1"
        );
        host.outbox().execute(&sql, &[&id_of(&task)]);
    };
    assert!(shown());
    ago(29);
    assert!(shown());
    ago(32);
    assert!(!shown());
}

/// The database does not have what opens the calendar.
#[test]
fn the_secret_is_not_kept() {
    let host = LocalHost::start("calendar-kept");
    let user = User::new(host.client());
    let url = user.new_calendar();
    let (_, secret) = url.split_once("secret=").expect("a secret");
    let number = |sql: &str| host.outbox().number(sql, &[]);
    assert_eq!(number("SELECT count(*) FROM calendars"), 1);
    let like = format!("SELECT count(*) FROM calendars WHERE instr(secret_hash, '{secret}')");
    assert_eq!(number(&like), 0);
}
