//! `verify`: asks the destination for the bytes, or for less, and says what that allows.

use crate::options::VerifyArgs;
use crate::out::{self, DONE, FINDINGS, to_json, unexpected};
use albumen_engine::api::{AppError, Finding, Level, Verification};
use albumen_engine::{Engine, Outcome, VerifyHow};
use serde_json::json;

pub fn verify(engine: &Engine, how: &VerifyArgs, json: bool) -> Result<u8, AppError> {
    let how = match (how.sample, how.rule_out) {
        (Some(part), _) => VerifyHow::Sample(part),
        (None, Some(share)) => VerifyHow::Sample(engine.part_to_rule_out(share)?),
        (None, None) if how.digest => VerifyHow::Digest,
        (None, None) if how.sizes => VerifyHow::Sizes,
        (None, None) => VerifyHow::Full,
    };
    let Outcome::Verified(result) = engine.start_verify(how)?.wait()? else {
        return Err(unexpected());
    };
    tell(&result.findings, json);
    if json {
        let summary = Verification {
            findings: Vec::new(),
            ..(*result).clone()
        };
        let mut line = to_json(&summary, "verification");
        if let Some(bound) = &result.bound {
            line["promise"] = json!(bound.words());
        }
        out::line(&line);
    } else {
        out::text(&format!(
            "{} of {} files {}, {}{}",
            result.ok.files,
            result.expected.files,
            match result.ok.files - result.read_back {
                _ if result.level == Some(Level::Sizes) => "in their full size".to_owned(),
                0 => "read back and identical".to_owned(),
                told => format!("identical ({told} by the destination's own digests)"),
            },
            out::size(result.ok.bytes),
            if result.full { "" } else { " (a sample)" }
        ));
        if let Some(level) = result.level {
            out::text(&format!("{}: {}", level.name(), level.consequence()));
        }
        if let Some(bound) = &result.bound {
            out::text(&bound.words());
        }
        if result.written.files > 0 {
            let (ok, files) = (result.written.ok, result.written.files);
            out::text(&format!("{ok} of {files} XMP files are as Albumen wrote them"));
        }
    }
    let as_written = result.written.ok == result.written.files;
    Ok(
        if result.ok == result.expected && result.expected.files > 0 && as_written {
            DONE
        } else {
            FINDINGS
        },
    )
}

/// What was not as it was placed, a line each.
pub fn tell(findings: &[Finding], json: bool) {
    for finding in findings {
        if json {
            out::line(&to_json(finding, "finding"));
        } else {
            out::text(&format!(
                "{:<10} {}  (from {})",
                finding.what, finding.key, finding.from
            ));
        }
    }
}
