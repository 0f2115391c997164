//! The way into the API: which method, with which token and parameters.

use super::errors::{parameter, refuse, too_fast};
use super::{Playing, upload};
use crate::double::call::{Answered, Call, Stop};
use crate::double::oauth::Bad;
use crate::double::{Play, lock};
use hyper::Method;
use percent_encoding::percent_decode_str;

const SCOPE: &str = "https://www.googleapis.com/auth/drive.file";
/// Taken everywhere.
const COMMON: [&str; 4] = ["alt", "fields", "prettyPrint", "supportsAllDrives"];
/// Of the metadata of a multipart body; a longer one is not looked for.
const AHEAD: usize = 64 << 10;

/// The method's name, the id in its path, the parameters it knows.
fn route(call: &Call) -> Option<(&'static str, String, &'static [&'static str])> {
    let path = call.path.as_str();
    let id = |rest: &str| {
        let id = percent_decode_str(rest).decode_utf8_lossy().into_owned();
        (!id.is_empty() && !id.contains('/')).then_some(id)
    };
    if let Some(rest) = path.strip_prefix("/upload/drive/v3/files") {
        const KNOWN: &[&str] = &["uploadType", "upload_id"];
        let kind = call.parameter("uploadType");
        if let Some(rest) = rest.strip_prefix('/') {
            return (call.method == Method::PATCH).then_some(("upload.replace", id(rest)?, KNOWN));
        }
        let session = call.parameter("upload_id").is_some();
        let op = match (&call.method, kind, session, rest) {
            (&Method::POST, Some("multipart"), false, "") => "upload.multipart",
            (&Method::POST, Some("resumable"), false, "") => "upload.start",
            (&Method::PUT, Some("resumable"), true, "") => {
                let range = call.header("content-range").unwrap_or("");
                if range.starts_with("bytes */") {
                    "upload.query"
                } else {
                    "upload.put"
                }
            }
            (&Method::DELETE, Some("resumable"), true, "") => "upload.cancel",
            _ => return None,
        };
        return Some((op, String::new(), KNOWN));
    }
    let rest = path.strip_prefix("/drive/v3/")?;
    let none = String::new;
    match (&call.method, rest) {
        (&Method::GET, "about") => Some(("about.get", none(), &[])),
        (&Method::GET, "files/generateIds") => {
            Some(("files.generateIds", none(), &["count", "space", "type"]))
        }
        (&Method::GET, "files") => {
            let known = &[
                "q",
                "pageSize",
                "pageToken",
                "spaces",
                "corpora",
                "includeItemsFromAllDrives",
            ];
            Some(("files.list", none(), known))
        }
        (&Method::POST, "files") => Some(("files.create", none(), &[])),
        (method, rest) => {
            let id = id(rest.strip_prefix("files/")?)?;
            match *method {
                Method::GET if call.parameter("alt") == Some("media") => {
                    Some(("files.download", id, &["acknowledgeAbuse"]))
                }
                Method::GET => Some(("files.get", id, &["acknowledgeAbuse"])),
                Method::PATCH => Some(("files.update", id, &["addParents", "removeParents"])),
                Method::DELETE => Some(("files.delete", id, &[])),
                _ => None,
            }
        }
    }
}

impl Play for Playing {
    async fn answer(&self, call: &mut Call) -> Answered {
        if let Some(answered) = self.oauth.answer(call, too_fast).await {
            return answered;
        }
        let Some((op, id, known)) = route(call) else {
            let path = call.path.clone();
            call.meet("", &path, too_fast).await?;
            return Err(refuse(404, "notFound", "Not Found"));
        };
        let takes_json = ["files.create", "files.update", "upload.start"].contains(&op);
        let body = if takes_json {
            call.bytes().await?
        } else {
            Vec::new()
        };
        let about = match op {
            "upload.multipart" => self.ahead(call).await,
            "upload.put" | "upload.query" | "upload.cancel" => {
                let range = call.header("content-range").unwrap_or("").to_owned();
                format!("{} {range}", self.name_of_session(call))
            }
            _ => String::from_utf8_lossy(&body).into_owned(),
        };
        let query: Vec<String> = call
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let arg = format!("{} {} {about}", call.path, query.join("&"));
        call.meet(op, &arg, too_fast).await?;
        lock(&self.state).requests += 1;
        // The address of a session is a key of its own; a token that comes with it must be good.
        if !call.query.iter().any(|(name, _)| name == "upload_id")
            || call.headers.contains_key("authorization")
        {
            self.check_token(call)?;
        }
        check_parameters(call, known)?;
        if takes_json
            && op != "upload.start"
            && call.content_type().split(';').next() != Some("application/json")
        {
            return Err(refuse(400, "badContent", "The body must be application/json."));
        }
        match op {
            "about.get" => self.about(call),
            "files.generateIds" => self.generate_ids(call),
            "files.list" => self.list(call),
            "files.create" => self.create(call, &body),
            "files.get" => self.get(call, &id),
            "files.download" => self.download(call, &id),
            "files.update" => self.update(call, &id, &body),
            "files.delete" => self.delete(&id),
            "upload.multipart" => self.multipart(call).await,
            "upload.start" => self.begin(call, &body),
            "upload.cancel" => self.cancel(call),
            "upload.replace" => self.replace(call, &id).await,
            _ => self.proceed(call).await,
        }
    }
}

fn check_parameters(call: &Call, known: &[&str]) -> Result<(), Stop> {
    for (at, (name, _)) in call.query.iter().enumerate() {
        let taken = COMMON.contains(&name.as_str()) || known.contains(&name.as_str());
        if !taken {
            return Err(parameter(name, "Unknown parameter"));
        }
        if call.query[..at].iter().any(|(other, _)| other == name) {
            return Err(parameter(name, "The parameter is given twice"));
        }
    }
    match call.parameter("alt") {
        None | Some("json") => Ok(()),
        Some("media") if call.op == "files.download" => Ok(()),
        Some(_) => Err(parameter("alt", "Invalid value")),
    }
}

impl Playing {
    async fn ahead(&self, call: &mut Call) -> String {
        let Ok(boundary) = upload::boundary(call) else {
            return String::new();
        };
        let enough = |body: &[u8]| body.len() > AHEAD || upload::first_part(body, &boundary).is_some();
        let body = call.ahead(enough).await;
        upload::first_part(body, &boundary).unwrap_or_default()
    }

    fn check_token(&self, call: &Call) -> Result<(), Stop> {
        match self.oauth.check(call.bearer(), &[SCOPE]) {
            Ok(()) => Ok(()),
            Err(Bad::Missing) => Err(refuse(401, "required", "Login Required.")),
            Err(Bad::Unknown | Bad::Expired) => Err(refuse(401, "authError", "Invalid Credentials")),
            Err(Bad::Scope) => {
                let why = "Request had insufficient authentication scopes.";
                Err(refuse(403, "insufficientPermissions", why))
            }
        }
    }
}
