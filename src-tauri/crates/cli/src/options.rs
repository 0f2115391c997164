//! Options that commands share, or that are many. As in `args`, the doc comments are the help text.

use crate::phases::Wanted;
use crate::values::{parse_part, parse_rate, parse_shard};
use albumen_engine::DEFAULT_LAYOUT;
use albumen_engine::api::PlanOptions;
use clap::Args;

/// How many send.
#[derive(Args)]
pub struct Workers {
    /// Files sent at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
}

impl Workers {
    pub fn count(&self) -> usize {
        usize::from(self.workers)
    }
}

/// How many send, and how fast.
#[derive(Args)]
pub struct Hands {
    #[command(flatten)]
    pub workers: Workers,
    /// At most this much a second, over all workers: 500k, 2M, 1.5M.
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    pub bandwidth: Option<u64>,
}

#[derive(Args)]
#[group(multiple = false)]
pub struct CutOverAct {
    /// Only say what it would do.
    #[arg(long)]
    preview: bool,
    /// Leave one that was cut off: nothing is switched.
    #[arg(long)]
    leave: bool,
    /// DEST is home: give up that the old place is left as it is, so that originals may be deleted.
    #[arg(long)]
    let_go: bool,
}

impl CutOverAct {
    pub fn wanted(&self) -> Wanted {
        match self {
            Self { preview: true, .. } => Wanted::Preview,
            Self { leave: true, .. } => Wanted::Leave,
            Self { let_go: true, .. } => Wanted::LetGo,
            _ => Wanted::Switch,
        }
    }
}

#[derive(Args)]
pub struct VerifyArgs {
    /// Read back everything (the default).
    #[arg(long, conflicts_with_all = ["sample", "digest", "sizes", "rule_out"])]
    pub full: bool,
    /// Read back only a part, such as 1%, and say how much damage that rules out among the rest.
    #[arg(long, value_name = "PART", value_parser = parse_part, conflicts_with_all = ["digest", "sizes", "rule_out"])]
    pub sample: Option<f64>,
    /// Read back as many as it takes to rule out that more than this part is damaged, such as 0.1%.
    #[arg(long, value_name = "PART", value_parser = parse_part, conflicts_with_all = ["digest", "sizes"])]
    pub rule_out: Option<f64>,
    /// Compare the provider's own digests, mostly from its listing. What it does not tell is read back.
    #[arg(long, conflicts_with = "sizes")]
    pub digest: bool,
    /// Compare sizes by the listing. Proves nothing, and nothing may be erased for it.
    #[arg(long)]
    pub sizes: bool,
}

#[derive(Args)]
pub struct PlanArgs {
    /// Where photos go: {year} {month} {day} {hour} {camera} {lens} {place} {album} {original folder} {original name}
    /// {sequence} {sha8}.
    ///
    /// What a photo lacks is asked of the next word, or is the text: {album|original folder|"No album"}. The last part holds
    /// {original name}, {sequence} or {sha8}.
    #[arg(long, default_value = DEFAULT_LAYOUT, value_name = "TEMPLATE")]
    pub layout: String,
    /// Leave out exact duplicates; their originals stay where they are.
    #[arg(long)]
    pub skip_duplicates: bool,
    /// Take only a part of the photos, such as 1%. `migrate` does as `pilot` with it, which takes 1% by itself.
    #[arg(long, value_name = "PART", value_parser = parse_part)]
    pub sample: Option<f64>,
    /// Write what is known of each photo (title, caption, stars, keywords, people, albums, of its duplicates too) into an XMP
    /// file beside its copy. No copy changes for it.
    #[arg(long)]
    pub xmp: bool,
    /// Only part K of N, counted from 1: N machines with the same options share the work, and nothing but DEST.
    ///
    /// Each has a catalog of its own and scans the same folders. `albumen report DEST --merge` says how far all are.
    #[arg(long, value_name = "K/N", value_parser = parse_shard)]
    pub shard: Option<(u32, u32)>,
}

impl PlanArgs {
    pub fn options(&self) -> PlanOptions {
        PlanOptions {
            layout: self.layout.clone(),
            skip_duplicates: self.skip_duplicates,
            sample: self.sample,
            shard: self.shard,
            xmp: self.xmp,
        }
    }
}
