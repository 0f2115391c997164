//! The command line as people type it. The doc comments here are the help text.

use crate::phases::Wanted;
use albumen_engine::api::{Conflicts, Outcome, PauseOn, ReportFormat, SourceLoad, Strategy};
use albumen_engine::{DEFAULT_LAYOUT, levels_in_words};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Of a pilot, unless another is asked for.
pub const FIRST_SEED: u64 = 1;

/// Move a photo library to a new home and prove that nothing was lost.
///
/// DEST is a URL: file:///path or s3://bucket/prefix?endpoint=…&region=…. Secrets come from the keychain, from a file under
/// the passphrase of ALBUMEN_PASSPHRASE, or from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, never from the URL. A run that was cut off is resumed by the same command.
#[derive(Parser)]
#[command(name = "albumen", version, max_term_width = 100)]
pub struct Cli {
    /// The database that remembers everything [default: in the app's own data folder].
    #[arg(long, global = true, env = "ALBUMEN_CATALOG", value_name = "FILE")]
    pub catalog: Option<PathBuf>,
    /// One JSON object a line on stdout.
    #[arg(long, global = true)]
    pub json: bool,
    /// How hard the disks of the originals are worked: `gentle` stands back while anybody else reads there, 20M is at most so
    /// much a second, `free` as fast as it goes [default: as it is set in the window, else free].
    #[arg(long, global = true, value_name = "LOAD", value_parser = parse_load)]
    pub source_load: Option<SourceLoad>,
    /// Wait while the machine is on battery (battery: below 30 %; battery:50: below 50 %) or its line is metered, where the
    /// system tells; go on when that is over.
    #[arg(long, global = true, value_name = "WHAT", value_parser = parse_pause)]
    pub pause_on: Option<PauseOn>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Walk folders, read every new file once, and print what they hold.
    Scan {
        /// Folders to add; those scanned before are scanned again as well. Zip files are unpacked first, as by `unpack`.
        #[arg(value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// Where zip files are unpacked [default: `Albumen unpacked` beside them].
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// Take files that are not there any more for gone, also where that is most of a folder.
        #[arg(long)]
        gone: bool,
    },
    /// Unpack zip files, such as Google Takeout gives, into a folder that is scanned from then on.
    ///
    /// All archives of one Takeout go into one folder, so that every photo meets its JSON. The archives are only read; run
    /// again, what is there already is not written again.
    Unpack {
        #[arg(value_name = "ZIP", required = true)]
        archives: Vec<PathBuf>,
        /// Where the folder is made [default: `Albumen unpacked` beside the archives].
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
    /// Print duplicates, a line a group, the suggested keeper first.
    Groups {
        /// Only files with the same bytes.
        #[arg(long, conflicts_with = "similar")]
        exact: bool,
        /// Only photos that look alike.
        #[arg(long)]
        similar: bool,
        /// How much similar photos may differ: bits of 256, of which 84 is the most that is looked at.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=128))]
        similarity: Option<u32>,
        /// Look for exact duplicates below folders right now: reads only files of equal size, needs no scan, writes nothing.
        #[arg(long, requires = "exact", requires = "folders", conflicts_with_all = ["similar", "similarity"])]
        quick: bool,
        /// The folders of --quick.
        #[arg(value_name = "FOLDER", requires = "quick")]
        folders: Vec<PathBuf>,
    },
    /// Print what is read of files: kind, every date with its source, place, camera. Needs no catalog, writes nothing.
    Inspect {
        /// Files, and folders with what lies below them.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Correct the clock of a camera, in the catalog only: files are never written. Without options, list the corrections.
    Clock {
        /// As `albumen inspect` names it.
        #[arg(long, value_name = "NAME", conflicts_with = "undo")]
        camera: Option<String>,
        /// Added to what it says: 1h30m, -45m, 8760h.
        #[arg(long, value_name = "TIME", requires = "camera", allow_hyphen_values = true)]
        shift: Option<String>,
        /// The zone it was in, for files that do not say it: +02:00.
        #[arg(long, value_name = "ZONE", requires = "camera", allow_hyphen_values = true)]
        zone: Option<String>,
        /// Only what it says it took from this day or time on.
        #[arg(long, value_name = "DATE", requires = "camera")]
        from: Option<String>,
        /// Only what it says it took up to this day or time.
        #[arg(long, value_name = "DATE", requires = "camera")]
        to: Option<String>,
        /// Take back the correction of this number.
        #[arg(long, value_name = "N")]
        undo: Option<i64>,
    },
    /// The dry run: what would happen to every file. Writes nothing at DEST.
    Plan {
        dest: String,
        #[command(flatten)]
        options: PlanArgs,
        /// Also write the lines to this file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// What the plan for DEST would take: how much, how large, what its limits mean, and when it would be over.
    ///
    /// The time rests on what was measured: by `pilot`, or by the test of the destination in the window. Asks DEST nothing.
    Estimate { dest: String },
    /// Move a small part first, read it back in full and time it. Run again to resume; `migrate` then sends only the rest.
    ///
    /// Whole photos of every kind, size and folder, at least 20 of them. Exits with 1 if anything failed or came back damaged.
    Pilot {
        dest: String,
        #[command(flatten)]
        options: PlanArgs,
        /// Chooses other photos.
        #[arg(long, value_name = "N", default_value_t = FIRST_SEED)]
        seed: u64,
        /// Files sent at the same time.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,
        /// At most this much a second, over all workers: 500k, 2M, 1.5M.
        #[arg(long, value_name = "RATE", value_parser = parse_rate)]
        bandwidth: Option<u64>,
    },
    /// Plan and copy. Run again to resume; nothing to do means nothing is written.
    Migrate {
        dest: String,
        #[command(flatten)]
        options: PlanArgs,
        /// Files sent at the same time.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,
        /// At most this much a second, over all workers: 500k, 2M, 1.5M.
        #[arg(long, value_name = "RATE", value_parser = parse_rate)]
        bandwidth: Option<u64>,
        /// Do not leave a list of the library and a copy of the catalog at DEST.
        #[arg(long)]
        no_export: bool,
        /// A second home: everything goes to DEST and to DEST2. Remembered until another is named, or `none`; originals go only
        /// when both have proven them.
        #[arg(long, value_name = "DEST2")]
        second: Option<String>,
    },
    /// Keep DEST in step while the folders still change: scan, copy and verify what is new, round after round.
    ///
    /// A file counts when it has stood unchanged for a while. One that is removed keeps its copy; one that is renamed is not
    /// sent again. It ends by Ctrl+C or SIGTERM; started again, it goes on.
    Watch {
        dest: String,
        #[command(flatten)]
        options: PlanArgs,
        /// Files sent at the same time.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,
        /// At most this much a second, over all workers: 500k, 2M, 1.5M.
        #[arg(long, value_name = "RATE", value_parser = parse_rate)]
        bandwidth: Option<u64>,
        /// How long a file must have stood unchanged before it is copied: 30s, 2m.
        #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_time)]
        settle: Duration,
        /// Look through everything at least so often, as the system may not tell of every change: 15m, 1h.
        #[arg(long, value_name = "TIME", default_value = "15m", value_parser = parse_time)]
        every: Duration,
        /// One round after the settle time. Exits with 0 when DEST is in step then.
        #[arg(long)]
        once: bool,
        /// A second home: everything goes to DEST and to DEST2. Remembered until another is named, or `none`; originals go only
        /// when both have proven them.
        #[arg(long, value_name = "DEST2")]
        second: Option<String>,
    },
    /// Look at DEST as closely as is asked, and say what may be erased after that. Exits with 1 on any mismatch.
    #[command(after_help = levels_in_words())]
    Verify {
        dest: String,
        #[command(flatten)]
        how: VerifyArgs,
    },
    /// In what DEST differs from what was placed there: missing (+), different (*), extra (-), untold or unreadable (!).
    ///
    /// Costs the listing and one read a marker where nothing differs. Writes nothing at DEST without --repair.
    Reconcile {
        dest: String,
        /// Read every copy back, also what DEST vouches for.
        #[arg(long)]
        full: bool,
        /// Send again what is missing, write spoilt markers anew, leave what others have there.
        #[arg(long)]
        repair: bool,
        /// Where other bytes have the name of a photo: ask (leave them, the default), both (place the original beside them),
        /// source (replace them), or newest (replace them where the original was changed last, else both; left where the
        /// times cannot tell).
        #[arg(long, value_name = "POLICY", value_parser = parse_conflicts, requires = "repair", default_value = "ask")]
        conflicts: Conflicts,
        /// Files sent at the same time.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,
    },
    /// Remove originals whose copies at DEST were read back and are identical. To the trash, unless --permanent.
    DeleteOriginals {
        dest: String,
        /// Must read exactly "delete N originals", with the N that the command prints without it.
        #[arg(long, value_name = "WORDS")]
        confirm: Option<String>,
        /// Delete for ever instead of moving to the trash.
        #[arg(long)]
        permanent: bool,
    },
    /// How far it is with DEST: its phases, and what is true in each. Asks DEST nothing.
    Phases {
        /// [default: the destination chosen last].
        dest: Option<String>,
        /// Nothing begins by itself any more, also after a restart.
        #[arg(long, conflicts_with = "resume")]
        pause: bool,
        /// It does again.
        #[arg(long)]
        resume: bool,
    },
    /// What is wanted of DEST; without STRATEGY, list them, and which one is recommended and why.
    Strategy {
        dest: String,
        /// once, in-step, compare or second-home.
        #[arg(value_name = "STRATEGY", value_parser = parse_strategy)]
        strategy: Option<Strategy>,
    },
    /// Send what is new, prove and compare everything, and then open photos from DEST: it is home.
    ///
    /// Nothing is switched where anything does not agree, or the folders keep changing (exit code 1). Originals stay, and are left
    /// as they are from then on. Killed anywhere, the same command goes on.
    CutOver {
        dest: String,
        /// Files sent at the same time.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
        workers: u16,
        /// How long every file must have stood unchanged.
        #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_time)]
        settle: Duration,
        /// How long folders that keep changing are waited for.
        #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_time)]
        patience: Duration,
        #[command(flatten)]
        act: CutOverAct,
    },
    /// Make the old place home again: brings back originals that were deleted here, and removes nothing.
    SwitchBack {
        dest: String,
        /// Only say what it would do.
        #[arg(long)]
        preview: bool,
    },
    /// Bring deleted originals back, then remove what this migration placed and nobody changed.
    Rollback { dest: String },
    /// Where the catalog was lost or is of an old backup: know again what was moved to DEST, by the markers that lie there.
    ///
    /// Takes nothing for verified, and writes nothing at DEST. Then scan and migrate: what is there is not sent again.
    Rebuild {
        /// The destination.
        #[arg(long = "to", value_name = "DEST")]
        dest: String,
    },
    /// What became of every file that was found, and whether it balances. Exits with 1 when it does not, or files failed.
    ///
    /// DEST need not be within reach: it is asked nothing, unless with --merge.
    Report {
        /// Of an earlier plan [default: the destination chosen last].
        dest: Option<String>,
        /// csv, json (lines) or html (one page to print); without it, the balance in words.
        #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
        format: Option<ReportFormat>,
        /// Write it to this file, which must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace the file of --out.
        #[arg(long, requires = "out")]
        overwrite: bool,
        /// List only files of this outcome: copy, alreadyThere, duplicate, excluded, unsupported or failed.
        #[arg(long, value_name = "OUTCOME", value_parser = parse_outcome)]
        outcome: Option<Outcome>,
        /// Of all machines that share the migration (--shard): looks at DEST and reads in what they left there. Exits with 1
        /// as long as anything is open.
        #[arg(long)]
        merge: bool,
    },
    /// Where did this come from, and where is it now? Nothing of it has to be there any more.
    Where {
        /// The path of an original or of a copy in a folder, a name at a destination, or eight or more digits of a SHA-256.
        #[arg(value_name = "FILE")]
        file: std::ffi::OsString,
    },
    /// Open gdrive:///FOLDER or dropbox:///FOLDER by your consent in the browser, and print the DEST to use from then on.
    SignIn {
        dest: String,
        /// Of an app of your own (README says how to get one) [default: Albumen's, if it was built with one].
        #[arg(
            long,
            value_name = "ID",
            env = "ALBUMEN_CLIENT_ID",
            default_value = "",
            hide_default_value = true
        )]
        client_id: String,
        /// What Google gives with a client id; better in the environment, where other users do not see it.
        #[arg(
            long,
            value_name = "SECRET",
            env = "ALBUMEN_CLIENT_SECRET",
            default_value = "",
            hide_default_value = true,
            hide_env_values = true
        )]
        client_secret: String,
        /// Keep it in the keychain, or in a file under the passphrase of ALBUMEN_PASSPHRASE. Without, it ends with this command.
        #[arg(long)]
        remember: bool,
    },
    /// Take the consent back at the provider, and forget what opens DEST.
    SignOut { dest: String },
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

fn parse_format(text: &str) -> Result<ReportFormat, String> {
    match text {
        "csv" => Ok(ReportFormat::Csv),
        "json" | "jsonl" => Ok(ReportFormat::Json),
        "html" => Ok(ReportFormat::Html),
        _ => Err(format!("`{text}` is not csv, json or html")),
    }
}

fn parse_pause(text: &str) -> Result<PauseOn, String> {
    let mut wanted = PauseOn::never();
    for word in text.split(',') {
        match word.split_once(':').unwrap_or((word, "")) {
            ("battery", "") => wanted.battery = PauseOn::default().battery,
            ("battery", part) => {
                let part = part.trim_end_matches('%').parse().ok();
                wanted.battery = part.filter(|part| (1..=100).contains(part));
                if wanted.battery.is_none() {
                    return Err(format!("`{word}` is not battery:1 to battery:100"));
                }
            }
            ("metered", "") => wanted.metered = true,
            _ => return Err(format!("`{word}` is not battery, battery:PERCENT or metered")),
        }
    }
    Ok(wanted)
}

fn parse_conflicts(text: &str) -> Result<Conflicts, String> {
    match text {
        "ask" => Ok(Conflicts::Ask),
        "both" => Ok(Conflicts::Both),
        "source" => Ok(Conflicts::Source),
        "newest" => Ok(Conflicts::Newest),
        _ => Err(format!("`{text}` is not ask, both, source or newest")),
    }
}

fn parse_strategy(text: &str) -> Result<Strategy, String> {
    let plain = |text: &str| text.replace(['-', ' ', '_'], "").to_lowercase();
    let mut all = Strategy::ALL.into_iter();
    all.find(|one| plain(one.as_str()) == plain(text))
        .ok_or_else(|| format!("`{text}` is not once, in-step, compare or second-home"))
}

fn parse_outcome(text: &str) -> Result<Outcome, String> {
    let is_asked = |one: &Outcome| {
        one.as_str()
            .eq_ignore_ascii_case(&text.replace(['-', ' ', '_'], ""))
    };
    let found = Outcome::ALL.into_iter().find(is_asked);
    found.ok_or_else(|| {
        let all = Outcome::ALL.map(Outcome::as_str).join(", ");
        format!("`{text}` is none of {all}")
    })
}

fn parse_part(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%');
    let value: f64 = number
        .parse()
        .map_err(|_| format!("`{text}` is not a percentage such as 1%"))?;
    if value > 0.0 && value <= 100.0 {
        Ok(value / 100.0)
    } else {
        Err("it must lie between 0% and 100%".to_owned())
    }
}

fn parse_rate(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_lowercase();
    let lower = lower.trim_end_matches("b/s").trim_end_matches('b');
    let (number, unit) = match lower.char_indices().last() {
        Some((at, 'k')) => (&lower[..at], 1e3),
        Some((at, 'm')) => (&lower[..at], 1e6),
        Some((at, 'g')) => (&lower[..at], 1e9),
        _ => (lower, 1.0),
    };
    let rate = number
        .trim()
        .parse::<f64>()
        .map_err(|_| format!("`{text}` is not a rate such as 500k or 2M"))?
        * unit;
    if (1.0..=4e9).contains(&rate) {
        Ok(rate as u64)
    } else {
        Err("it must lie between 1 and 4G bytes a second".to_owned())
    }
}

fn parse_load(text: &str) -> Result<SourceLoad, String> {
    match text {
        "free" => Ok(SourceLoad::Free),
        "gentle" => Ok(SourceLoad::Gentle),
        rate => parse_rate(rate).map(|bytes| SourceLoad::Rate { bytes }),
    }
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let seconds = match &text[at..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("`{text}` is not a time such as 30s or 15m")),
    };
    let number: f64 = text[..at]
        .parse()
        .map_err(|_| format!("`{text}` is not a time such as 30s or 15m"))?;
    let time = number * seconds;
    if (0.0..=604_800.0).contains(&time) {
        Ok(Duration::from_secs_f64(time))
    } else {
        Err("it must lie between 0s and 168h".to_owned())
    }
}

fn parse_shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text
        .split_once('/')
        .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((k, n)) if k >= 1 && k <= n => Ok((k, n)),
        _ => Err(format!("`{text}` is not K/N with K from 1 to N")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn numbers_people_type() {
        assert_eq!(parse_rate("500k"), Ok(500_000));
        assert_eq!(parse_rate("1.5MB/s"), Ok(1_500_000));
        assert!(parse_rate("fast").is_err());
        assert_eq!(parse_load("gentle"), Ok(SourceLoad::Gentle));
        assert_eq!(parse_load("2M"), Ok(SourceLoad::Rate { bytes: 2_000_000 }));
        assert!(parse_load("kind").is_err());
        assert_eq!(parse_time("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("250ms"), Ok(Duration::from_millis(250)));
        assert!(parse_time("soon").is_err() && parse_time("-1s").is_err() && parse_time("999h").is_err());
        assert_eq!(parse_part("1%"), Ok(0.01));
        assert!(parse_part("0").is_err());
        assert_eq!(parse_shard("2/3"), Ok((2, 3)));
        for wrong in [
            "4/3",
            "0/3",
            "0/0",
            "1/0",
            "/",
            "/8",
            "1/",
            "-1/3",
            "1/4294967296",
            "one/two",
        ] {
            assert!(parse_shard(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_shard("1/1"), Ok((1, 1)));
        assert_eq!(parse_outcome("already-there"), Ok(Outcome::AlreadyThere));
        assert!(parse_outcome("moved").is_err());
        assert!(parse_format("pdf").is_err());
    }
}
