//! Liveness and readiness.

use e2e::client;

#[test]
fn the_host_is_alive_and_ready() {
    for path in ["/health/live", "/health/ready"] {
        client().get(path).expect(200);
        client().get(&format!("{path}/")).expect(200);
    }
}

#[test]
fn what_lies_elsewhere_under_health_is_404() {
    for path in ["/health/nonsense", "/health", "/health/live/again"] {
        client().get(path).expect(404);
    }
}
