//! What is not of the contract is refused before the engine hears of it.

use albumen_engine::api::{
    AllOf, ClockChange, Decision, DestinationSpec, GroupQuery, PlanOptions, PlanQuery, ReportQuery, Rule,
    Secret, Step, Throttle,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn is_refused<T: DeserializeOwned>(value: &Value) -> bool {
    serde_json::from_value::<T>(value.clone()).is_err()
}

/// Every field of `good` once with a value of each wrong type, and once missing if it is `needed`.
fn wrong_types<T: DeserializeOwned>(good: &Value, needed: &[&str]) -> usize {
    assert!(!is_refused::<T>(good), "{good}");
    let mut tried = 0;
    for (name, value) in good.as_object().expect("fields") {
        let others = [
            json!("../x"),
            json!(1.5),
            json!(-1),
            json!({ "a": 1 }),
            json!([[]]),
            json!(true),
        ];
        let of_another_type =
            |other: &&Value| std::mem::discriminant(*other) != std::mem::discriminant(value);
        for other in others.iter().filter(of_another_type).filter(|_| !value.is_null()) {
            let mut spoilt = good.clone();
            spoilt[name] = other.clone();
            assert!(is_refused::<T>(&spoilt), "{spoilt}");
            tried += 1;
        }
    }
    for name in needed {
        let mut spoilt = good.clone();
        spoilt.as_object_mut().expect("fields").remove(*name);
        assert!(is_refused::<T>(&spoilt), "{spoilt}");
        tried += 1;
    }
    tried
}

#[test]
fn words_where_numbers_belong_and_fields_that_are_missing_are_refused() {
    let mut tried = 0;
    tried += wrong_types::<PlanOptions>(
        &json!({ "layout": "{year}", "skipDuplicates": false }),
        &["layout", "skipDuplicates"],
    );
    tried += wrong_types::<PlanQuery>(
        &json!({ "search": "", "outcome": null, "state": null, "offset": 0, "limit": 10 }),
        &["search", "offset", "limit"],
    );
    tried += wrong_types::<ReportQuery>(
        &json!({ "search": "", "outcome": null, "state": null, "without": false, "offset": 0, "limit": 10 }),
        &["search", "without", "offset", "limit"],
    );
    tried += wrong_types::<GroupQuery>(
        &json!({ "search": "", "folders": [1], "sort": "size", "reverse": false, "offset": 0, "limit": 10 }),
        &["sort", "offset", "limit"],
    );
    tried += wrong_types::<AllOf>(&json!({ "search": "", "folders": [1] }), &[]);
    tried += wrong_types::<Rule>(&json!({ "id": "raw", "enabled": true }), &["id", "enabled"]);
    tried += wrong_types::<DestinationSpec>(&json!({ "kind": "folder", "path": "/x" }), &["kind", "path"]);
    tried += wrong_types::<ClockChange>(
        &json!({ "camera": "X", "shiftSeconds": 60, "offsetMinutes": 120, "from": "2024-05-17", "to": null }),
        &["camera", "shiftSeconds"],
    );
    tried += wrong_types::<Throttle>(&json!({ "up": 5, "down": 5, "hours": [] }), &["hours"]);
    assert!(tried > 50);
    println!("gates: {tried} spoilt fields refused");
}

#[test]
fn what_nobody_knows_is_refused() {
    let unknown = [
        is_refused::<Step>(&json!("delete everything")),
        is_refused::<Decision>(&json!({ "kind": "delete" })),
        is_refused::<Decision>(&json!({ "kind": "keep", "assetIds": [1], "all": true })),
        is_refused::<PlanOptions>(&json!({ "layout": "x", "skipDuplicates": false, "skip": true })),
        is_refused::<PlanQuery>(
            &json!({ "search": "", "outcome": null, "state": null, "offset": 0, "limit": 1, "sql": "x" }),
        ),
        is_refused::<Rule>(&json!({ "id": "raw", "enabled": true, "script": "x" })),
        is_refused::<Rule>(&json!({ "id": "nobody", "enabled": true })),
        is_refused::<ClockChange>(&json!({ "camera": "X", "shiftSeconds": 60, "path": "/x" })),
        is_refused::<ClockChange>(&json!({ "camera": "X", "shiftSeconds": 0, "offsetMinutes": 40_000 })),
        is_refused::<DestinationSpec>(&json!({ "kind": "ftp", "path": "/x" })),
        is_refused::<Secret>(&json!({ "kind": "nobody" })),
        is_refused::<GroupQuery>(&json!([])),
    ];
    assert_eq!(unknown, [true; 12]);
}

/// A condition that is misspelt must not make "some" into "all".
#[test]
fn a_decision_about_all_of_a_filter_knows_every_condition_of_it() {
    assert!(is_refused::<AllOf>(&json!({ "minByte": 5 })));
    assert!(is_refused::<AllOf>(&json!({ "search": "trip", "offset": 0 })));
    assert!(!is_refused::<AllOf>(
        &json!({ "search": "trip", "minBytes": 5, "kind": null, "sure": true })
    ));
}
