//! The command line as people type it. The doc comments here are the help text.

use crate::options::{CutOverAct, Hands, PlanArgs, VerifyArgs, Workers};
use crate::values::{
    parse_conflicts, parse_format, parse_load, parse_outcome, parse_pause, parse_strategy, parse_time,
};
use albumen_engine::api::{Conflicts, Outcome, PauseOn, ReportFormat, SourceLoad, Strategy};
use albumen_engine::levels_in_words;
use clap::{Parser, Subcommand};
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
        #[command(flatten)]
        hands: Hands,
    },
    /// Plan and copy. Run again to resume; nothing to do means nothing is written.
    Migrate {
        dest: String,
        #[command(flatten)]
        options: PlanArgs,
        #[command(flatten)]
        hands: Hands,
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
        #[command(flatten)]
        hands: Hands,
        /// How long a file must have stood unchanged before it is copied: 30s, 2m.
        #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_time)]
        settle: Duration,
        /// Look through everything at least so often, as the system may not tell of every change: 15m, 1h.
        #[arg(long, value_name = "TIME", default_value = "15m", value_parser = parse_time)]
        every: Duration,
        /// Of two homes, how long each round waits for one that does not answer.
        #[arg(long, value_name = "TIME", default_value = "15s", value_parser = parse_time)]
        patience: Duration,
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
        #[command(flatten)]
        workers: Workers,
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
        #[command(flatten)]
        workers: Workers,
        /// How long every file must have stood unchanged.
        #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_time)]
        settle: Duration,
        /// How long folders that keep changing, or a home that does not answer (5 minutes at most), are waited for.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
