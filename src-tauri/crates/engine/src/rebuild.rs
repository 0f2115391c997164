//! A catalog that was lost, or one of an old backup: what the markers at the destination tell is known again. Nothing is proven
//! by that: verify comes before originals are deleted.

use crate::api::{AppError, Finding, JobKind, Rebuilt, What};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_files::clock::now_ms;
use albumen_migrate::recall;

impl Engine {
    /// Reads in what markers at the chosen destination tell.
    pub fn start_rebuild(&self) -> Result<JobHandle, AppError> {
        self.start(JobKind::Rebuild, move |engine, control| {
            let (id, destination) = engine.connected()?;
            let reading = recall::recall(&engine.inner.catalog, &destination, id, control, now_ms);
            let summary = engine.inner.runtime.block_on(reading);
            // What was verified before is not all that is known to stand there now.
            if !matches!(&summary, Ok(done) if done.taken.files == 0) {
                engine.forget_verification(id)?;
            }
            engine.tell_changed(&[What::Destination, What::Plan, What::Verification]);
            let summary = summary?;
            if summary.markers == 0 && summary.odd == 0 {
                return Err(AppError::new(
                    "no_markers",
                    "Albumen left nothing at this destination by which it would know its photos again.",
                    "Nothing was changed.",
                    "Check the address. If it is right, scan and move: what stands there is compared byte by byte and not sent twice.",
                ));
            }
            engine.say(&words(&summary));
            Ok(Outcome::Rebuilt(Box::new(Rebuilt {
                markers: summary.markers,
                restored: summary.taken,
                known: summary.known,
                odd: summary.odd,
                findings: summary
                    .findings
                    .into_iter()
                    .map(|one| Finding {
                        key: one.key,
                        from: one.from,
                        what: one.what,
                    })
                    .collect(),
            })))
        })
    }
}

fn words(summary: &recall::Summary) -> String {
    let mut words = format!(
        "{} files that were moved here are known again. None of them counts as verified.",
        summary.taken.files
    );
    if summary.odd > 0 {
        words += &format!(" {} entries were not taken.", summary.odd);
    }
    words
}
