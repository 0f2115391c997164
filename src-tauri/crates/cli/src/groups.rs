//! `albumen groups`: duplicates, of the catalog or right now below folders.

use crate::out::{self, DONE, FINDINGS};
use albumen_engine::api::{AppError, GroupKind};
use albumen_engine::{Engine, FoundGroup, quick_groups};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

pub fn groups(
    engine: &Engine,
    exact: bool,
    similar: bool,
    distance: Option<u32>,
    json: bool,
) -> Result<u8, AppError> {
    let mut lines = out::Lines::default();
    for group in engine.find_groups(distance, exact)? {
        if similar && group.kind == GroupKind::Exact {
            continue;
        }
        print_group(&mut lines, &group, json);
    }
    Ok(DONE)
}

fn print_group(lines: &mut out::Lines, group: &FoundGroup, json: bool) {
    let Some(keeper) = group.members.first().map(|member| &member.path) else {
        return;
    };
    if json {
        let members: Vec<Value> = group
            .members
            .iter()
            .map(|one| {
                json!({ "path": one.path, "distance": one.distance, "relation": one.relation, "keep": one.keep })
            })
            .collect();
        lines.line(&json!({
            "kind": group.kind, "keeper": keeper, "reason": group.reason, "sure": group.sure, "members": members,
        }));
        return;
    }
    let kind = group.kind.as_str();
    lines.text(&format!("{kind}: keep {keeper} because {}", group.reason));
    for one in &group.members[1..] {
        let stays = if one.keep { "stays" } else { "" };
        let relation = one.relation.as_str();
        lines.text(&format!(
            "  {:>3}  {relation:9} {stays:5}  {}",
            one.distance, one.path
        ));
    }
}

/// Exit code 1 when something could not be looked at: then there may be more duplicates than were found.
pub fn quick(folders: &[PathBuf], json: bool) -> Result<u8, AppError> {
    let complete = AtomicBool::new(true);
    let groups = quick_groups(folders, &|what| {
        complete.store(false, Ordering::Relaxed);
        eprintln!("{what}");
    })?;
    let mut lines = out::Lines::default();
    for group in &groups {
        print_group(&mut lines, group, json);
    }
    Ok(if complete.into_inner() { DONE } else { FINDINGS })
}
