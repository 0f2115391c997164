//! The way into the API: which function, with which token and argument, in which form.

use super::Playing;
use super::errors::{bad_input, bad_token, too_many_requests};
use crate::double::Play;
use crate::double::call::{Answered, Call, Stop, object};
use crate::double::lock;
use crate::double::oauth::Bad;
use crate::double::reply::Reply;
use hyper::Method;
use serde_json::{Map, Value, json};

/// Functions whose argument is a header, and the scope each needs.
const CONTENT: [(&str, &str); 5] = [
    ("files/upload", "files.content.write"),
    ("files/upload_session/start", "files.content.write"),
    ("files/upload_session/append_v2", "files.content.write"),
    ("files/upload_session/finish", "files.content.write"),
    ("files/download", "files.content.read"),
];

/// Functions whose argument is the body, and the scope each needs.
const RPC: [(&str, &str); 8] = [
    ("files/upload_session/finish_batch_v2", "files.content.write"),
    ("files/create_folder_v2", "files.content.write"),
    ("files/delete_v2", "files.content.write"),
    ("files/get_metadata", "files.metadata.read"),
    ("files/list_folder", "files.metadata.read"),
    ("files/list_folder/continue", "files.metadata.read"),
    ("users/get_current_account", "account_info.read"),
    ("users/get_space_usage", "account_info.read"),
];

/// One call of a function.
pub(super) struct Asking<'a> {
    pub(super) play: &'a Playing,
    pub(super) op: &'static str,
}

impl Play for Playing {
    async fn answer(&self, call: &mut Call) -> Answered {
        if let Some(answered) = self.oauth.answer(call, too_many_requests).await {
            return answered;
        }
        let name = call.path.strip_prefix("/2/").unwrap_or("").to_owned();
        let known = |functions: &[(&'static str, &'static str)]| {
            functions.iter().find(|(op, _)| *op == name).copied()
        };
        let (op, scope, rpc) = match (known(&CONTENT), known(&RPC)) {
            (Some((op, scope)), _) => (op, scope, false),
            (_, Some((op, scope))) => (op, scope, true),
            _ => {
                call.meet("", "", too_many_requests).await?;
                return Err(Reply::text(400, format!("Unknown API function: \"{name}\"")).into());
            }
        };
        let asking = Asking { play: self, op };
        // What the argument says is known before the request meets its faults; what is wrong with it is said after.
        let body = if rpc { call.bytes().await? } else { Vec::new() };
        let arg = match call.header("dropbox-api-arg") {
            Some(arg) if !rpc => readable(arg),
            _ => readable(&String::from_utf8_lossy(&body)),
        };
        call.meet(op, &arg, too_many_requests).await?;
        self.check_token(call, scope)?;
        if call.method != Method::POST {
            let why = format!("Your request's HTTP request method is \"{}\"", call.method);
            return Err(bad_input(op, &why));
        }
        if !call.raw_query.is_empty() {
            return Err(bad_input(op, "unexpected URL parameters"));
        }
        if rpc {
            let arg = asking.rpc_argument(call, &body)?;
            asking.rpc(call, &arg).await
        } else {
            let arg = asking.header_argument(call)?;
            asking.content(call, &arg).await
        }
    }
}

/// An argument with its `\uXXXX` decoded, so that a test finds a name in it.
fn readable(arg: &str) -> String {
    serde_json::from_str::<Value>(arg).map_or_else(|_| arg.to_owned(), |value| value.to_string())
}

/// JSON as a header takes it: all beyond ASCII is escaped.
pub(super) fn ascii(value: &Value) -> String {
    let mut escaped = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() && c != '\u{7f}' {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

impl Playing {
    fn check_token(&self, call: &Call, scope: &str) -> Result<(), Stop> {
        match self.oauth.check(call.bearer(), &[scope]) {
            Ok(()) => Ok(()),
            Err(Bad::Missing) => {
                let why = "Must provide HTTP header \"Authorization\" with a Bearer token.";
                Err(bad_input(&call.op, why))
            }
            Err(Bad::Unknown) => Err(bad_token("invalid_access_token").into()),
            Err(Bad::Expired) => Err(bad_token("expired_access_token").into()),
            Err(Bad::Scope) => {
                let error = json!({".tag": "missing_scope", "required_scope": scope});
                let reply = json!({"error_summary": "missing_scope/..", "error": error});
                Err(Reply::json(401, &reply).into())
            }
        }
    }
}

impl Asking<'_> {
    async fn rpc(&self, call: &mut Call, arg: &Value) -> Answered {
        match self.op {
            "files/upload_session/finish_batch_v2" => self.finish_batch(call, arg).await,
            "files/create_folder_v2" => self.create_folder(arg, &call.core),
            "files/delete_v2" => self.delete(arg),
            "files/get_metadata" => self.get_metadata(arg),
            "files/list_folder" => self.list_folder(arg, &call.core),
            "files/list_folder/continue" => self.list_continue(arg, &call.core),
            "users/get_current_account" => self.current_account(arg),
            _ => self.space_usage(arg, &call.core),
        }
    }

    async fn content(&self, call: &mut Call, arg: &Value) -> Answered {
        match self.op {
            "files/upload" => self.upload(call, arg).await,
            "files/upload_session/start" => self.start_session(call, arg).await,
            "files/upload_session/append_v2" => self.append_session(call, arg).await,
            "files/upload_session/finish" => self.finish_session(call, arg).await,
            _ => {
                if !call.bytes().await?.is_empty() {
                    return Err(bad_input(self.op, "request body: expected nothing"));
                }
                let range = call.header("range").map(str::to_owned);
                self.download(arg, range.as_deref())
            }
        }
    }

    fn rpc_argument(&self, call: &Call, body: &[u8]) -> Result<Value, Stop> {
        if call.headers.contains_key("dropbox-api-arg") {
            return Err(bad_input(self.op, "unexpected HTTP header \"Dropbox-API-Arg\""));
        }
        let kind = call.content_type();
        let takes_nothing = self.op.starts_with("users/");
        if takes_nothing && body.is_empty() && kind.is_empty() {
            return Ok(Value::Null);
        }
        let json = [
            "application/json",
            "application/json;charset=utf-8",
            "text/plain;charset=dropbox-cors-hack",
        ];
        if !json.contains(&kind.as_str()) {
            let why =
                format!("Bad HTTP \"Content-Type\" header: \"{kind}\". Expecting \"application/json\".");
            return Err(bad_input(self.op, &why));
        }
        serde_json::from_slice(body)
            .map_err(|_| bad_input(self.op, "request body: could not decode input as JSON"))
    }

    fn header_argument(&self, call: &Call) -> Result<Value, Stop> {
        let kind = call.content_type();
        let upload = ["application/octet-stream", "text/plain;charset=dropbox-cors-hack"];
        let download = [
            "",
            "text/plain",
            "text/plain;charset=utf-8",
            "application/octet-stream",
            "application/octet-stream;charset=utf-8",
        ];
        let fits = if self.op == "files/download" {
            download.contains(&kind.as_str())
        } else {
            upload.contains(&kind.as_str())
        };
        if !fits {
            let why = format!(
                "Bad HTTP \"Content-Type\" header: \"{kind}\". Expecting \"application/octet-stream\"."
            );
            return Err(bad_input(self.op, &why));
        }
        let bad = |why: &str| bad_input(self.op, &format!("HTTP header \"Dropbox-API-Arg\": {why}"));
        let mut given = call.headers.get_all("dropbox-api-arg").iter();
        let (Some(arg), None) = (given.next(), given.next()) else {
            return Err(bad("must be given once"));
        };
        // Printable ASCII: DEL and all beyond must be escaped.
        let arg = arg.to_str().map_err(|_| bad("is not ASCII"))?;
        serde_json::from_str(arg).map_err(|_| bad("could not decode input as JSON"))
    }

    pub(super) fn fields<'a>(
        &self,
        arg: &'a Value,
        required: &[&str],
        optional: &[&str],
    ) -> Result<&'a Map<String, Value>, Stop> {
        object(arg, required, optional).map_err(|why| bad_input(self.op, &format!("request body: {why}")))
    }

    pub(super) fn text(&self, fields: &Map<String, Value>, name: &str) -> Result<Option<String>, Stop> {
        match fields.get(name) {
            None | Some(Value::Null) if name != "path" => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            _ => Err(bad_input(self.op, &format!("{name}: expected string"))),
        }
    }

    pub(super) fn flag(&self, fields: &Map<String, Value>, name: &str) -> Result<bool, Stop> {
        match fields.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(bad_input(self.op, &format!("{name}: expected boolean"))),
        }
    }

    fn nothing(&self, arg: &Value) -> Result<(), Stop> {
        if arg.is_null() {
            return Ok(());
        }
        Err(bad_input(self.op, "request body: expected null, got value"))
    }

    fn current_account(&self, arg: &Value) -> Answered {
        self.nothing(arg)?;
        let account = json!({
            "account_id": self.play.oauth.account(),
            "name": {"given_name": "Ada", "surname": "Tester", "familiar_name": "Ada",
                "display_name": "Ada Tester", "abbreviated_name": "AT"},
            "email": "ada@example.org",
            "email_verified": true,
            "disabled": false,
            "locale": "en",
            "referral_link": "https://example.org/",
            "is_paired": false,
            "account_type": {".tag": "basic"},
            "root_info": {".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1"},
        });
        Ok(Reply::json(200, &account))
    }

    fn space_usage(&self, arg: &Value, core: &crate::double::Core) -> Answered {
        self.nothing(arg)?;
        let allocated = core.quota().unwrap_or(2 << 40);
        let used = lock(&self.play.state).used();
        let allocation = json!({".tag": "individual", "allocated": allocated});
        Ok(Reply::json(200, &json!({"used": used, "allocation": allocation})))
    }
}
