//! Requests that the target for requests begins with.

/// One of each.
pub fn all() -> Vec<Vec<u8>> {
    [
        r#"{"command":"set_step","args":{"step":"review"}}"#,
        r#"{"command":"problems","args":{"offset":0,"limit":50}}"#,
        r#"{"command":"groups","args":{"query":{"kind":"exact","status":null,"relation":null,"folders":[1,2],"from":"2019","to":"2019-07-04","minBytes":1,"search":"a%_","sure":true,"sort":"size","reverse":true,"offset":0,"limit":50}}}"#,
        r#"{"command":"decide","args":{"groupIds":[1],"decision":{"kind":"keep","assetIds":[1]}}}"#,
        r#"{"command":"decide","args":{"groupIds":[1,2],"decision":{"kind":"keepOnlyKeeper"}}}"#,
        r#"{"command":"decide_all","args":{"filter":{"kind":"exact"},"decision":{"kind":"keepSuggested"}}}"#,
        r#"{"command":"decide_all","args":{"filter":{"search":"1"},"decision":{"kind":"notDuplicates"}}}"#,
        r#"{"command":"undo","args":{}}"#,
        r#"{"command":"redo","args":{}}"#,
        r#"{"command":"go_to_step","args":{"id":1}}"#,
        r#"{"command":"set_rules","args":{"rules":[{"id":"format","enabled":false}]}}"#,
        r#"{"command":"mark_folder","args":{"id":1,"mark":"protected"}}"#,
        r#"{"command":"try_similarity","args":{"distance":20}}"#,
        r#"{"command":"set_similarity","args":{"distance":12}}"#,
        r#"{"command":"set_preference","args":{"key":"theme","value":"dark"}}"#,
        r#"{"command":"preview_clock","args":{"change":{"camera":"Canon EOS 80D","shiftSeconds":-3600,"offsetMinutes":null,"from":"2019-07-04","to":null}}}"#,
        r#"{"command":"set_clock","args":{"change":{"camera":"Canon EOS 80D","shiftSeconds":0,"offsetMinutes":120,"from":null,"to":"2030-01-01T10:00"}}}"#,
        r#"{"command":"forget_clock","args":{"id":1}}"#,
        r#"{"command":"compare","args":{"left":1,"right":2}}"#,
        r#"{"command":"thumb","args":{"file":1}}"#,
        r#"{"command":"layout_preview","args":{"options":{"layout":"{year}/{album|\"none\"}/{sequence}","skipDuplicates":true}}}"#,
        r#"{"command":"start_plan","args":{"options":{"layout":"{year}/{original name}","skipDuplicates":true,"sample":0.5}}}"#,
        r#"{"command":"plan_rows","args":{"query":{"search":"1","outcome":null,"state":null,"offset":0,"limit":50}}}"#,
        r#"{"command":"choose_destination","args":{"spec":{"kind":"sftp","host":"h","port":22,"user":"u","folder":"/p","key":""}}}"#,
        r#"{"command":"choose_destination","args":{"spec":{"kind":"folder","path":"/a/../b"}}}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
