//! Sources: added from a drop, the folder picker or the command line; never nested, never read here.

use crate::api::{
    AppError, NamedCount, ProblemPage, ProblemRow, Profile, SourceInfo, SourceState, What, stamp,
};
use crate::api::{KindCount, MonthCount};
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_model::{Kind, SourceId};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Side of a larger picture, in pixels.
const LARGE: u32 = 1600;

/// Good for one revision of the catalog, while everything is paired and grouped.
#[derive(serde::Serialize, serde::Deserialize)]
struct KeptProfile {
    revision: i64,
    profile: Profile,
}

impl Engine {
    /// Adds folders. One that lies inside another is refused with a reason, because its photos would count twice.
    pub fn add_sources(&self, paths: &[PathBuf]) -> Result<Vec<SourceInfo>, AppError> {
        let known: Vec<PathBuf> = self.source_paths()?.into_iter().map(|(_, path)| path).collect();
        for path in paths {
            let full = resolve(path)?;
            if known.contains(&full) {
                continue;
            }
            if let Some(other) = known
                .iter()
                .find(|other| full.starts_with(other) || other.starts_with(&full))
            {
                return Err(AppError::new(
                    "nested_source",
                    format!(
                        "`{}` and `{}` lie inside each other.",
                        full.display(),
                        other.display()
                    ),
                    "Nothing was changed.",
                    "Keep the outer folder only, or remove it from the list first.",
                ));
            }
            if let Some(root) = self.destination_folder()? {
                refuse_nested(&full, &root)?;
            }
            self.inner
                .catalog
                .add_source(full.as_os_str().as_bytes(), now_ms())?;
        }
        self.tell_changed(&[What::Sources, What::Plan]);
        self.sources()
    }

    /// Takes a folder from the list; the groups follow in a job of their own.
    pub fn remove_source(&self, id: i64) -> Result<Vec<SourceInfo>, AppError> {
        let _quiet = self.refuse_while_busy()?;
        self.refuse_change_of_old_place("Nothing was changed.")?;
        self.inner.catalog.remove_source(SourceId(id), now_ms())?;
        self.start_group()?.wait()?;
        self.tell_changed(&[What::Sources, What::Profile, What::Groups, What::Plan]);
        self.sources()
    }

    pub fn sources(&self) -> Result<Vec<SourceInfo>, AppError> {
        let rows = self.inner.catalog.sources()?;
        let info = rows.into_iter().map(|row| SourceInfo {
            state: if !Path::new(OsStr::from_bytes(&row.path)).is_dir() {
                SourceState::Missing
            } else if row.scanned_at.is_some() {
                SourceState::Scanned
            } else {
                SourceState::New
            },
            id: row.id.0,
            path: row.display,
            files: row.files,
            bytes: row.bytes,
            problems: row.problems,
            scanned_at: row.scanned_at.map(stamp),
        });
        Ok(info.collect())
    }

    pub(crate) fn source_paths(&self) -> Result<Vec<(SourceId, PathBuf)>, AppError> {
        let roots = self.inner.catalog.source_roots()?;
        Ok(roots
            .into_iter()
            .map(|(id, path)| (id, PathBuf::from(OsStr::from_bytes(&path))))
            .collect())
    }

    /// What the sources hold; summed up once for as long as nothing changes.
    pub fn profile(&self) -> Result<Profile, AppError> {
        match self.kept_profile()? {
            Some(profile) => Ok(profile),
            None => self.summed_up(),
        }
    }

    fn kept_profile(&self) -> Result<Option<Profile>, AppError> {
        let catalog = &self.inner.catalog;
        let revision = catalog.revision()?;
        let kept: Option<KeptProfile> = self.stored("profile")?;
        let kept = kept.filter(|kept| kept.revision == revision);
        Ok(if catalog.all_settled()? {
            kept.map(|kept| kept.profile)
        } else {
            None
        })
    }

    /// Sums up at the end of a scan that changed something, so that the next one finds it done.
    pub(crate) fn keep_profile(&self) -> Result<(), AppError> {
        if self.kept_profile()?.is_some() {
            return Ok(());
        }
        let revision = self.inner.catalog.revision()?;
        let profile = self.summed_up()?;
        self.store("profile", &KeptProfile { revision, profile })
    }

    fn summed_up(&self) -> Result<Profile, AppError> {
        let totals = self.inner.catalog.profile()?;
        let named = |all: Vec<albumen_catalog::NamedTotal>| {
            all.into_iter()
                .map(|one| NamedCount {
                    name: one.name,
                    files: one.files,
                    bytes: one.bytes,
                })
                .collect()
        };
        Ok(Profile {
            files: totals.files,
            assets: totals.assets,
            bytes: totals.bytes,
            undated: totals.undated,
            problems: totals.problems,
            date_from: totals.date_from,
            date_to: totals.date_to,
            kinds: totals
                .kinds
                .into_iter()
                .map(|one| KindCount {
                    label: Kind::parse(&one.kind)
                        .map_or_else(|| one.kind.clone(), |kind| kind.label().to_owned()),
                    kind: one.kind,
                    files: one.files,
                    bytes: one.bytes,
                })
                .collect(),
            cameras: named(totals.cameras),
            folders: named(totals.folders),
            months: totals
                .months
                .into_iter()
                .map(|one| MonthCount {
                    month: one.month,
                    assets: one.assets,
                })
                .collect(),
            exact_groups: totals.exact_groups,
            similar_groups: totals.similar_groups,
            duplicate_bytes: totals.duplicate_bytes,
        })
    }

    pub fn problems(&self, offset: u64, limit: u64) -> Result<ProblemPage, AppError> {
        let (total, rows) = self.inner.catalog.problems(offset, limit.min(1000))?;
        Ok(ProblemPage {
            total,
            rows: rows.into_iter().map(problem).collect(),
        })
    }

    /// All problems, one after the other.
    pub fn each_problem(&self, mut on: impl FnMut(ProblemRow)) -> Result<(), AppError> {
        Ok(self.inner.catalog.each_problem(|row| on(problem(row)))?)
    }

    /// A thumbnail's JPEG.
    pub fn thumb(&self, file: i64) -> Result<Option<Vec<u8>>, AppError> {
        Ok(self.inner.catalog.thumb(albumen_model::FileId(file))?)
    }

    /// A larger picture made on demand: from home where there is one, else from the original.
    pub fn preview(&self, file: i64) -> Result<Option<Vec<u8>>, AppError> {
        let file = albumen_model::FileId(file);
        match self.opened_from_home(file, LARGE)? {
            Some(jpeg) => Ok(Some(jpeg)),
            None => self.make_preview(file, LARGE),
        }
    }

    pub(crate) fn make_preview(
        &self,
        file: albumen_model::FileId,
        side: u32,
    ) -> Result<Option<Vec<u8>>, AppError> {
        let row = self.inner.catalog.file(file)?;
        let root = PathBuf::from(OsStr::from_bytes(&row.root));
        Ok(albumen_media::preview(&root, row.path.as_path(), side))
    }
}

/// The real path of an existing folder.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, AppError> {
    let full = path.canonicalize().ok().filter(|full| full.is_dir());
    full.ok_or_else(|| {
        // Whoever sends megabytes gets no megabytes back.
        let shown: String = path.display().to_string().chars().take(300).collect();
        AppError::new(
            "not_a_folder",
            format!("`{shown}` is not a folder that can be opened."),
            "Nothing was changed.",
            "Drop a folder; if it is on a card or disk, check that it is connected.",
        )
    })
}

/// Source and destination may not lie inside each other: copies would become originals.
pub(crate) fn refuse_nested(source: &Path, destination: &Path) -> Result<(), AppError> {
    if source.starts_with(destination) || destination.starts_with(source) {
        return Err(AppError::new(
            "nested_destination",
            format!(
                "`{}` and `{}` lie inside each other.",
                source.display(),
                destination.display()
            ),
            "Nothing was changed.",
            "Choose a destination outside of every source.",
        ));
    }
    Ok(())
}

fn problem(row: albumen_catalog::ProblemRow) -> ProblemRow {
    ProblemRow {
        source_id: row.source_id.0,
        path: row.display,
        code: row.code,
        what: row.what,
    }
}
