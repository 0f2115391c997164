//! `pilot` and `estimate`: a small part first, and what the whole would take.

use crate::options::Hands;
use crate::out::{self, DONE, FINDINGS, failed_rows, to_json, unexpected};
use crate::verify;
use albumen_engine::api::{AppError, Pilot, PlanOptions};
use albumen_engine::{Engine, Outcome, PilotOptions};

/// What is tried where nobody says how much.
const ONE_PERCENT: f64 = 0.01;

pub fn pilot(
    engine: &Engine,
    options: &PlanOptions,
    seed: u64,
    hands: &Hands,
    json: bool,
) -> Result<u8, AppError> {
    let options = PilotOptions {
        share: options.sample.unwrap_or(ONE_PERCENT),
        seed,
        workers: hands.workers.count(),
        bandwidth: hands.bandwidth,
        replan: Some(PlanOptions {
            sample: None,
            ..options.clone()
        }),
    };
    let Outcome::Piloted(pilot) = engine.start_pilot(options)?.wait()? else {
        return Err(unexpected());
    };
    if pilot.failed > 0 {
        failed_rows(engine, json)?;
    }
    told(&pilot, json);
    estimate(engine, json)?;
    if !json && pilot.good {
        out::text("Next: `albumen migrate` with the same DEST moves the rest; nothing is sent twice.");
    }
    Ok(if pilot.good { DONE } else { FINDINGS })
}

fn told(pilot: &Pilot, json: bool) {
    verify::tell(&pilot.findings, json);
    if json {
        out::line(&to_json(pilot, "pilot"));
    } else {
        out::text(&pilot.words);
    }
}

pub fn estimate(engine: &Engine, json: bool) -> Result<u8, AppError> {
    let estimate = engine.estimate()?;
    if json {
        out::line(&to_json(&estimate, "estimate"));
        return Ok(DONE);
    }
    out::text(&estimate.words);
    out::text(&estimate.rests_on);
    if let Some(growth) = &estimate.growth {
        out::text(&format!(
            "The folders grow by about {} a month. {}",
            out::size(growth.bytes_per_month),
            growth.words
        ));
    }
    if estimate.problems > 0 {
        out::text(&format!(
            "{} problems were met while scanning.",
            estimate.problems
        ));
    }
    for finding in &estimate.findings {
        out::text(&format!(
            "{} {}",
            if finding.stops { "!" } else { "-" },
            finding.what
        ));
        for one in &finding.examples {
            out::text(&format!("    {}  {}", out::size(one.bytes), one.name));
        }
    }
    Ok(DONE)
}
