//! The parameter `fields`: what of an answer is sent.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Name -> what of it; None is all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Selection(BTreeMap<String, Option<Selection>>);

/// A known field, and the known fields in it; none: it is not looked into.
pub(super) type Known = (&'static str, &'static [&'static str]);

pub(super) const FILE: &[&str] = &[
    "kind",
    "id",
    "name",
    "mimeType",
    "parents",
    "size",
    "md5Checksum",
    "sha256Checksum",
    "headRevisionId",
    "modifiedTime",
    "createdTime",
    "appProperties",
    "description",
    "trashed",
    "originalFilename",
];
pub(super) const LIST: &[Known] = &[
    ("kind", &[]),
    ("nextPageToken", &[]),
    ("incompleteSearch", &[]),
    ("files", FILE),
];
pub(super) const ABOUT: &[Known] = &[
    ("kind", &[]),
    (
        "user",
        &["kind", "displayName", "me", "permissionId", "emailAddress"],
    ),
    (
        "storageQuota",
        &["limit", "usage", "usageInDrive", "usageInDriveTrash"],
    ),
];
pub(super) const IDS: &[Known] = &[("kind", &[]), ("ids", &[]), ("space", &[])];

impl Selection {
    /// `a,b(c,d),e/f`; None when it cannot be read.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let selection = Self::list(&mut rest)?;
        rest.is_empty().then_some(selection)
    }

    fn list(rest: &mut &str) -> Option<Self> {
        let mut found = Self::default();
        loop {
            let (name, below) = Self::one(rest)?;
            found.0.insert(name, below);
            match rest.strip_prefix(',') {
                Some(more) => *rest = more,
                None => return Some(found),
            }
        }
    }

    fn one(rest: &mut &str) -> Option<(String, Option<Self>)> {
        *rest = rest.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '*')
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        *rest = rest[end..].trim_start();
        if name.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix('(') {
            *rest = inner;
            let below = Self::list(rest)?;
            *rest = rest.strip_prefix(')')?.trim_start();
            return Some((name, Some(below)));
        }
        if let Some(inner) = rest.strip_prefix('/') {
            *rest = inner;
            let (below, further) = Self::one(rest)?;
            return Some((name, Some(Self([(below, further)].into()))));
        }
        Some((name, None))
    }

    /// The first name that is not known.
    pub(super) fn unknown(&self, known: &[Known]) -> Option<String> {
        self.0.iter().find_map(|(name, below)| {
            if name == "*" {
                return None;
            }
            let Some((_, inner)) = known.iter().find(|(known, _)| known == name) else {
                return Some(name.clone());
            };
            let inner: Vec<Known> = inner.iter().map(|name| (*name, &[][..])).collect();
            let below = below.as_ref().filter(|_| !inner.is_empty())?;
            below.unknown(&inner)
        })
    }

    pub(super) fn of(&self, value: &Value) -> Value {
        match value {
            Value::Array(values) => values.iter().map(|value| self.of(value)).collect(),
            Value::Object(fields) if !self.0.contains_key("*") => {
                let mut kept = Map::new();
                for (name, below) in &self.0 {
                    if let Some(value) = fields.get(name) {
                        let value = below
                            .as_ref()
                            .map_or_else(|| value.clone(), |below| below.of(value));
                        kept.insert(name.clone(), value);
                    }
                }
                Value::Object(kept)
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_selected_is_sent_and_no_more() {
        let page = json!({"nextPageToken": "x", "files": [{"id": 1, "name": "a"}], "kind": "k"});
        let of = |fields: &str| Selection::parse(fields).unwrap().of(&page);
        assert_eq!(
            of("nextPageToken,files(id)"),
            json!({"nextPageToken": "x", "files": [{"id": 1}]})
        );
        assert_eq!(of("files/name"), json!({"files": [{"name": "a"}]}));
        assert_eq!(of("*"), page);
        assert_eq!(Selection::parse("files(id"), None);
        assert_eq!(Selection::parse("a,,b"), None);
        let unknown = |fields: &str| Selection::parse(fields).unwrap().unknown(LIST);
        assert_eq!(unknown("files(id,md5)"), Some("md5".to_owned()));
        assert_eq!(unknown("files(id,appProperties),nextPageToken"), None);
    }
}
