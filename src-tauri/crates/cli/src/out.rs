//! What the command line says: bars, errors, numbers. Exit codes are known here only.

use albumen_engine::Engine;
use albumen_engine::api::{AppError, Balance, Event, JobState, Part, PlanQuery, StepState, Tally};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};

pub const DONE: u8 = 0;
pub const FINDINGS: u8 = 1;

/// Rows that are asked for at a time.
pub const PAGE: u64 = 1000;

pub fn exit_code(error: &AppError) -> u8 {
    match error.code.as_str() {
        code if code.starts_with("catalog_") => 4,
        "destination_unreachable"
        | "destination_denied"
        | "destination_missing"
        | "destination_full"
        | "destination_failed"
        | "destination_gone"
        | "destination_another"
        | "destination_day_limit"
        | "no_markers"
        | "secret_missing"
        | "sign_in_again"
        | "sign_in_denied"
        | "sign_in_timed_out"
        | "sign_in_port"
        | "sign_out_untold"
        | "wrong_account"
        | "keychain_unavailable"
        | "vault_locked"
        | "vault_passphrase"
        | "vault_damaged"
        | "vault_newer"
        | "vault_failed" => 3,
        "source_missing"
        | "source_shrunken"
        | "source_unreadable"
        | "stopped"
        | "failed"
        | "internal"
        | "job_died"
        | "file_failed"
        | "file_unknown"
        | "archive_damaged"
        | "archive_unreadable"
        | "archive_changed"
        | "unpack_no_room"
        | "unpack_disk_full"
        | "unpack_not_writable" => 1,
        _ => 2,
    }
}

pub fn fail(error: &AppError, json: bool) {
    if json {
        line(&to_json(error, "error"));
    }
    eprintln!("{}", error_words(error));
}

/// What happened, what is safe, what to do next.
pub fn error_words(error: &AppError) -> String {
    format!(
        "{}\n  Safe: {}\n  Next: {}",
        error.message, error.safe, error.next
    )
}

/// What went wrong at one of several homes, and does not end the command.
pub fn trouble(home: &str, error: &AppError, json: bool) {
    if json {
        let mut finding = to_json(error, "finding");
        finding["home"] = home.into();
        line(&finding);
    }
    eprintln!("{home}: {}", error_words(error));
}

pub fn unexpected() -> AppError {
    AppError::new(
        "internal",
        "The job ended as another one.",
        "Nothing was changed.",
        "Please report it.",
    )
}

/// Its fields, and `kind` as `type`.
pub fn to_json(value: &impl serde::Serialize, kind: &str) -> Value {
    let mut made = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(fields) = &mut made {
        fields.insert("type".to_owned(), kind.into());
    }
    made
}

/// One JSON object. A reader that went away (`| head`) ends the program quietly.
pub fn line(value: &Value) {
    text(&value.to_string());
}

pub fn text(words: &str) {
    bytes(format!("{words}\n").as_bytes());
}

pub fn bytes(bytes: &[u8]) {
    match std::io::stdout().lock().write_all(bytes) {
        Ok(()) => {}
        Err(gone) if gone.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        // What was not said was not done for whoever reads it.
        Err(full) => {
            eprintln!("cannot write the output: {full}");
            std::process::exit(i32::from(FINDINGS));
        }
    }
}

/// Many lines of one listing, written some at a time: the last of them when it ends.
#[derive(Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    const HELD: usize = 8 << 10;

    pub fn line(&mut self, value: &Value) {
        self.text(&value.to_string());
    }

    pub fn text(&mut self, words: &str) {
        self.0.extend_from_slice(words.as_bytes());
        self.0.push(b'\n');
        if self.0.len() >= Self::HELD {
            self.write();
        }
    }

    fn write(&mut self) {
        bytes(&self.0);
        self.0.clear();
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.write();
    }
}

/// Follows jobs with a bar while stderr is a terminal.
pub fn follow(engine: &Engine) {
    if !std::io::stderr().is_terminal() {
        return tell_waits(engine);
    }
    let bar = ProgressBar::new_spinner();
    engine.listen(move |event| {
        if let Event::Job(job) = event {
            show(&bar, &job);
        }
    });
}

/// Says once when a job begins to wait by itself, and when it goes on.
fn tell_waits(engine: &Engine) {
    let last = std::sync::Mutex::new(false);
    engine.listen(move |event| {
        let Event::Job(job) = event else { return };
        let mut waited = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (&job.held_by, *waited) {
            (Some(why), false) => eprintln!("waiting: {why}"),
            (None, true) => eprintln!("going on"),
            _ => return,
        }
        *waited = job.held_by.is_some();
    });
}

fn show(bar: &ProgressBar, job: &JobState) {
    use albumen_engine::api::JobStatus as S;
    if matches!(job.status, S::Done | S::Failed | S::Cancelled) {
        bar.finish_and_clear();
        return;
    }
    let template = match job.bytes_total {
        Some(total) if total > 0 => {
            bar.set_length(total);
            "{msg} {wide_bar} {bytes}/{total_bytes} {prefix}"
        }
        _ => "{spinner} {msg} {prefix}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_position(job.bytes_done);
    let files = match job.files_total {
        Some(total) => format!("{}/{total} files", job.files_done),
        None => format!("{} files, {}", job.files_done, size(job.bytes_done)),
    };
    let eta = job
        .eta_seconds
        .map(|left| format!(", {}:{:02} left", left / 60, left % 60))
        .unwrap_or_default();
    bar.set_prefix(format!("{files}, {}/s{eta}", size(job.bytes_per_second)));
    bar.set_message(match &job.held_by {
        Some(why) => format!("waiting: {why}"),
        None => job.stage.clone(),
    });
    bar.tick();
}

/// Minutes east of Greenwich as `+02:00`.
pub fn zone(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// `3.1 GB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes} bytes")
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

fn tally(one: Tally) -> String {
    format!("{:>9} files {:>12}", one.files, size(one.bytes))
}

/// The accounting, for people.
pub fn balance(balance: &Balance) {
    text(&format!("found          {}", tally(balance.found)));
    for (words, one) in [
        ("to copy", balance.copy),
        ("  copied", balance.copied),
        ("already there", balance.already_there),
        ("duplicate", balance.duplicate),
        ("excluded", balance.excluded),
        ("unsupported", balance.unsupported),
        ("failed", balance.failed),
    ] {
        text(&format!("{words:<14} {}", tally(one)));
    }
    text(if balance.balanced {
        "It balances."
    } else {
        "IT DOES NOT BALANCE: some files have no outcome."
    });
}

/// How far each machine is, for people: its own line, and those of the others that are not done. `is_merged`: as the
/// destination was just now.
pub fn parts(parts: &[Part], is_merged: bool) {
    if parts.is_empty() {
        return;
    }
    let done = parts.iter().filter(|part| part.there == part.wanted).count();
    for part in parts
        .iter()
        .filter(|part| part.is_own || part.there != part.wanted)
    {
        let whose = if part.is_own { "  (of this machine)" } else { "" };
        text(&format!(
            "part {:<9} {:>9} of {} files are there; {} open, {} failed{whose}",
            format!("{}/{}", part.part, part.of),
            part.there.files,
            part.wanted.files,
            part.open.files,
            part.failed.files
        ));
    }
    let open: u64 = parts.iter().map(|part| part.open.files).sum();
    text(&match (open, is_merged) {
        (0, _) => format!("Of {} parts with files, {done} are there.", parts.len()),
        (_, true) => format!(
            "{open} files are open: run `migrate` with the K/N of these parts again. `report --outcome copy` lists them."
        ),
        (_, false) => {
            "What the others did since is not known here: `albumen report DEST --merge` looks.".to_owned()
        }
    });
}

/// A line for each file that could not be sent.
pub fn failed_rows(engine: &Engine, json: bool) -> Result<(), AppError> {
    let mut query = PlanQuery {
        search: String::new(),
        outcome: None,
        state: Some(StepState::Failed),
        offset: 0,
        limit: PAGE,
    };
    loop {
        let page = engine.plan_rows(&query)?;
        if page.rows.is_empty() {
            return Ok(());
        }
        query.offset += page.rows.len() as u64;
        for row in page.rows {
            if json {
                line(&to_json(&row, "failed"));
            } else {
                text(&format!("failed  {}  {}", row.from, row.why));
            }
        }
    }
}
