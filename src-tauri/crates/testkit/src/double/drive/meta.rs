//! The metadata a client sends of a file, looked at strictly.

use super::errors::{invalid, refuse};
use crate::double::call::{Stop, object};
use serde_json::Value;
use std::collections::BTreeMap;

const MOST_PROPERTIES: usize = 30;
const LONGEST_PROPERTY: usize = 124;

/// What was said; None was not.
#[derive(Debug, Clone, Default)]
pub(super) struct Meta {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) mime_type: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) description: Option<String>,
    pub(super) trashed: Option<bool>,
    /// A value of None removes the property.
    pub(super) properties: BTreeMap<String, Option<String>>,
}

impl Meta {
    /// Of `files.create`.
    pub(super) fn to_create(bytes: &[u8]) -> Result<Self, Stop> {
        let known = [
            "id",
            "name",
            "mimeType",
            "parents",
            "modifiedTime",
            "appProperties",
            "description",
        ];
        Self::read(bytes, &known)
    }

    /// Of `files.update`: parents are moved by parameters, an id never changes.
    pub(super) fn to_update(bytes: &[u8]) -> Result<Self, Stop> {
        let known = [
            "name",
            "mimeType",
            "modifiedTime",
            "appProperties",
            "description",
            "trashed",
        ];
        Self::read(bytes, &known)
    }

    fn read(bytes: &[u8], known: &[&str]) -> Result<Self, Stop> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|_| refuse(400, "parseError", "Parse Error"))?;
        if value.get("parents").is_some() && !known.contains(&"parents") {
            let why = "The parents field is not directly writable in update requests.";
            return Err(refuse(403, "fieldNotWritable", why));
        }
        let fields =
            object(&value, &[], known).map_err(|why| invalid(&format!("Invalid JSON payload: {why}")))?;
        let text = |name: &str| match fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(invalid(&format!(
                "Invalid value for {name}: a string is expected"
            ))),
        };
        let name = text("name")?;
        if name.as_deref() == Some("") {
            return Err(invalid("Invalid value for name"));
        }
        let parent = match fields.get("parents") {
            None => None,
            Some(Value::Array(parents)) => match &parents[..] {
                [Value::String(parent)] => Some(parent.clone()),
                _ => return Err(invalid("A file must have exactly one parent")),
            },
            Some(_) => return Err(invalid("Invalid value for parents: a list is expected")),
        };
        let trashed = match fields.get("trashed") {
            None => None,
            Some(Value::Bool(trashed)) => Some(*trashed),
            Some(_) => return Err(invalid("Invalid value for trashed")),
        };
        Ok(Self {
            id: text("id")?,
            name,
            mime_type: text("mimeType")?,
            parent,
            modified: text("modifiedTime")?.map(|time| date(&time)).transpose()?,
            description: text("description")?,
            trashed,
            properties: properties(fields.get("appProperties"))?,
        })
    }
}

fn properties(value: Option<&Value>) -> Result<BTreeMap<String, Option<String>>, Stop> {
    let Some(value) = value else {
        return Ok(BTreeMap::new());
    };
    let fields = value
        .as_object()
        .ok_or_else(|| invalid("Invalid value for appProperties"))?;
    let mut properties = BTreeMap::new();
    for (key, value) in fields {
        let value = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            _ => return Err(invalid("Invalid value for appProperties: strings are expected")),
        };
        if key.len() + value.as_ref().map_or(0, String::len) > LONGEST_PROPERTY {
            return Err(invalid("A property is longer than 124 bytes"));
        }
        properties.insert(key.clone(), value);
    }
    Ok(properties)
}

/// At most so many in all.
pub(super) fn check_count(properties: &BTreeMap<String, String>) -> Result<(), Stop> {
    if properties.len() > MOST_PROPERTIES {
        return Err(invalid("Too many app properties"));
    }
    Ok(())
}

/// RFC 3339 in, milliseconds in UTC out.
fn date(text: &str) -> Result<String, Stop> {
    let bad = || invalid(&format!("Invalid value for modifiedTime: \"{text}\""));
    if text.as_bytes().get(10) != Some(&b'T') {
        return Err(bad());
    }
    let time: jiff::Timestamp = text.parse().map_err(|_| bad())?;
    Ok(super::shown(time))
}
