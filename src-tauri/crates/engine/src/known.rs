//! What the catalog knows of a source, read page by page beside the walk: both go in the order of the paths' bytes, so
//! each entry is met once and memory does not grow with the library.

use albumen_catalog::{Catalog, KnownFile, KnownProblem, Result};
use albumen_model::{FileId, RelPath, SourceId};
use std::collections::{BTreeMap, VecDeque};

/// Rows of one page: a few hundred bytes each, and few questions to the catalog.
const PAGE: usize = 128;

/// A folder of a source that is looked at without the others: in it alone, or with all that is below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub folder: RelPath,
    pub is_deep: bool,
}

/// The files of a source, as scans before this one left them.
pub struct KnownFiles<'a> {
    catalog: &'a Catalog,
    source: SourceId,
    page: VecDeque<KnownFile>,
    last: RelPath,
    ended: bool,
    passed: Passed,
    /// Where only some folders are walked: what is known of those.
    within: Option<BTreeMap<RelPath, KnownFile>>,
}

/// Device and number.
pub type Inode = (u64, u64);

/// What the walk did not come across, and how many files were there before.
#[derive(Default)]
pub struct Passed {
    /// With device and inode, by which they may be found again.
    pub vanished: Vec<(FileId, Inode)>,
    pub live: u64,
}

impl<'a> KnownFiles<'a> {
    pub fn new(catalog: &'a Catalog, source: SourceId) -> Self {
        Self {
            catalog,
            source,
            page: VecDeque::new(),
            last: RelPath(Vec::new()),
            ended: false,
            passed: Passed::default(),
            within: None,
        }
    }

    /// Of these folders alone; then `find` may be asked in any order.
    pub fn within(catalog: &'a Catalog, source: SourceId, parts: &[Part]) -> Result<Self> {
        let mut within = BTreeMap::new();
        for part in parts {
            for known in catalog.known_in(source, &part.folder, part.is_deep)? {
                within.insert(known.path.clone(), known);
            }
        }
        Ok(Self {
            within: Some(within),
            ..Self::new(catalog, source)
        })
    }

    /// What is known of `path`, which must be greater than the one asked for before. Files between the two have vanished.
    pub fn find(&mut self, path: &RelPath) -> Result<Option<KnownFile>> {
        if let Some(within) = &mut self.within {
            let known = within.remove(path);
            self.passed.live += u64::from(known.as_ref().is_some_and(|known| !known.gone));
            return Ok(known);
        }
        while let Some(known) = self.next_until(path)? {
            self.passed.live += u64::from(!known.gone);
            if known.path == *path {
                return Ok(Some(known));
            }
            self.vanish(&known);
        }
        Ok(None)
    }

    /// At the end of a walk that was not stopped.
    pub fn rest(mut self) -> Result<Passed> {
        if let Some(within) = self.within.take() {
            for known in within.values() {
                self.passed.live += u64::from(!known.gone);
                self.vanish(known);
            }
            return Ok(self.passed);
        }
        while let Some(known) = self.next()? {
            self.passed.live += u64::from(!known.gone);
            self.vanish(&known);
        }
        Ok(self.passed)
    }

    fn vanish(&mut self, known: &KnownFile) {
        if !known.gone {
            let inode = (known.identity.dev, known.identity.ino);
            self.passed.vanished.push((known.id, inode));
        }
    }

    fn next_until(&mut self, path: &RelPath) -> Result<Option<KnownFile>> {
        self.fill()?;
        let due = self.page.front().is_some_and(|known| known.path <= *path);
        Ok(if due { self.page.pop_front() } else { None })
    }

    fn next(&mut self) -> Result<Option<KnownFile>> {
        self.fill()?;
        Ok(self.page.pop_front())
    }

    fn fill(&mut self) -> Result<()> {
        if self.page.is_empty() && !self.ended {
            let rows = self.catalog.known_files(self.source, &self.last, PAGE)?;
            self.ended = rows.len() < PAGE;
            if let Some(last) = rows.last() {
                self.last = last.path.clone();
            }
            self.page = rows.into();
        }
        Ok(())
    }
}

/// The problems of the last walk, compared with those of this one in their order.
pub struct KnownProblems<'a> {
    catalog: &'a Catalog,
    source: SourceId,
    page: VecDeque<KnownProblem>,
    /// The last one that both walks have in common.
    last: i64,
    differ: bool,
}

/// Whether a problem is written down already.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    Before,
    /// The first one that is not: those after the one with this id are of the last walk only.
    NewAfter(i64),
    New,
}

impl<'a> KnownProblems<'a> {
    pub fn new(catalog: &'a Catalog, source: SourceId) -> Self {
        Self {
            catalog,
            source,
            page: VecDeque::new(),
            last: 0,
            differ: false,
        }
    }

    pub fn see(&mut self, path: &RelPath, code: &str, what: &str) -> Result<Seen> {
        if self.differ {
            return Ok(Seen::New);
        }
        match self.next()? {
            Some(known) if known.display == path.display() && known.code == code && known.what == what => {
                self.last = known.id;
                Ok(Seen::Before)
            }
            _ => {
                self.differ = true;
                Ok(Seen::NewAfter(self.last))
            }
        }
    }

    /// At the end of a walk: problems after the one with this id are no more.
    pub fn rest(mut self) -> Result<Option<i64>> {
        let left = !self.differ && self.next()?.is_some();
        Ok(left.then_some(self.last))
    }

    fn next(&mut self) -> Result<Option<KnownProblem>> {
        if self.page.is_empty() {
            self.page = self.catalog.known_problems(self.source, self.last, PAGE)?.into();
        }
        Ok(self.page.pop_front())
    }
}
