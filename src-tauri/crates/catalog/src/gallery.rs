//! Groups page by page, as the gallery and bulk decisions ask for them.

use crate::row::{unsigned, word};
use crate::{Catalog, Result};
use albumen_model::{AssetId, FileId, FolderMark, GroupId, GroupKind, GroupStatus, Relation, RuleId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

#[derive(Debug, Clone)]
pub struct GroupRow {
    pub id: GroupId,
    pub kind: GroupKind,
    pub status: GroupStatus,
    pub rule: Option<RuleId>,
    pub reason: String,
    pub sure: bool,
    pub reclaim: u64,
    pub members: Vec<MemberRow>,
}

#[derive(Debug, Clone)]
pub struct MemberRow {
    pub asset: AssetId,
    pub file: FileId,
    pub root: String,
    pub display: String,
    pub size: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub captured: Option<String>,
    pub date_source: Option<String>,
    pub camera: Option<String>,
    pub software: Option<String>,
    pub gps: Option<(f64, f64)>,
    pub mtime_ns: i64,
    pub kind: String,
    pub companions: Vec<String>,
    /// Bytes of the movie that one of its files holds.
    pub motion: Option<u64>,
    /// A movie belongs to it, within a file or beside it.
    pub moves: bool,
    pub mark: Option<FolderMark>,
    pub relation: Relation,
    pub turn: u8,
    pub distance: u32,
    /// First in the group's order: the suggestion.
    pub suggested: bool,
    pub suggest_keep: bool,
    /// In force: the decision's word, or the suggestion.
    pub keep: bool,
}

/// What a bulk decision needs of a member.
#[derive(Debug, Clone, Copy)]
pub struct BulkMember {
    pub asset: AssetId,
    pub keeper: bool,
    pub suggest_keep: bool,
    pub companions: u32,
    /// As of a [`MemberRow`].
    pub moves: bool,
    pub protected: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSort {
    Size,
    Count,
    Date,
    Folder,
    Distance,
}

/// Which groups: all conditions that are set hold.
#[derive(Debug, Clone, Default)]
pub struct GroupFilter {
    pub kind: Option<GroupKind>,
    pub status: Option<GroupStatus>,
    pub relation: Option<Relation>,
    pub folders: Vec<i64>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub min_bytes: Option<u64>,
    pub search: String,
    pub sure: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct GroupsPage {
    pub total: u64,
    pub reclaim: u64,
    pub reclaim_assets: u64,
    pub rows: Vec<GroupRow>,
}

impl GroupFilter {
    /// Conditions on `duplicate_group g`, and their values.
    fn sql(&self) -> (String, Vec<Value>) {
        let mut conditions = vec!["1".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        let mut add = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                values.push(value);
                conditions.push(condition.replace('?', &format!("?{}", values.len())));
            }
        };
        let text = |text: &str| Value::from(text.to_owned());
        add("g.kind = ?", self.kind.map(|kind| text(kind.as_str())));
        add("g.status = ?", self.status.map(|status| text(status.as_str())));
        add(
            "EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.id AND m.relation = ?)",
            self.relation.map(|relation| text(relation.as_str())),
        );
        for folder in &self.folders {
            add(
                "EXISTS (SELECT 1 FROM group_member m WHERE m.folder_id = ? AND m.group_id = g.id)",
                Some(Value::from(*folder)),
            );
        }
        // `2019-07` lies between `2019-07` and `2019-07~`: dates sort as text.
        add("g.captured >= ?", self.from.as_deref().map(text));
        add(
            "g.captured < ?",
            self.to.as_deref().map(|to| text(&format!("{to}~"))),
        );
        add(
            "g.reclaim >= ?",
            self.min_bytes.map(|n| Value::from(n.cast_signed())),
        );
        add("g.sure = ?", self.sure.map(Value::from));
        let search = self.search.trim();
        let pattern = search
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        add(
            "EXISTS (SELECT 1 FROM group_member m JOIN file f ON f.id = m.asset_id JOIN source s ON s.id = f.source_id
             WHERE m.group_id = g.id AND s.display || '/' || f.display LIKE ? ESCAPE '\\')",
            (!search.is_empty()).then(|| text(&format!("%{pattern}%"))),
        );
        (conditions.join(" AND "), values)
    }
}

const MEMBER: &str = "f.id, s.display, f.display, f.size, f.width, f.height, f.captured, f.date_source, f.camera,
    f.north, f.east, f.mtime_ns, f.kind,
    (SELECT group_concat(c.display, char(10)) FROM file c WHERE c.asset_id = f.id AND c.id <> f.id AND c.gone = 0),
    f.software, f.source_id, f.folder,
    (SELECT max(x.motion) FROM file x WHERE x.asset_id = f.id AND x.gone = 0),
    EXISTS (SELECT 1 FROM file x WHERE x.asset_id = f.id AND x.id <> f.id AND x.gone = 0 AND x.kind = 'video')";

impl Catalog {
    pub fn groups(
        &self,
        filter: &GroupFilter,
        sort: GroupSort,
        reverse: bool,
        offset: u64,
        limit: u64,
    ) -> Result<GroupsPage> {
        let (column, descending) = match sort {
            GroupSort::Size => ("g.reclaim", true),
            GroupSort::Count => ("g.members", true),
            GroupSort::Date => ("g.captured", false),
            GroupSort::Folder => ("g.display", false),
            GroupSort::Distance => ("g.distance", false),
        };
        let order = if descending == reverse { "ASC" } else { "DESC" };
        let (conditions, mut values) = filter.sql();
        self.read(|c| {
            let sums = format!(
                "SELECT count(*), coalesce(sum(g.reclaim), 0), coalesce(sum(g.reclaim_assets), 0)
                 FROM duplicate_group g WHERE {conditions}"
            );
            let (total, reclaim, reclaim_assets) = c
                .prepare_cached(&sums)?
                .query_row(params_from_iter(&values), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            values.extend([
                Value::from(limit.cast_signed()),
                Value::from(offset.cast_signed()),
            ]);
            let sql = format!(
                "SELECT g.id FROM duplicate_group g WHERE {conditions}
                 ORDER BY {column} IS NULL, {column} {order}, g.id LIMIT ?{} OFFSET ?{}",
                values.len() - 1,
                values.len()
            );
            let ids: Vec<i64> = c
                .prepare_cached(&sql)?
                .query_map(params_from_iter(&values), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(GroupsPage {
                total: unsigned(total),
                reclaim: unsigned(reclaim),
                reclaim_assets: unsigned(reclaim_assets),
                rows: rows(c, &ids)?,
            })
        })
    }

    pub fn group(&self, id: GroupId) -> Result<Option<GroupRow>> {
        self.read(|c| Ok(rows(c, &[id.0])?.pop()))
    }

    /// Every group that the filter finds, with its members in order, handed over one by one.
    pub fn for_each_group(
        &self,
        filter: &GroupFilter,
        mut on: impl FnMut(GroupId, GroupKind, &[BulkMember]) -> Result<()>,
    ) -> Result<()> {
        let (conditions, values) = filter.sql();
        self.read(|c| {
            let marks = crate::folders::marks(c)?;
            let mut query = c.prepare(&format!(
                "SELECT g.id, g.kind, m.asset_id, m.place, m.keep, d.source_id, d.path,
                   (SELECT count(*) FROM file x WHERE x.asset_id = m.asset_id AND x.id <> x.asset_id AND x.gone = 0),
                   EXISTS (SELECT 1 FROM file x WHERE x.asset_id = m.asset_id AND x.gone = 0
                     AND (x.motion IS NOT NULL OR x.kind = 'video' AND x.id <> x.asset_id))
                 FROM duplicate_group g JOIN group_member m ON m.group_id = g.id JOIN folder d ON d.id = m.folder_id
                 WHERE {conditions} ORDER BY g.id, m.place"
            ))?;
            let mut found = query.query(params_from_iter(&values))?;
            let mut current: Option<(GroupId, GroupKind)> = None;
            let mut members: Vec<BulkMember> = Vec::new();
            while let Some(row) = found.next()? {
                let id = GroupId(row.get(0)?);
                if current.is_none_or(|(open, _)| open != id) {
                    if let Some((done, kind)) = current {
                        on(done, kind, &members)?;
                    }
                    members.clear();
                    let kind: String = row.get(1)?;
                    current = Some((id, word(GroupKind::parse(&kind), &kind)?));
                }
                let mark = marks.of(row.get(5)?, row.get_ref(6)?.as_blob().unwrap_or_default());
                members.push(BulkMember {
                    asset: AssetId(row.get(2)?),
                    keeper: row.get::<_, i64>(3)? == 0,
                    suggest_keep: row.get(4)?,
                    companions: row.get(7)?,
                    moves: row.get(8)?,
                    protected: mark == Some(FolderMark::Protected),
                });
            }
            if let Some((done, kind)) = current {
                on(done, kind, &members)?;
            }
            Ok(())
        })
    }

    /// An asset as a member of no group, for compare.
    pub fn member(&self, asset: AssetId) -> Result<Option<MemberRow>> {
        self.read(|c| {
            let sql = format!(
                "SELECT {MEMBER}, 'keeper', 1, 0, 0, 0, NULL FROM file f JOIN source s ON s.id = f.source_id
                 WHERE f.id = ?1 AND f.id = f.asset_id"
            );
            let marks = crate::folders::marks(c)?;
            let found = c
                .query_row(&sql, [asset.0], |row| Ok(member(row, &marks)))
                .optional()?;
            found.transpose()
        })
    }

    /// True when every file of `asset` has its bytes among the files of `keeper`: leaving it out loses nothing.
    pub fn is_contained(&self, asset: AssetId, keeper: AssetId) -> Result<bool> {
        self.read(|c| {
            Ok(c.prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM file a WHERE a.asset_id = ?1 AND a.gone = 0 AND
                   (a.sha256 IS NULL OR NOT EXISTS
                     (SELECT 1 FROM file k WHERE k.asset_id = ?2 AND k.gone = 0 AND k.sha256 = a.sha256)))",
            )?
            .query_row([asset.0, keeper.0], |row| row.get(0))?)
        })
    }
}

/// The groups of these ids, in their order, with two queries however many there are.
fn rows(c: &Connection, ids: &[i64]) -> Result<Vec<GroupRow>> {
    let list = format!(
        "[{}]",
        ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
    );
    let mut made: Vec<GroupRow> = Vec::with_capacity(ids.len());
    let mut query = c.prepare_cached(
        "SELECT g.id, g.kind, g.status, g.rule, g.reason, g.sure, g.reclaim FROM json_each(?1) j
         JOIN duplicate_group g ON g.id = j.value ORDER BY j.key",
    )?;
    let mut found = query.query([&list])?;
    while let Some(row) = found.next()? {
        let (kind, status): (String, String) = (row.get(1)?, row.get(2)?);
        let rule: Option<String> = row.get(3)?;
        made.push(GroupRow {
            id: GroupId(row.get(0)?),
            kind: word(GroupKind::parse(&kind), &kind)?,
            status: word(GroupStatus::parse(&status), &status)?,
            rule: rule.and_then(|rule| serde_json::from_value(rule.into()).ok()),
            reason: row.get(4)?,
            sure: row.get(5)?,
            reclaim: unsigned(row.get(6)?),
            members: Vec::new(),
        });
    }
    let places: std::collections::HashMap<i64, usize> = made
        .iter()
        .enumerate()
        .map(|(at, group)| (group.id.0, at))
        .collect();
    let marks = crate::folders::marks(c)?;
    let mut query = c.prepare_cached(&format!(
        "SELECT {MEMBER}, m.relation, m.turn, m.distance, m.place = 0, m.keep,
           (SELECT d.keep FROM decision_member d WHERE d.decision_id = g.decision_id AND d.asset_id = m.asset_id), g.id
         FROM json_each(?1) j JOIN duplicate_group g ON g.id = j.value JOIN group_member m ON m.group_id = g.id
         JOIN file f ON f.id = m.asset_id JOIN source s ON s.id = f.source_id ORDER BY g.id, m.place"
    ))?;
    let mut found = query.query([&list])?;
    while let Some(row) = found.next()? {
        if let Some(at) = places.get(&row.get(25)?) {
            made[*at].members.push(member(row, &marks)?);
        }
    }
    Ok(made)
}

fn member(row: &Row<'_>, marks: &crate::folders::Marks) -> Result<MemberRow> {
    let (north, east): (Option<f64>, Option<f64>) = (row.get(9)?, row.get(10)?);
    let companions: Option<String> = row.get(13)?;
    let motion = row.get::<_, Option<i64>>(17)?.map(unsigned);
    let relation: String = row.get(19)?;
    let suggest_keep = row.get(23)?;
    Ok(MemberRow {
        asset: AssetId(row.get(0)?),
        file: FileId(row.get(0)?),
        root: row.get(1)?,
        display: row.get(2)?,
        size: unsigned(row.get(3)?),
        width: row.get(4)?,
        height: row.get(5)?,
        captured: row.get(6)?,
        date_source: row.get(7)?,
        camera: row.get(8)?,
        software: row.get(14)?,
        gps: north.zip(east),
        mtime_ns: row.get(11)?,
        kind: row.get(12)?,
        companions: companions
            .map(|lines| lines.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        motion,
        moves: motion.is_some() || row.get(18)?,
        mark: marks.of(row.get(15)?, row.get_ref(16)?.as_blob().unwrap_or_default()),
        relation: word(Relation::parse(&relation), &relation)?,
        turn: row.get(20)?,
        distance: row.get(21)?,
        suggested: row.get(22)?,
        suggest_keep,
        keep: row.get::<_, Option<bool>>(24)?.unwrap_or(suggest_keep),
    })
}
