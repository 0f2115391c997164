//! What a layout would make of the library, while a person types: names by the same rules as the plan's, streamed from the
//! catalog, the library never held. The destination is not asked; its limits are known from its kind.

use crate::api::{AppError, LayoutChange, LayoutMissing, LayoutPreview, LayoutSample, PlanOptions};
use crate::destination::spec_of;
use crate::engine::Engine;
use crate::preview_tree::Tree;
use albumen_catalog::SampleFile;
use albumen_migrate::naming::{Asked, Attempt, Names, Ties};
use albumen_migrate::plan::facts;
use albumen_model::layout::Missing;
use albumen_model::{AssetId, Layout, NameLimits, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

/// Somebody waits for the answer at every key stroke.
const MOST_TIME: Duration = Duration::from_millis(600);
/// Photos between two looks at the clock.
const STRIDE: u64 = 256;
const SAMPLES: u64 = 6;
const EXAMPLES: usize = 2;

impl Engine {
    /// A preview of a layout over the library, for the chosen destination or for any.
    pub fn layout_preview(&self, options: &PlanOptions) -> Result<LayoutPreview, AppError> {
        let started = Instant::now();
        self.layout_preview_while(options, || started.elapsed() < MOST_TIME)
    }

    pub(crate) fn layout_preview_while(
        &self,
        options: &PlanOptions,
        has_time: impl Fn() -> bool,
    ) -> Result<LayoutPreview, AppError> {
        let layout = Layout::parse(&options.layout).map_err(albumen_migrate::Error::from)?;
        let catalog = &self.inner.catalog;
        let destination = catalog.chosen_destination()?;
        let limits = match &destination {
            Some(row) => spec_of(row)?.name_limits(),
            None => NameLimits::default(),
        };
        let mut aside: HashSet<AssetId> = catalog.set_aside()?.into_iter().map(|(asset, _)| asset).collect();
        if options.skip_duplicates {
            aside.extend(catalog.open_exact_pairs()?.into_iter().map(|(asset, _)| asset));
        }
        let total = catalog.count_for_preview()?;
        let mut looking = Looking::new(layout, limits, aside, total);
        catalog.for_preview(destination.map(|row| row.id), |file| {
            looking.at(&file);
            !looking.preview.photos.is_multiple_of(STRIDE) || has_time()
        })?;
        Ok(looking.end())
    }
}

struct Looking {
    names: Names,
    aside: HashSet<AssetId>,
    tree: Tree,
    missing: BTreeMap<Missing, u64>,
    preview: LayoutPreview,
}

impl Looking {
    fn new(layout: Layout, limits: NameLimits, aside: HashSet<AssetId>, total: u64) -> Self {
        let preview = LayoutPreview {
            total,
            is_numbered: layout.is_numbered(),
            ..LayoutPreview::default()
        };
        Self {
            names: Names::new(layout, limits),
            aside,
            tree: Tree::default(),
            missing: BTreeMap::new(),
            preview,
        }
    }

    fn at(&mut self, file: &SampleFile) {
        self.preview.photos += 1;
        if self.aside.contains(&file.asset) {
            self.preview.left_out += 1;
        } else if file.is_placed {
            self.preview.kept += 1;
        } else if let Some(sha256) = file.sha256 {
            self.name(file, sha256);
        } else {
            self.preview.unread += 1;
        }
    }

    fn name(&mut self, file: &SampleFile, sha256: Sha256) {
        let name = file.path.name();
        let asked = Asked {
            asset: file.asset,
            facts: facts(&file.words, &file.path, Some(sha256)),
            names: vec![name],
            digest: sha256,
            ties: Ties::new(&file.display, name).with(file.kind, name, name),
        };
        let layout = self.names.layout();
        for missing in layout.missing(&asked.facts) {
            *self.missing.entry(missing).or_default() += 1;
        }
        if file.is_by_file_time && layout.is_dated() {
            self.preview.by_file_time += 1;
        }
        let mut attempt = Attempt::default();
        let Some(named) = self.names.next(&asked, &mut attempt) else {
            count(&mut self.preview.refused, file, "");
            return;
        };
        self.names.give(&named, &asked, Some(&attempt));
        let to = named.keys.first().map_or("", String::as_str);
        if attempt.is_second_choice() && !self.preview.is_numbered {
            count(&mut self.preview.collisions, file, to);
        }
        if named.is_shortened {
            count(&mut self.preview.shortened, file, to);
        }
        self.tree.put(to);
        let wanted = self.preview.samples.len() as u64 * self.preview.total / SAMPLES;
        if self.preview.photos > wanted && (self.preview.samples.len() as u64) < SAMPLES {
            self.preview.samples.push(sample(file, to));
        }
    }

    fn end(mut self) -> LayoutPreview {
        let missing = self.missing.into_iter().map(|(missing, photos)| {
            let (word, text) = match missing.instead {
                Ok(word) => (Some(word.to_owned()), String::new()),
                Err(text) => (None, text),
            };
            LayoutMissing {
                words: missing.words.into_iter().map(str::to_owned).collect(),
                photos,
                word,
                text,
            }
        });
        self.preview.missing = missing.collect();
        self.tree.show(&mut self.preview);
        self.preview
    }
}

fn count(change: &mut LayoutChange, file: &SampleFile, to: &str) {
    change.photos += 1;
    if change.examples.len() < EXAMPLES {
        change.examples.push(sample(file, to));
    }
}

fn sample(file: &SampleFile, to: &str) -> LayoutSample {
    LayoutSample {
        from: file.display.clone(),
        to: to.to_owned(),
    }
}
