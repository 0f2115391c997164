//! What the sources hold, summed up in one walk over the files: the library is never in memory.

use crate::row::unsigned;
use crate::{Catalog, Result};
use rusqlite::Row;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone)]
pub struct KindTotal {
    pub kind: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone)]
pub struct NamedTotal {
    pub name: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone)]
pub struct MonthTotal {
    /// `2024-05`.
    pub month: String,
    pub assets: u64,
}

#[derive(Debug, Clone)]
pub struct ProfileTotals {
    pub files: u64,
    pub assets: u64,
    pub bytes: u64,
    /// Assets whose date is only a copy's modification time.
    pub undated: u64,
    pub problems: u64,
    pub date_from: Option<String>,
    pub date_to: Option<String>,
    pub kinds: Vec<KindTotal>,
    pub cameras: Vec<NamedTotal>,
    pub folders: Vec<NamedTotal>,
    pub months: Vec<MonthTotal>,
    pub exact_groups: u64,
    pub similar_groups: u64,
    /// Bytes that exact duplicates hold beyond their keepers.
    pub duplicate_bytes: u64,
}

/// Every file that is there, once: SQLite would sort the whole library for each list of sums.
const LIVE: &str =
    "SELECT f.kind, f.size, f.excluded, f.id = f.asset_id AND f.kind <> 'other', f.id = f.asset_id,
     coalesce(f.date_source, 'mtime'), f.captured, f.camera, f.folder = x'', f.display, s.display
   FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0 WHERE f.gone = 0";

impl Catalog {
    pub fn profile(&self) -> Result<ProfileTotals> {
        self.read(|c| {
            let one = |sql: &str| -> Result<u64> { Ok(unsigned(c.query_row(sql, [], |row| row.get(0))?)) };
            let mut sums = Sums::default();
            let mut query = c.prepare(LIVE)?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                sums.add(row)?;
            }
            let Sums { dates, .. } = &sums;
            Ok(ProfileTotals {
                files: sums.files,
                assets: sums.assets,
                bytes: sums.bytes,
                undated: sums.undated,
                problems: one(
                    "SELECT count(*) FROM problem p JOIN source s ON s.id = p.source_id AND s.removed = 0",
                )?,
                date_from: dates.as_ref().map(|dates| dates.0.clone()),
                date_to: dates.as_ref().map(|dates| dates.1.clone()),
                kinds: largest(sums.kinds)
                    .map(|(kind, files, bytes)| KindTotal { kind, files, bytes })
                    .collect(),
                cameras: largest(sums.cameras).map(named).collect(),
                folders: largest(sums.folders).map(named).collect(),
                months: sums
                    .months
                    .into_iter()
                    .map(|(month, assets)| MonthTotal { month, assets })
                    .collect(),
                exact_groups: one("SELECT count(*) FROM duplicate_group WHERE kind = 'exact'")?,
                similar_groups: one("SELECT count(*) FROM duplicate_group WHERE kind = 'similar'")?,
                duplicate_bytes: one(
                    "SELECT coalesce(sum(reclaim), 0) FROM duplicate_group WHERE kind = 'exact'",
                )?,
            })
        })
    }
}

/// Files and their bytes, by a name.
type Totals = HashMap<String, (u64, u64)>;

#[derive(Default)]
struct Sums {
    files: u64,
    assets: u64,
    bytes: u64,
    undated: u64,
    dates: Option<(String, String)>,
    kinds: Totals,
    cameras: Totals,
    folders: Totals,
    months: BTreeMap<String, u64>,
    /// Kept for its space.
    folder: String,
}

impl Sums {
    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let text = |at: usize| -> rusqlite::Result<Option<&str>> { Ok(row.get_ref(at)?.as_str_or_null()?) };
        let yes =
            |at: usize| -> rusqlite::Result<bool> { Ok(row.get::<_, Option<bool>>(at)?.unwrap_or(false)) };
        let size = unsigned(row.get(1)?);
        self.files += 1;
        self.bytes += size;
        let (is_photo, date_source) = (yes(3)?, text(5)?.unwrap_or_default());
        self.assets += u64::from(is_photo);
        self.undated += u64::from(is_photo && date_source == "mtime");
        if yes(4)? && !matches!(date_source, "mtime" | "") {
            self.date(text(6)?.unwrap_or_default());
        }
        if !yes(2)? {
            count(&mut self.kinds, text(0)?.unwrap_or_default(), size);
        }
        if let Some(camera) = text(7)? {
            count(&mut self.cameras, camera, size);
        }
        self.folder.clear();
        self.folder.push_str(text(10)?.unwrap_or_default());
        if !yes(8)? {
            let first = text(9)?.and_then(|display| display.split('/').next());
            self.folder.push('/');
            self.folder.push_str(first.unwrap_or_default());
        }
        count(&mut self.folders, &self.folder, size);
        Ok(())
    }

    /// Of `2024-05-17T10:11:12`.
    fn date(&mut self, captured: &str) {
        let (Some(month), Some(day)) = (captured.get(..7), captured.get(..10)) else {
            return;
        };
        match self.months.get_mut(month) {
            Some(assets) => *assets += 1,
            None => drop(self.months.insert(month.to_owned(), 1)),
        }
        match &mut self.dates {
            Some((from, _)) if day < from.as_str() => day.clone_into(from),
            Some((_, to)) if day > to.as_str() => day.clone_into(to),
            Some(_) => {}
            None => self.dates = Some((day.to_owned(), day.to_owned())),
        }
    }
}

fn count(totals: &mut Totals, name: &str, size: u64) {
    let total = match totals.get_mut(name) {
        Some(total) => total,
        None => totals.entry(name.to_owned()).or_default(),
    };
    total.0 += 1;
    total.1 += size;
}

/// The hundred largest; a chart cannot show more.
fn largest(totals: Totals) -> impl Iterator<Item = (String, u64, u64)> {
    let mut all: Vec<_> = totals
        .into_iter()
        .map(|(name, (files, bytes))| (name, files, bytes))
        .collect();
    all.sort_unstable_by(|a, b| (b.2, &a.0).cmp(&(a.2, &b.0)));
    all.into_iter().take(100)
}

fn named((name, files, bytes): (String, u64, u64)) -> NamedTotal {
    NamedTotal { name, files, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn every_sum_is_of_the_files_it_names() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let catalog = Catalog::open(&path).expect("open");
        let one = catalog.add_source(b"/one", 1).expect("a source");
        let other = catalog.add_source(b"/two", 1).expect("another");
        let file = |id: i64, source: i64, path: &str, kind: &str, rest: &str| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!(
                "INSERT INTO file (id, source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan,
                   kind, asset_id, date_source, captured, camera, excluded, gone)
                 VALUES ({id}, {source}, CAST('{path}' AS BLOB), '{path}', CAST('{folder}' AS BLOB), 1, {id}, 1{id}0, 0, 0, 0,
                   1, '{kind}', {rest});"
            )
        };
        let (a, b) = (one.0, other.0);
        let rows = [
            file(
                1,
                a,
                "x.jpg",
                "jpeg",
                "1, 'exif', '2019-07-04T10:00:00', 'Z 6', 0, 0",
            ),
            file(
                2,
                a,
                "s/t/y.jpg",
                "jpeg",
                "2, 'name', '2018-01-31T23:59:59', 'Z 6', 0, 0",
            ),
            file(
                3,
                a,
                "s/y.xmp",
                "sidecar",
                "2, 'mtime', '1999-01-01T00:00:00', NULL, 0, 0",
            ),
            file(
                4,
                a,
                "s/z.png",
                "png",
                "4, 'mtime', '1998-01-01T00:00:00', NULL, 0, 0",
            ),
            file(5, a, "s/list.txt", "other", "5, NULL, NULL, NULL, 0, 0"),
            file(6, a, "s/t/Thumbs.db", "other", "NULL, NULL, NULL, NULL, 1, 0"),
            file(
                7,
                a,
                "s/gone.jpg",
                "jpeg",
                "7, 'exif', '1990-01-01T00:00:00', 'Old', 0, 1",
            ),
            file(
                8,
                b,
                "y.jpg",
                "jpeg",
                "8, 'exif', '2019-07-01T00:00:00', 'X100', 0, 0",
            ),
        ];
        let put = |rows: &str| {
            Connection::open(&path)
                .and_then(|c| c.execute_batch(rows))
                .expect("rows")
        };
        put(&rows.concat());

        let said = catalog.profile().expect("profile");
        assert_eq!((said.files, said.assets, said.undated), (7, 4, 1));
        assert_eq!(said.bytes, 110 + 120 + 130 + 140 + 150 + 160 + 180);
        assert_eq!(said.date_from.as_deref(), Some("2018-01-31"));
        assert_eq!(said.date_to.as_deref(), Some("2019-07-04"));
        let months: Vec<_> = said
            .months
            .iter()
            .map(|one| (one.month.as_str(), one.assets))
            .collect();
        assert_eq!(months, [("2018-01", 1), ("2019-07", 2)]);
        let kinds: Vec<_> = said
            .kinds
            .iter()
            .map(|one| (one.kind.as_str(), one.files, one.bytes))
            .collect();
        let expected = [
            ("jpeg", 3, 410),
            ("other", 1, 150),
            ("png", 1, 140),
            ("sidecar", 1, 130),
        ];
        assert_eq!(
            kinds, expected,
            "the largest first; what is passed by is of no kind"
        );
        let named = |all: &[NamedTotal]| -> Vec<(String, u64, u64)> {
            all.iter()
                .map(|one| (one.name.clone(), one.files, one.bytes))
                .collect()
        };
        let own = |name: &str, files, bytes| (name.to_owned(), files, bytes);
        assert_eq!(named(&said.cameras), [own("Z 6", 2, 230), own("X100", 1, 180)]);
        let folders = [own("/one/s", 5, 700), own("/two", 1, 180), own("/one", 1, 110)];
        assert_eq!(named(&said.folders), folders);

        put("UPDATE source SET removed = 1 WHERE display = '/one'");
        let said = catalog.profile().expect("profile");
        assert_eq!(
            (said.files, said.assets, said.date_to.as_deref()),
            (1, 1, Some("2019-07-01"))
        );
    }
}
