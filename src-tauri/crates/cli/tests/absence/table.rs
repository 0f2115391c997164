//! The table: how each command ends in each state.

/// What became of the folder that was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    AsItWas,
    /// Its disk is away.
    Gone,
    /// It has another name, and that one is given.
    Renamed,
    /// A mount point with nothing on it.
    Empty,
    /// More than half of its files are missing.
    Shrunken,
    /// Another card, under the same path.
    Another,
    /// One of its folders gives an error.
    FolderUnreadable,
    RootUnreadable,
    /// A file is listed, and gone when it is looked at.
    FileVanishes,
}

/// What became of the place that the photos were moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    AsItWas,
    Gone,
    Empty,
    Another,
    /// The listing fails on its way.
    FolderUnreadable,
    RootUnreadable,
    FileVanishes,
    /// There is a file where the folder was.
    AFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Scan,
    Plan,
    Migrate,
    Verify,
    Digest,
    Delete,
    Rollback,
    /// A roll back after all originals were deleted for ever.
    Restore,
    Rebuild,
}

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With what was asked for: nothing of it depends on what is missing.
    Done,
    /// By this error; nothing at all is changed.
    Error(&'static str),
    /// Each file that could not be told of is told; nothing is changed.
    Told,
    /// What is surely right is done, and what is not stays and is told.
    Part,
}

impl Source {
    pub const ALL: [Self; 9] = [
        Self::AsItWas,
        Self::Gone,
        Self::Renamed,
        Self::Empty,
        Self::Shrunken,
        Self::Another,
        Self::FolderUnreadable,
        Self::RootUnreadable,
        Self::FileVanishes,
    ];

    pub fn is_injected(self) -> bool {
        matches!(
            self,
            Self::FolderUnreadable | Self::RootUnreadable | Self::FileVanishes
        )
    }
}

impl Destination {
    pub const ALL: [Self; 8] = [
        Self::AsItWas,
        Self::Gone,
        Self::Empty,
        Self::Another,
        Self::FolderUnreadable,
        Self::RootUnreadable,
        Self::FileVanishes,
        Self::AFile,
    ];

    pub fn is_injected(self) -> bool {
        matches!(
            self,
            Self::FolderUnreadable | Self::RootUnreadable | Self::FileVanishes
        )
    }
}

impl Command {
    pub const ALL: [Self; 9] = [
        Self::Scan,
        Self::Plan,
        Self::Migrate,
        Self::Verify,
        Self::Digest,
        Self::Delete,
        Self::Rollback,
        Self::Restore,
        Self::Rebuild,
    ];

    fn needs_source(self) -> bool {
        !matches!(self, Self::Verify | Self::Digest | Self::Rebuild)
    }

    fn lists(self) -> bool {
        matches!(self, Self::Plan | Self::Migrate | Self::Digest | Self::Rebuild)
    }
}

/// Whether the state has anything to do with the command.
pub fn matters(command: Command, source: Source, destination: Destination) -> bool {
    let source = source == Source::AsItWas || command.needs_source();
    let destination = destination == Destination::AsItWas || command != Command::Scan;
    source && destination
}

pub fn expected(command: Command, source: Source, destination: Destination) -> End {
    use Command as C;
    use Destination as D;
    use Source as S;
    // A destination that is a file is refused before anything is asked.
    if destination == D::AFile && command != C::Scan {
        return End::Error("usage");
    }
    if command.needs_source() {
        match (source, command) {
            (S::Gone | S::Renamed, _) => return End::Error("source_missing"),
            // All that was there was deleted by us: nothing is known of what should be there.
            (S::Empty | S::Shrunken | S::Another, C::Restore) => {}
            (S::Empty | S::Another, _) | (S::Shrunken, C::Scan) => return End::Error("source_shrunken"),
            _ => {}
        }
    }
    if command != C::Scan {
        match destination {
            D::Gone if command == C::Rebuild => return End::Error("destination_missing"),
            D::Gone => return End::Error("destination_gone"),
            D::Empty | D::Another => return End::Error("destination_another"),
            D::FolderUnreadable | D::FileVanishes if command.lists() => {
                return End::Error("destination_failed");
            }
            D::RootUnreadable if command.lists() => return End::Error("destination_failed"),
            D::RootUnreadable => return End::Told,
            D::FileVanishes if command == C::Verify => return End::Told,
            D::FileVanishes if matches!(command, C::Delete | C::Restore) => return End::Part,
            _ => {}
        }
    }
    match (command, source) {
        (C::Scan, S::FolderUnreadable | S::RootUnreadable | S::FileVanishes) => End::Told,
        (C::Delete, S::RootUnreadable) => End::Told,
        (C::Delete | C::Rollback, S::Shrunken) | (C::Delete, S::FileVanishes) => End::Part,
        (C::Rollback, S::RootUnreadable) => End::Told,
        _ => End::Done,
    }
}
