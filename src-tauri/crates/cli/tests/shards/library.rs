//! One library for all tests, scanned once: names that collide, copies, every kind of pair, odd names. Each test's machines get
//! copies of that catalog, as machines of one kind with one disk would make them.

#[path = "../units/library.rs"]
mod units;

use albumen_testkit::app::Cli;
use albumen_testkit::write::put;
use albumen_testkit::{many, picture};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

const MANY: usize = 150;
const CARDS: u64 = 4;
const ON_A_CARD: u64 = 24;
/// 2019-03-01.
const MARCH_NS: u64 = 1_551_398_400_000_000_000;

pub struct Library {
    work: tempfile::TempDir,
    pub cli: Cli,
}

pub static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().join("library");
    make(&root);
    let cli = Cli::new(&work.path().join("scanned"));
    std::fs::create_dir_all(cli.catalog.parent().expect("a folder")).expect("make a folder");
    let library = Library { work, cli };
    library
        .cli
        .ok(&[&["scan".to_owned()][..], &library.sources()].concat());
    library
});

impl Library {
    pub fn root(&self) -> PathBuf {
        self.work.path().join("library")
    }

    pub fn sources(&self) -> Vec<String> {
        sources(&self.root())
    }

    /// The catalog of the first scan, for a machine of its own.
    pub fn copy_catalog(&self, to: &Path) {
        let folder = to.parent().expect("a folder");
        // With all that a killed program left beside it.
        assert!(run("rm", &[Path::new("-rf"), folder]), "the old one is gone");
        std::fs::create_dir_all(folder).expect("make a folder");
        assert!(run("cp", &[&self.cli.catalog, to]), "the catalog is copied");
    }

    /// The same library, mounted elsewhere.
    pub fn mount_at(&self, there: &Path) -> Vec<String> {
        std::fs::create_dir_all(there.parent().expect("a folder")).expect("make a folder");
        assert!(
            run("cp", &[Path::new("-a"), &self.root(), there]),
            "the library is copied"
        );
        sources(there)
    }
}

fn sources(root: &Path) -> Vec<String> {
    let below = |name: &str| root.join(name).to_string_lossy().into_owned();
    vec![below("disk"), below("cards")]
}

pub fn run(program: &str, args: &[&Path]) -> bool {
    Command::new(program)
        .args(args)
        .status()
        .is_ok_and(|status| status.success())
}

fn make(root: &Path) {
    many::make(&root.join("disk"), MANY);
    units::make(&root.join("disk/units"));
    // The names of one camera, from the beginning on each card, and all of one day.
    let photo = |path: String, n: u64, of: u64| {
        let bytes = picture::jpeg(&picture::paint(of * 100 + n, 3, (32, 32)), 80);
        put(root.join(path), &bytes, MARCH_NS + n * 1_000_000_000);
    };
    for card in 0..CARDS {
        for n in 0..ON_A_CARD {
            // Every sixth is the same on all cards.
            let of = if n % 6 == 5 { 0 } else { card };
            photo(format!("cards/{card}/DCIM/IMG_{n:04}.jpg"), n, of);
        }
    }
    // Below the other source under the very same paths.
    for n in 0..6 {
        photo(format!("disk/0/DCIM/IMG_{n:04}.jpg"), n, CARDS);
    }
}
