//! The doubles of providers, asked by a plain client: the happy path, and each rule shown to refuse.

mod drive;
mod drive_uploads;
mod dropbox;
mod faults;
mod front;
mod oauth;

use albumen_testkit::double::Double;
use albumen_testkit::http::{Answer, Ask};
use serde_json::Value;

/// A request with a token, answered.
fn ask(double: &Double, token: &str, ask: Ask<'_>) -> Answer {
    let bearer = format!("Bearer {token}");
    let mut headers = ask.headers.to_vec();
    headers.push(("authorization", &bearer));
    let headers = &headers;
    double.client().ask(Ask { headers, ..ask }).expect("an answer")
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("JSON in {answer:?}"))
}
