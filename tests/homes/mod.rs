//! One suite of promises for every home a library can have: each case is run against a folder, an S3 server in this
//! process and S3 servers of other people. A case that needs what a place cannot do is `n/a`, for a reason that was
//! tried out and not believed. What came out is the table in `docs/destinations.md`; `ALBUMEN_BLESS=1` renews it.

mod azure;
mod consents;
mod create;
mod delete;
mod drive;
mod dropbox;
mod errors;
mod facts;
mod gcs;
mod home;
mod list;
mod markers;
mod names;
mod place;
mod read;
mod sftp;
mod site;
mod sites;
mod sizes;
mod stopped;
mod stops;
mod table;
mod webdav;

use facts::Fact;
use place::Place;
use std::path::Path;
use std::sync::OnceLock;
use table::{Case, Outcome};

macro_rules! cases {
    ($($group:ident { $($case:ident $(needs $($fact:ident)+)?,)+ })+) => {
        &[$($(Case {
            name: concat!(stringify!($group), "::", stringify!($case)),
            needs: &[$($(Fact::$fact),+)?],
            run: |home| Box::pin($group::$case(home)),
        }),+),+]
    };
}

static CASES: &[Case] = cases! {
    names {
        plain_letters,
        a_space_inside_and_in_front,
        bytes_that_are_not_utf_8,
        a_line_break,
        emoji,
        accents,
        one_name_in_two_normal_forms,
        two_names_that_differ_in_case needs TellsCases,
        the_longest_name needs KeepsLongKeys,
        a_dash_in_front,
        quotes_and_brackets,
        signs_of_urls,
        a_name_that_looks_encoded,
        a_plus_is_no_space,
        a_dot_at_the_end,
        a_dot_in_front,
        names_that_systems_keep_notes_under needs KeepsNamesOfSystems,
        names_that_windows_keeps_for_itself,
        twenty_folders_deep needs KeepsLongKeys,
        names_that_begin_alike,
        a_key_longer_than_any_server_takes,
    }
    sizes {
        no_bytes needs KeepsNothing,
        one_byte,
        one_byte_less_than_a_read,
        exactly_a_read,
        one_byte_more_than_a_read,
        the_largest_single_request,
        one_byte_more_than_a_single_request,
        a_whole_number_of_parts,
    }
    create {
        a_free_name_is_used_once,
        the_same_bytes_of_a_stranger_stay,
        other_bytes_of_the_same_size_stay,
        other_bytes_of_another_size_stay,
        a_large_file_does_not_replace,
        sent_twice_is_stored_once,
        what_we_sent_before_is_adopted needs KeepsMetadata,
        a_digest_beside_other_bytes_is_not_adopted needs KeepsMetadata,
        taken_while_we_read_is_refused needs RefusesToReplace,
        taken_while_we_send_parts_is_refused needs RefusesToReplaceInParts,
        the_slower_of_two_is_refused needs RefusesToReplace,
        a_name_below_a_photo_leaves_the_photo needs AnswersBelowObjects,
        a_name_above_a_photo_leaves_the_photo needs AnswersBelowObjects,
        the_time_of_the_original_goes_along needs KeepsTimes,
        the_seconds_of_the_original_go_along needs KeepsSeconds,
    }
    markers {
        a_marker_is_kept,
        a_marker_twice_is_kept_once,
        other_bytes_of_another_size_are_refused,
        other_bytes_of_the_same_size_are_refused,
        two_write_one_marker needs OutlivesTwoWriters,
        markers_are_not_listed,
        a_folder_that_is_named_alike_is_listed,
    }
    list {
        an_empty_home_lists_nothing,
        every_object_once_over_many_pages,
        what_strangers_put_there_is_listed,
        sizes_are_those_of_head,
        versions_stay_while_nothing_changes needs ListsVersions,
        versions_change_with_the_bytes needs ListsVersions,
        a_listing_that_is_stopped_says_so,
        a_neighbour_is_not_listed,
        no_home_is_not_an_empty_home needs KnowsItsPlaces,
        head_of_nothing_is_nothing,
        head_tells_size_and_digest needs KeepsMetadata,
        head_tells_the_same_version_again,
        head_tells_another_version_after_an_edit,
        a_home_that_is_there_is_there,
        a_home_that_nobody_made_is_not_there,
    }
    read {
        the_digest_is_of_what_is_stored,
        one_flipped_bit_is_seen,
        a_cut_end_is_seen,
        swapped_photos_are_seen,
        a_missing_object_is_missing,
        every_byte_is_metered,
        reading_stops_when_told,
        the_digest_comes_with_the_version_of_head,
        fetch_brings_back_bytes_time_and_mode,
        fetch_brings_back_no_bytes needs KeepsNothing,
        fetch_never_replaces,
        fetch_of_other_bytes_brings_nothing,
        fetch_of_a_cut_object_brings_nothing,
        fetch_of_a_missing_object_brings_nothing,
        fetch_stops_when_told,
    }
    delete {
        the_version_that_was_placed_goes,
        an_edited_object_stays,
        an_edit_of_the_same_size_stays,
        an_unknown_version_stays,
        what_is_gone_is_said_to_be_gone,
        a_deleted_name_is_free_again,
        deleting_spares_what_is_named_alike,
    }
    errors {
        a_wrong_secret_is_denied needs LooksAtKeys,
        an_unknown_key_is_denied needs LooksAtKeys,
        a_wrong_secret_fails_the_test_of_the_home needs LooksAtKeys,
        nothing_is_put_where_nobody_made_a_home needs MustBeMade,
        no_home_fails_the_test_of_the_home needs MustBeMade,
        silence_fails_the_test_of_the_home_at_once needs IsFar,
        the_test_of_a_home_leaves_nothing,
        a_small_file_that_is_stopped_does_not_appear,
        a_large_file_that_is_stopped_does_not_appear,
        a_large_file_that_is_stopped_leaves_no_parts needs ListsUploads,
        an_original_that_was_touched_is_not_sent,
        other_bytes_in_a_small_original_do_not_appear,
        other_bytes_in_a_large_original_do_not_appear,
        an_original_that_became_a_link_is_not_sent,
        an_original_that_is_gone_is_not_sent,
    }
};

/// A column of the table: where the cases are run, once in a process.
struct Column {
    name: &'static str,
    place: fn() -> Option<Place>,
    outcomes: OnceLock<Vec<Outcome>>,
}

impl Column {
    const fn new(name: &'static str, place: fn() -> Option<Place>) -> Self {
        Self {
            name,
            place,
            outcomes: OnceLock::new(),
        }
    }

    fn outcomes(&self) -> &[Outcome] {
        self.outcomes.get_or_init(|| table::run((self.place)(), CASES))
    }

    fn keeps_every_promise(&self) {
        let failures = table::failures(self.name, CASES, self.outcomes());
        assert!(failures.is_empty(), "{failures}");
    }
}

static FOLDER: Column = Column::new("folder", sites::folder);
static S3S_FS: Column = Column::new("s3s-fs", sites::s3s_fs);
static RCLONE: Column = Column::new("rclone S3", sites::rclone);
static MOTO: Column = Column::new("moto", sites::moto);
static GCS: Column = Column::new("GCS (emulator)", sites::gcs);
static DRIVE: Column = Column::new("Drive (double)", sites::drive);
static DROPBOX: Column = Column::new("Dropbox (double)", sites::dropbox);
static SSHD: Column = Column::new("sshd", sites::sshd);
static AZURITE: Column = Column::new("Azurite", sites::azurite);
static RCLONE_WEBDAV: Column = Column::new("rclone WebDAV", sites::rclone_webdav);

#[test]
fn a_folder_keeps_every_promise() {
    FOLDER.keeps_every_promise();
}

#[test]
fn s3s_fs_keeps_every_promise() {
    S3S_FS.keeps_every_promise();
}

#[test]
fn rclone_s3_keeps_every_promise() {
    RCLONE.keeps_every_promise();
}

#[test]
fn moto_keeps_every_promise() {
    MOTO.keeps_every_promise();
}

#[test]
fn cloud_storage_keeps_every_promise() {
    GCS.keeps_every_promise();
}

#[test]
fn drive_keeps_every_promise() {
    DRIVE.keeps_every_promise();
}

#[test]
fn dropbox_keeps_every_promise() {
    DROPBOX.keeps_every_promise();
}

#[test]
fn sshd_keeps_every_promise() {
    SSHD.keeps_every_promise();
}

#[test]
fn azurite_keeps_every_promise() {
    AZURITE.keeps_every_promise();
}

#[test]
fn rclone_webdav_keeps_every_promise() {
    RCLONE_WEBDAV.keeps_every_promise();
}

#[test]
fn the_table_in_the_documentation_is_true() {
    let columns = [
        &FOLDER,
        &S3S_FS,
        &RCLONE,
        &MOTO,
        &AZURITE,
        &GCS,
        &DRIVE,
        &DROPBOX,
        &RCLONE_WEBDAV,
        &SSHD,
    ]
    .map(|column| (column.name, column.outcomes()));
    let found = table::table(CASES, &columns);
    println!("{found}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/destinations.md");
    if std::env::var_os("ALBUMEN_BLESS").is_some() {
        assert!(
            !found.contains("not checked"),
            "only a whole table is written down:\n{found}"
        );
        table::renew(&path, &found);
    }
    let document = std::fs::read_to_string(&path).expect("read the document");
    if let Some(difference) = table::difference(&document, &found) {
        panic!("docs/destinations.md: {difference}\nALBUMEN_BLESS=1 renews it");
    }
}

/// The suite and its table are shown to see what is wrong.
mod the_suite {
    use super::home::Home;
    use super::table::{difference, failures, run, table};
    use super::*;

    static BROKEN: &[Case] = cases! {
        the_suite {
            broken,
            kept,
            far_away needs IsFar,
        }
    };

    async fn broken(home: &Home) {
        assert_eq!(home.outside.keys(), ["what nobody stored"]);
    }

    async fn kept(home: &Home) {
        assert_eq!(home.outside.keys(), [""; 0]);
    }

    async fn far_away(home: &Home) {
        unreachable!("{:?} is on this machine", home.outside.keys());
    }

    #[test]
    fn names_what_failed_and_does_not_pass_what_was_not_run() {
        let outcomes = run(sites::folder(), BROKEN);
        let said = failures("a folder", BROKEN, &outcomes);
        assert!(
            said.starts_with("the_suite::broken at a folder: ") && said.contains("nobody stored"),
            "{said}"
        );
        assert_eq!(
            outcomes[1..],
            [Outcome::Kept, Outcome::NotApplicable(Fact::IsFar)]
        );
        assert_eq!(
            run(None, BROKEN),
            [Outcome::NotChecked, Outcome::NotChecked, Outcome::NotChecked]
        );
    }

    #[test]
    fn sees_a_table_that_is_not_true() {
        let (kept, skipped) = (vec![Outcome::Kept; 3], vec![Outcome::NotChecked; 3]);
        let found = |first: &[Outcome]| table(BROKEN, &[("here", first), ("there", &kept)]);
        let document = format!("# Title\n<!-- table -->\n{}<!-- end -->\n", found(&kept));
        assert_eq!(difference(&document, &found(&kept)), None);
        assert_eq!(
            difference(&document, &found(&skipped)),
            None,
            "nothing to compare with"
        );
        let mut worse = kept.clone();
        worse[1] = Outcome::NotApplicable(Fact::KeepsNothing);
        let said = difference(&document, &found(&worse)).expect("a difference");
        assert!(
            said.contains("| the suite: kept | n/a (refuses empty objects) | yes |"),
            "{said}"
        );
        assert!(difference("# Title", &found(&kept)).is_some());
        let fewer = table(&BROKEN[1..], &[("here", &kept[1..]), ("there", &kept[1..])]);
        assert!(difference(&document, &fewer).is_some());
    }
}
