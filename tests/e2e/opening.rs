//! Where a test of the window begins: a library of its own, what the command line did with it before, and then the window over
//! that. Nothing of the person's is touched; all of it goes with the value.

use super::{Display, Window};
use albumen_testkit::app::Cli;
use albumen_testkit::library::{self, Library, Options};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A library in step `Sources`, or further on the way.
pub struct Opening {
    pub library: Library,
    pub cli: Cli,
    odd: bool,
    display: OnceLock<Display>,
    // Last: what uses it is gone by then.
    work: tempfile::TempDir,
}

impl Opening {
    /// So many photos, odd files among them, scanned.
    pub fn scanned(photos: usize) -> Self {
        let options = Options {
            photos,
            ..Options::default()
        };
        Self::made(&options, |_| ())
    }

    /// As [`Opening::scanned`], without odd files: nothing is found fault with.
    pub fn scanned_plain(photos: usize) -> Self {
        Self::scanned_with(photos, |_| ())
    }

    /// As [`Opening::scanned_plain`], after `more` put something into the library's folder.
    pub fn scanned_with(photos: usize, more: impl FnOnce(&Path)) -> Self {
        let options = Options {
            photos,
            odd: false,
            ..Options::default()
        };
        Self::made(&options, more)
    }

    fn made(options: &Options, more: impl FnOnce(&Path)) -> Self {
        // A name that a person may see in the window.
        let work = tempfile::Builder::new().prefix("photos-").tempdir();
        let work = work.expect("temp dir");
        let library = library::make(&work.path().join("Pictures"), options);
        more(&library.root);
        let opening = Self {
            library,
            cli: Cli::new(work.path()),
            odd: options.odd,
            display: OnceLock::new(),
            work,
        };
        let root = opening.library.root.to_string_lossy().into_owned();
        opening.does(&["scan", &root]);
        opening
    }

    /// Planned to go to [`Opening::archive`].
    pub fn planned(self) -> Self {
        self.does(&["plan", &self.url()]);
        self
    }

    /// Moved to [`Opening::archive`], as these arguments say.
    pub fn moved(self, how: &[&str]) -> Self {
        self.does(&[&["migrate", &self.url()], how].concat());
        self
    }

    /// After [`Opening::moved`]: read back.
    pub fn verified(self) -> Self {
        self.cli.ok(&["verify", &self.url()]);
        self
    }

    /// Odd files are findings, which is said; anything else is a failure.
    fn does(&self, args: &[&str]) {
        let said = self.cli.run(args);
        let fine = said.status == 0 || (self.odd && said.status == 1);
        assert!(fine, "{args:?}: {}{}", said.stdout, said.stderr);
    }

    /// Where it is moved to.
    pub fn archive(&self) -> PathBuf {
        self.beside("archive")
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.archive().display())
    }

    /// A place beside the library.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    pub fn display(&self) -> &Display {
        self.display.get_or_init(Display::open)
    }

    /// The window over it; again, as a person opens it again.
    pub async fn open(&self) -> Window<'_> {
        Window::open(self.display(), &self.cli.catalog, &self.cli.home).await
    }
}
