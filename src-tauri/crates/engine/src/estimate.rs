//! Stage 5b, estimate: what the planned library means to its destination, and when it would be there.
//!
//! Invariant: a time is given only where something was measured, as a range, with what it rests on.

use crate::api::{
    AppError, Basis, Estimate, EstimateFinding, Growth, KindCount, NamedCount, Span, Tally, Throttle, stamp,
};
use crate::engine::Engine;
use crate::words;
use albumen_catalog::{By, NamedTotal};
use albumen_files::clock::now_ms;
use albumen_model::cost::Measured;
use albumen_model::forecast::{Daily, From, seconds};
use albumen_model::{Cost, DestinationId, Kind};
use albumen_store::{Spec, Speed};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

/// Of each list of examples.
const SHOWN: u32 = 10;
/// One file of 1 MB says little of thousands.
const TEST_SPREAD: f64 = 0.6;
/// Files that go at the same time, where nothing else is known.
const HANDS: f64 = 4.0;
const DAY_MS: i64 = 86_400_000;

impl Engine {
    /// Of the plan for the chosen destination. Asks nothing of the destination itself.
    pub fn estimate(&self) -> Result<Estimate, AppError> {
        let (catalog, id) = (&self.inner.catalog, self.chosen()?);
        let missing = || AppError::usage("There is no plan.", "Make a plan first.");
        let plan = catalog.plan(id)?.ok_or_else(missing)?;
        let info = self.destination()?.ok_or_else(missing)?;
        let now = local(now_ms());
        let left = catalog.open_work(plan.id, 0)?;
        let (basis, rests_on, measured) = self.basis(id, &info.url)?;
        let throttle = self.throttle_of(id)?;
        let growth = self.growth(plan.id, &now)?;
        let span = measured
            .map(|measured| self.span(id, &info.spec, left, measured, &throttle, &now))
            .transpose()?
            .flatten();
        let kinds = catalog.planned_sums(plan.id, By::Kind)?;
        let planned = kinds.iter().fold(Tally::default(), |sum, one| Tally {
            files: sum.files + one.files,
            bytes: sum.bytes + one.bytes,
        });
        let words = in_words(left, span.as_ref(), basis, &now, growth.as_ref());
        Ok(Estimate {
            destination: info.label,
            planned,
            left,
            kinds: kinds.into_iter().map(kind).collect(),
            folders: named(catalog.planned_sums(plan.id, By::Folder)?),
            years: named(catalog.planned_sums(plan.id, By::Year)?),
            largest: named(catalog.planned_largest(plan.id, SHOWN)?),
            growth,
            problems: catalog.profile()?.problems,
            findings: self.limits(plan.id, &info.spec, left)?,
            basis,
            rests_on,
            span,
            words,
        })
    }

    /// Kept when a destination is tested, for the estimate.
    pub(crate) fn keep_speed(&self, url: &str, speed: Option<Speed>) -> Result<(), AppError> {
        match speed {
            Some(speed) => self.store(&speed_key(url), &speed),
            None => Ok(()),
        }
    }

    pub(crate) fn kept_speed(&self, url: &str) -> Result<Option<Speed>, AppError> {
        self.stored(&speed_key(url))
    }

    fn basis(&self, id: DestinationId, url: &str) -> Result<(Basis, String, Option<Measured>), AppError> {
        let told = self.told(id)?;
        if let Some((row, told)) = told
            && let Some(measured) = told.measured
        {
            let when = row.done_at.map(stamp).unwrap_or_default();
            let mut rests_on = format!(
                "By the pilot of {when}: {}, {} took {}, which is {} for a file and {} for each MB.",
                words::many(told.expected.files, "file"),
                words::size(told.expected.bytes),
                words::time(row.busy.as_secs_f64()),
                short(measured.cost.per_file),
                short(measured.cost.per_byte * 1e6),
            );
            if let Some(limit) = told.limit {
                rests_on += &format!(
                    " A limit of {} a second held meanwhile: without it, it may be sooner.",
                    words::size(limit)
                );
            }
            return Ok((Basis::Pilot, rests_on, Some(measured)));
        }
        let Some(speed) = self.kept_speed(url)? else {
            let none =
                "Not measured yet: a pilot of 1 % measures it, and so does the test of the destination.";
            return Ok((Basis::None, none.to_owned(), None));
        };
        let rests_on = format!(
            "By the one file of 1 MB of the destination's test, at {} a second: a pilot tells more.",
            words::size(speed.up as u64)
        );
        let cost = Cost {
            per_file: speed.answer / HANDS,
            per_byte: 1.0 / speed.up.max(1.0),
        };
        let measured = Measured {
            cost,
            spread: TEST_SPREAD,
        };
        Ok((Basis::Test, rests_on, Some(measured)))
    }

    fn span(
        &self,
        id: DestinationId,
        spec: &Spec,
        left: Tally,
        measured: Measured,
        throttle: &Throttle,
        now: &Zoned,
    ) -> Result<Option<Span>, AppError> {
        let ms = now.timestamp().as_millisecond();
        let daily = match spec.daily_bytes() {
            Some(most) => {
                let today = ms.div_euclid(DAY_MS).to_string();
                let spent = self.inner.catalog.spent(id, &today)?;
                Some(Daily { most, spent })
            }
            None => None,
        };
        let from = From {
            day: now.weekday().to_monday_zero_offset().unsigned_abs(),
            minute: u16::from(now.hour().unsigned_abs()) * 60 + u16::from(now.minute().unsigned_abs()),
            utc_minute: u16::try_from(ms.rem_euclid(DAY_MS) / 60_000).unwrap_or(0),
        };
        let in_time = |factor: f64| {
            let mut cost = measured.cost.times(factor);
            // However fast the line is, the account makes no more files.
            cost.per_file = cost
                .per_file
                .max(spec.files_a_second().map_or(0.0, |rate| 1.0 / rate));
            seconds(left, cost, throttle, daily, from)
        };
        let (least, likely, most) = (
            in_time(1.0 - measured.spread),
            in_time(1.0),
            in_time(1.0 + measured.spread),
        );
        let (Some(least), Some(likely), Some(most)) = (least, likely, most) else {
            return Ok(None);
        };
        let at = |after: f64| stamp(ms + (after * 1000.0) as i64);
        Ok(Some(Span {
            least_seconds: least,
            likely_seconds: likely,
            most_seconds: most,
            earliest: at(least),
            likely: at(likely),
            latest: at(most),
        }))
    }

    /// By the photos of the last twelve full months.
    fn growth(&self, plan: i64, now: &Zoned) -> Result<Option<Growth>, AppError> {
        let until = now.date().first_of_month();
        let since = until.saturating_sub(12.months());
        let month = |date: jiff::civil::Date| date.strftime("%Y-%m").to_string();
        let grown = self
            .inner
            .catalog
            .planned_since(plan, &month(since), &month(until))?;
        if grown.all.files == 0 {
            return Ok(None);
        }
        let by_time = match grown.by_file_time.files {
            0 => String::new(),
            files => format!(", {files} of them by their file's own time"),
        };
        Ok(Some(Growth {
            files_per_month: grown.all.files.div_ceil(12),
            bytes_per_month: grown.all.bytes / 12,
            words: format!(
                "By the dates of {} taken from {} to {}{by_time}.",
                words::many(grown.all.files, "file"),
                month(since),
                month(until.yesterday().unwrap_or(until)),
            ),
        }))
    }

    /// What this destination's limits mean for this library.
    fn limits(&self, plan: i64, spec: &Spec, left: Tally) -> Result<Vec<EstimateFinding>, AppError> {
        let catalog = &self.inner.catalog;
        let mut findings = Vec::new();
        let mut say = |what: String, stops: bool, examples: Vec<NamedCount>| {
            findings.push(EstimateFinding {
                what,
                stops,
                examples,
            });
        };
        if let Some(cap) = spec.largest_file() {
            let (files, first) = catalog.planned_above(plan, cap, SHOWN)?;
            if files > 0 {
                let what = format!(
                    "{} larger than the {} that it takes: they will not arrive.",
                    is_or_are(files, "file"),
                    words::size(cap)
                );
                say(what, true, named(first));
            }
        }
        if let Some(most) = spec.daily_bytes().filter(|most| left.bytes > *most) {
            let what = format!(
                "The account takes {} a day, so {} need at least {}. A move ends when the day is full; start it again the next day.",
                words::size(most),
                words::size(left.bytes),
                words::many(left.bytes.div_ceil(most), "day")
            );
            say(what, false, Vec::new());
        }
        if let Some(rate) = spec.files_a_second().filter(|_| left.files > 0) {
            let what = format!(
                "The account makes about {rate} new files a second, however fast the line is: {} need {}.",
                words::many(left.files, "file"),
                words::time(left.files as f64 / rate)
            );
            say(what, false, Vec::new());
        }
        if let Spec::Folder { path } = spec
            && let Ok(free) = albumen_files::free_bytes(&crate::destination::standing(path))
            && free < left.bytes
        {
            let what = format!(
                "It has {} free, and {} are still to be copied.",
                words::size(free),
                words::size(left.bytes)
            );
            say(what, true, Vec::new());
        }
        for one in catalog.planned_names(plan)? {
            say(
                format!("{}: {}", words::many(one.files, "file"), one.name),
                false,
                Vec::new(),
            );
        }
        Ok(findings)
    }
}

fn is_or_are(files: u64, what: &str) -> String {
    format!(
        "{} {}",
        words::many(files, what),
        if files == 1 { "is" } else { "are" }
    )
}

fn speed_key(url: &str) -> String {
    format!("speed:{url}")
}

pub(crate) fn local(ms: i64) -> Zoned {
    let at = Timestamp::from_millisecond(ms).unwrap_or_default();
    at.to_zoned(TimeZone::system())
}

fn short(seconds: f64) -> String {
    match seconds {
        s if s < 0.001 => format!("{:.2} ms", s * 1e3),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s => format!("{s:.1} s"),
    }
}

fn in_words(left: Tally, span: Option<&Span>, basis: Basis, now: &Zoned, growth: Option<&Growth>) -> String {
    if left.files == 0 {
        return "Nothing is left to copy.".to_owned();
    }
    let what = format!("{}, {}", words::many(left.files, "file"), words::size(left.bytes));
    let Some(span) = span else {
        return match basis {
            Basis::None => format!("{what} are to be copied. How long that takes was not measured yet."),
            _ => {
                format!("{what} would take more than five years as it is set: raise the limits of bandwidth.")
            }
        };
    };
    let then = local(now.timestamp().as_millisecond() + (span.likely_seconds * 1000.0) as i64);
    let mut words = format!(
        "{what} will take {}",
        words::between(span.least_seconds, span.most_seconds)
    );
    if span.likely_seconds >= 3600.0 {
        words += &format!(", most likely by {}", words::day(now, &then));
    }
    words.push('.');
    let months = span.likely_seconds / (30.4 * 86_400.0);
    if let Some(growth) = growth.filter(|_| months > 0.2) {
        let more = (growth.bytes_per_month as f64 * months) as u64;
        words += &format!(" Some {} more will have come by then.", words::size(more));
    }
    words
}

fn named(all: Vec<NamedTotal>) -> Vec<NamedCount> {
    let of = |one: NamedTotal| NamedCount {
        name: one.name,
        files: one.files,
        bytes: one.bytes,
    };
    all.into_iter().map(of).collect()
}

fn kind(one: NamedTotal) -> KindCount {
    KindCount {
        label: Kind::parse(&one.name).map_or_else(|| one.name.clone(), |kind| kind.label().to_owned()),
        kind: one.name,
        files: one.files,
        bytes: one.bytes,
    }
}
