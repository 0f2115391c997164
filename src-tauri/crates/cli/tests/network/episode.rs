//! One episode: migrate, verify and sometimes roll back, with trouble in each; after every command the promise is checked
//! by what the storage holds, and what ended without being done has to end done when it is run again in peace.

use crate::checks::{Library, Strangers, broken};
use crate::home::{Home, Kind};
use crate::script::{Draw, Stage, Trouble};
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::random::Random;
use std::collections::BTreeMap;
use std::path::Path;

/// Under a name that a photo of ours would get.
const STRANGER: (&str, &[u8]) = ("2019/2019-03/IMG_0001.jpg", b"a stranger's");

/// What came out of an episode.
#[derive(Debug, Default)]
pub struct Report {
    pub broken: Vec<String>,
    /// Troubles that came to pass or stood ready, by name.
    pub troubles: BTreeMap<&'static str, usize>,
    /// Commands that ended as done under fire, and all of them.
    pub done: usize,
    pub commands: usize,
    /// What was played, to be given again.
    pub told: String,
}

pub struct Episode<'a> {
    home: &'a Home,
    library: &'a Library,
    cli: Cli,
    strangers: Strangers,
    script: Vec<String>,
    report: Report,
}

/// Plays the episode of `seed` in a room of its own.
pub fn play(home: &mut Home, library: &Library, seed: u64, stalls: bool, work: &Path) -> Report {
    home.enter(&format!("e{seed}"));
    home.put_as_stranger(STRANGER.0, STRANGER.1);
    let mut cli = library.known_to(work);
    for (name, value) in home.secrets() {
        cli = cli.env(name, value);
    }
    let mut random = Random::new(seed, home.kind as u64);
    let mut draw = Draw {
        random: &mut random,
        stalls,
    };
    let mut left = 1 + draw.random.below(6);
    let rolls_back = draw.random.below(2) == 0;
    let stages: &[Stage] = if rolls_back {
        &[Stage::Migrate, Stage::Verify, Stage::Rollback]
    } else {
        &[Stage::Migrate, Stage::Verify]
    };
    let mut episode = Episode {
        home,
        library,
        cli,
        strangers: Strangers::of(STRANGER),
        script: Vec::new(),
        report: Report::default(),
    };
    for (at, stage) in stages.iter().enumerate() {
        // The first has the most requests; the last gets what is left.
        let last = at + 1 == stages.len();
        let now = if last {
            left
        } else {
            left.min(draw.random.below(4))
        };
        left -= now;
        let mut troubles: Vec<Trouble> = (0..now).map(|_| draw.trouble(home.kind, *stage)).collect();
        // What is set and not scripted replaces what was set before.
        let mut set = Vec::new();
        troubles.retain(|trouble| {
            let is_set = !matches!(trouble, Trouble::At(..));
            let first = !is_set || !set.contains(&std::mem::discriminant(trouble));
            set.push(std::mem::discriminant(trouble));
            first
        });
        episode.stage(*stage, &troubles);
        if !episode.report.broken.is_empty() {
            break;
        }
    }
    let Episode {
        script, mut report, ..
    } = episode;
    let told = format!("{} seed {seed} [{}]", home.kind.name(), script.join("; "));
    report
        .broken
        .iter_mut()
        .for_each(|what| *what = format!("{told}: {what}"));
    report.told = told;
    report
}

impl Episode<'_> {
    fn stage(&mut self, stage: Stage, troubles: &[Trouble]) {
        self.home.calm();
        self.home.forget();
        let before = self.missing();
        for trouble in troubles {
            *self.report.troubles.entry(trouble.name()).or_default() += 1;
            self.script.push(format!("{stage:?}: {trouble}"));
            if let Trouble::TakesAName = trouble {
                self.strangers.may_take_more(STRANGER.1);
            }
            trouble.begin(self.home, STRANGER);
        }
        let output = self.run(stage);
        let costs: usize = troubles
            .iter()
            .map(|trouble| trouble.costs(self.home.kind, self.library.photos()))
            .sum();
        self.look(stage, &output, before + costs, costs);
        self.home.calm();
        if output.status == 0 {
            self.report.done += 1;
            return;
        }
        self.home.forget();
        let before = self.missing();
        let again = self.run(stage);
        self.look(stage, &again, before, 0);
        if again.status != 0 {
            let said = format!("{}{}", again.stdout, again.stderr);
            self.report.broken.push(format!(
                "{stage:?} first ended with {} ({}), and again in peace with {}: {said}",
                output.status, output.stdout, again.status
            ));
        }
    }

    fn run(&mut self, stage: Stage) -> Output {
        self.report.commands += 1;
        let url = self.home.url();
        match stage {
            Stage::Migrate => self.cli.run(&["migrate", &url]),
            Stage::Verify => self.cli.run(&["verify", &url]),
            Stage::Rollback => self.cli.run(&["rollback", &url]),
        }
    }

    /// Photos of ours that the storage does not hold.
    fn missing(&self) -> usize {
        self.library.missing(&self.home.stored()).len()
    }

    /// Compares what there is with what may be; `most` is how often a photo's bytes may have been sent in all, and `again`
    /// how often one of them more than once.
    fn look(&mut self, stage: Stage, output: &Output, most: usize, again: usize) {
        let stored = self.home.stored();
        let mut found = broken(self.library, &self.strangers, &stored);
        if !(0..=4).contains(&output.status) || output.stderr.contains("panicked") {
            found.push(format!("it died ({}): {}", output.status, output.stderr));
        }
        let missing = self.library.missing(&stored);
        if output.status == 0 && stage != Stage::Rollback && !missing.is_empty() {
            found.push(format!("done, it says, but there is no {missing:?}"));
        }
        if output.status == 0 && stage == Stage::Rollback {
            let left = stored.iter().filter(|(_, bytes)| !self.strangers.has(bytes));
            let left: Vec<&String> = left.map(|(key, _)| key).collect();
            // Names under which a file arrives are swept by the next run that sends it.
            if left.iter().any(|key| !crate::checks::is_part(key)) {
                found.push(format!("rolled back, it says, but there is {left:?}"));
            }
        }
        if self.home.counted() > 0 {
            found.push("the provider counts twins or overwritten files".to_owned());
        }
        found.extend(too_often(&self.home.sends(), most, again, self.home.kind));
        self.report.broken.extend(found);
    }
}

/// Sends beyond what the policy allows.
pub fn too_often(sends: &[String], most: usize, again: usize, kind: Kind) -> Option<String> {
    let mut of_name: BTreeMap<&String, usize> = BTreeMap::new();
    for name in sends {
        *of_name.entry(name).or_default() += 1;
    }
    // Their requests tell no name, and the program's own notes look like photos.
    let (named, notes) = match kind {
        Kind::Gcs => (false, 8),
        Kind::Dropbox => (false, 8),
        Kind::Drive => (true, 8),
        _ => (true, 0),
    };
    let total = sends.len();
    if total > most + notes {
        return Some(format!("{total} sends where {most} are allowed: {of_name:?}"));
    }
    let worst = of_name
        .into_iter()
        .filter(|_| named)
        .find(|(_, times)| *times > 1 + again);
    worst.map(|(name, times)| format!("{name} was sent {times} times with {again} faults"))
}
