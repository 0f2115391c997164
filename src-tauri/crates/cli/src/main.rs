//! `albumen`: the engine without a window, for servers, scripts and benchmarks.
//!
//! With `--json`, stdout carries one JSON object a line and nothing else; progress and words go to stderr.
//! Exit codes: 0 done and balanced, 1 findings, 2 usage, 3 destination, 4 catalog.

mod args;
mod clock;
mod commands;
mod destination;
mod groups;
mod homes;
mod inspect;
mod migrate;
mod options;
mod originals;
mod origins;
mod out;
mod phases;
mod pilot;
mod plan;
mod rebuild;
mod reconcile;
mod report;
mod secrets;
mod sources;
mod values;
mod verify;
mod watch;
mod xmp;

use args::Cli;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    albumen_engine::begin_decoding_apart();
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("ALBUMEN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,opendal=error"));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .without_time()
        .init();
    match commands::run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            out::fail(&error, cli.json);
            ExitCode::from(out::exit_code(&error))
        }
    }
}
