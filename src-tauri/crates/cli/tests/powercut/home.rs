//! A library, a destination and a catalog, recorded while a scene is played; then struck by power cuts.

use crate::before::{Before, Said};
use crate::promise::{Promise, Seen};
use crate::scene::{self, Act, Scene};
use crate::stage::Stage;
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::powercut::cut::Fate;
use albumen_testkit::powercut::disk::{Node, Op};
use albumen_testkit::powercut::image::Image;
use albumen_testkit::powercut::record::{Log, Recorder};
use albumen_testkit::random::Random;
use std::path::{Path, PathBuf};

/// A recording whose threads strace saw in an order that explains nothing is taken again so often.
const TAKES: usize = 4;

pub struct Home {
    cli: Cli,
    work: PathBuf,
    library: PathBuf,
    destination: PathBuf,
    url: String,
    acts: Vec<Act>,
    /// Which act each recorded command belongs to.
    act_of: Vec<usize>,
    promise: Promise,
    before: Before,
    log: Log,
    /// After an undisturbed run.
    end: (Seen, Said),
}

impl Home {
    pub fn recorded(scene: &Scene, work: &Path, random: &mut Random) -> Self {
        let work = work.canonicalize().expect("path");
        let (library, destination) = (work.join("library"), work.join("there/D"));
        scene::make(&library);
        // A stranger's photo lies under a name that one of ours would get.
        scene::put(&destination.join("2019/2019-03/IMG_0001.jpg"), b"a stranger's");
        let mut cli = Cli::new(&work);
        cli.catalog = work.join("state/catalog.db");
        std::fs::create_dir(work.join("state")).expect("a folder");
        let mut home = Self {
            promise: Promise::of(&library, &destination),
            before: Before::of(&library, &destination),
            url: format!("file://{}", destination.display()),
            log: Log::default(),
            end: (Seen::default(), Said::default()),
            act_of: Vec::new(),
            acts: scene.cut.clone(),
            cli,
            work,
            library,
            destination,
        };
        for stage in scene.before {
            home.cli.ok(&home.args(*stage, &mut |args| home.cli.run(args)));
        }
        let start = Image::read(&home.work);
        for take in 1.. {
            match home.record(random) {
                Ok((log, act_of)) => (home.log, home.act_of) = (log, act_of),
                Err(unexplained) => {
                    assert!(take < TAKES, "the record does not explain {unexplained:?}");
                    start.put(&home.work);
                    continue;
                }
            }
            break;
        }
        home.end = home.see();
        home
    }

    fn record(&self, random: &mut Random) -> Result<(Log, Vec<usize>), Vec<PathBuf>> {
        let mut recorder = Recorder::new(&self.work);
        let mut act_of = Vec::new();
        for (number, act) in self.acts.iter().enumerate() {
            let mut run = |args: &[String], kill| {
                act_of.push(number);
                recorder.run(&self.cli.command(args), kill)
            };
            let kill = act.killed.then(|| scene::last_call(act.stage, random));
            let args = self.args(act.stage, &mut |args| run(args, None));
            let output = run(&args, kill);
            assert!(
                output.status == 0 || act.killed || has_nothing_left(&args),
                "{args:?}: {}{}",
                output.stdout,
                output.stderr
            );
        }
        Ok((recorder.log()?, act_of))
    }

    pub fn ops(&self) -> &[Op] {
        &self.log.ops
    }

    pub fn image(&self, end: usize, fate: Fate) -> Image {
        self.log.cut(end, fate)
    }

    /// What the last call before a cut did, for messages.
    pub fn last(&self, end: usize) -> String {
        match &self.log.ops[end - 1] {
            Op::Write { file, at, bytes } => format!("{} bytes at {at} of {file}", bytes.len()),
            other => format!("{other:?}"),
        }
    }

    fn act_at(&self, end: usize) -> usize {
        self.act_of[self.log.command(end)]
    }

    /// What is broken right after the cut, and once the commands went on from there.
    pub fn strike(&self, image: &Image, end: usize) -> Vec<String> {
        image.put(&self.work);
        let act = self.act_at(end);
        let mut broken = self.look(act);
        if self.acts[act].stage == Stage::Migrate && self.removes() {
            // Originals that the cut brought back are new files here, which a disk would not do; a migration refuses them.
            self.cli
                .run(&Stage::Scan.args(&self.library.to_string_lossy(), "", ""));
        }
        let mut seen = Seen::default();
        for act in &self.acts[act..] {
            let mut asked = Vec::new();
            let args = self.args(act.stage, &mut |args| self.cli.run(args));
            let output = self.cli.run(&args);
            if output.status != 0 && !has_nothing_left(&args) || output.stderr.contains("panicked") {
                asked.push(format!(
                    "ended with {}: {}{}",
                    output.status, output.stdout, output.stderr
                ));
            }
            seen = Seen::of(&self.library, &self.destination, &self.cli);
            asked.extend(self.promise.broken(act.stage, &seen));
            let name = act.stage.name();
            broken.extend(asked.into_iter().map(|what| format!("after {name}: {what}")));
        }
        let said = Said::of(&self.cli.catalog);
        let wrong = self.end.0.differences(&seen).chain(self.end.1.differences(&said));
        broken.extend(wrong.map(|what| format!("at the end: {what}")));
        broken
    }

    fn removes(&self) -> bool {
        self.acts.iter().any(|act| act.stage.may_move_originals())
    }

    /// What is broken before anything runs.
    pub fn look(&self, act: usize) -> Vec<String> {
        let takes_back = matches!(self.acts[act].stage, Stage::Rollback | Stage::RestoreAndRollback);
        let image = Image::read(&self.work);
        self.before
            .broken(&image, &Said::of(&self.cli.catalog), takes_back)
    }

    /// What is broken in an image, without anything being run.
    pub fn look_at(&self, image: &Image, end: usize) -> Vec<String> {
        image.put(&self.work);
        self.look(self.act_at(end))
    }

    /// As if the program had left out its syncs of files or of folders of the destination.
    pub fn without_syncs(&mut self, left_out: impl Fn(bool) -> bool) {
        let nodes = &self.log.start.nodes;
        for op in &mut self.log.ops {
            if let Op::Sync { of, from, .. } = op
                && left_out(matches!(nodes[*of], Node::Folder(_)))
            {
                *from = 0;
            }
        }
    }

    fn see(&self) -> (Seen, Said) {
        let seen = Seen::of(&self.library, &self.destination, &self.cli);
        (seen, Said::of(&self.cli.catalog))
    }

    /// Arguments of a stage; a deletion is asked first what it wants to be told.
    fn args(&self, stage: Stage, run: &mut dyn FnMut(&[String]) -> Output) -> Vec<String> {
        let mut words = String::new();
        if matches!(stage, Stage::ToTrash | Stage::Permanent) {
            let asked = run(&["delete-originals".to_owned(), self.url.clone()]);
            let preview = asked.json.iter().find(|line| line["type"] == "preview");
            let preview = preview.unwrap_or_else(|| panic!("no preview: {}{}", asked.stdout, asked.stderr));
            words = preview["confirm"].as_str().expect("words").to_owned();
        }
        stage.args(&self.library.to_string_lossy(), &self.url, &words)
    }
}

/// What is left to delete may be nothing, which is no success.
fn has_nothing_left(args: &[String]) -> bool {
    args.last().is_some_and(|words| words == "delete 0 originals")
}
