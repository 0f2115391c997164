//! What a decision holds for, until when, and how it is taken back.

use super::*;
use crate::samples::photo;
use crate::{GroupFilter, GroupSort, NewGroup, NewMember};
use albumen_model::{GroupKind, GroupStatus, Relation, SourceId};

struct Fixture {
    _dir: tempfile::TempDir,
    catalog: Catalog,
    source: SourceId,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("temp dir");
    let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
    let source = catalog.add_source(b"/photos", 1).expect("source");
    Fixture {
        _dir: dir,
        catalog,
        source,
    }
}

impl Fixture {
    /// A file with one asset of its own; `content` stands for its bytes.
    fn add(&self, name: &str, content: u8) -> AssetId {
        let id = photo(&self.catalog, self.source, name, content);
        AssetId(id.0)
    }

    fn group(&self, members: &[AssetId]) -> GroupId {
        let members = members.iter().enumerate().map(|(place, asset)| NewMember {
            asset: *asset,
            sha256: self.sha256(*asset),
            distance: 0,
            relation: if place == 0 {
                Relation::Keeper
            } else {
                Relation::Identical
            },
            turn: 1,
            keep: place == 0,
        });
        let new = NewGroup {
            kind: GroupKind::Exact,
            rule: None,
            reason: "first",
            sure: true,
            reclaim: 10,
            reclaim_assets: 1,
            members: members.collect(),
        };
        self.catalog.replace_groups(&[new]).expect("groups");
        self.page().rows[0].id
    }

    fn sha256(&self, asset: AssetId) -> Sha256 {
        let file = self.catalog.file(albumen_model::FileId(asset.0)).expect("file");
        file.sha256.expect("read")
    }

    fn page(&self) -> crate::GroupsPage {
        let all = GroupFilter::default();
        self.catalog
            .groups(&all, GroupSort::Size, false, 0, 10)
            .expect("groups")
    }

    fn status(&self) -> GroupStatus {
        self.page().rows[0].status
    }
}

#[test]
fn a_decision_survives_regrouping_until_a_new_member_arrives() {
    let fixture = fixture();
    let (a, b) = (fixture.add("a.jpg", 1), fixture.add("b.jpg", 1));
    let group = fixture.group(&[a, b]);
    fixture
        .catalog
        .decide(DecisionKind::Keep, &[(group, vec![a])], "Keep 1", 1)
        .expect("decide");
    assert_eq!(fixture.status(), GroupStatus::Decided);
    assert_eq!(fixture.catalog.set_aside().expect("aside"), [(b, a)]);
    fixture.group(&[a, b]);
    assert_eq!(fixture.status(), GroupStatus::Decided);
    let c = fixture.add("c.jpg", 1);
    fixture.group(&[a, b, c]);
    assert_eq!(fixture.status(), GroupStatus::Open);
    assert!(fixture.catalog.set_aside().expect("aside").is_empty());
}

#[test]
fn a_group_that_stays_the_same_keeps_its_number_and_pages_filter() {
    let fixture = fixture();
    let (a, b, c) = (
        fixture.add("x/a.jpg", 1),
        fixture.add("y/b.jpg", 1),
        fixture.add("y/c.jpg", 1),
    );
    let group = fixture.group(&[a, b]);
    assert_eq!(fixture.group(&[a, b]), group);
    assert_ne!(fixture.group(&[a, b, c]), group);
    let found = |filter: GroupFilter| {
        fixture
            .catalog
            .groups(&filter, GroupSort::Date, true, 0, 10)
            .expect("groups")
            .total
    };
    let search = |text: &str| GroupFilter {
        search: text.to_owned(),
        ..GroupFilter::default()
    };
    assert_eq!(
        (found(search("Y/C")), found(search("_")), found(search("nowhere"))),
        (1, 0, 0)
    );
    let pairs = fixture.catalog.folder_pairs().expect("pairs");
    assert_eq!((pairs.len(), pairs[0].copies), (1, 2), "two in y are also in x");
    let both = GroupFilter {
        folders: vec![pairs[0].a.id, pairs[0].b.id],
        ..GroupFilter::default()
    };
    assert_eq!(found(both), 1);
    assert_eq!(
        found(GroupFilter {
            relation: Some(Relation::Crop),
            ..GroupFilter::default()
        }),
        0
    );
    fixture
        .catalog
        .mark_folder(pairs[0].a.id, Some(albumen_model::FolderMark::Dump), 1)
        .expect("mark");
    let marked: Vec<_> = fixture.page().rows[0]
        .members
        .iter()
        .map(|m| m.mark.is_some())
        .collect();
    assert_eq!(marked, [false, true, true]);
}

#[test]
fn any_step_can_be_gone_back_to() {
    let fixture = fixture();
    let (a, b) = (fixture.add("a.jpg", 1), fixture.add("b.jpg", 1));
    let group = fixture.group(&[a, b]);
    let decide = |kind, keep: &[AssetId], label: &str| {
        fixture
            .catalog
            .decide(kind, &[(group, keep.to_vec())], label, 1)
            .expect("decide");
    };
    decide(DecisionKind::Later, &[], "Later");
    decide(DecisionKind::NotDuplicates, &[], "Not");
    decide(DecisionKind::Keep, &[a], "Keep");
    let steps = fixture.catalog.decision_steps().expect("steps");
    assert_eq!(
        steps.iter().map(|step| step.label.as_str()).collect::<Vec<_>>(),
        ["Keep", "Not", "Later"]
    );
    fixture.catalog.go_to_step(steps[2].id).expect("go");
    assert_eq!(fixture.status(), GroupStatus::Later);
    fixture.catalog.go_to_step(steps[0].id).expect("go");
    assert_eq!(fixture.status(), GroupStatus::Decided);
    fixture.catalog.go_to_step(0).expect("go");
    assert_eq!(fixture.status(), GroupStatus::Open);
    assert!(
        fixture
            .catalog
            .decision_steps()
            .expect("steps")
            .iter()
            .all(|step| step.undone)
    );
}

#[test]
fn a_changed_file_voids_the_decision_about_it() {
    let fixture = fixture();
    let (a, b) = (fixture.add("a.jpg", 1), fixture.add("b.jpg", 1));
    let group = fixture.group(&[a, b]);
    fixture
        .catalog
        .decide(DecisionKind::Keep, &[(group, vec![a])], "Keep 1", 1)
        .expect("decide");
    assert_eq!(fixture.add("b.jpg", 2), b);
    fixture.group(&[a, b]);
    assert_eq!(fixture.status(), GroupStatus::Open);
}

#[test]
fn a_decision_whose_kept_members_left_sets_nothing_aside() {
    let fixture = fixture();
    let (a, b, c) = (
        fixture.add("a.jpg", 1),
        fixture.add("b.jpg", 1),
        fixture.add("c.jpg", 1),
    );
    let group = fixture.group(&[a, b, c]);
    fixture
        .catalog
        .decide(DecisionKind::Keep, &[(group, vec![a])], "Keep 1", 1)
        .expect("decide");
    fixture.group(&[b, c]);
    assert_eq!(fixture.status(), GroupStatus::Open);
    assert!(fixture.catalog.set_aside().expect("aside").is_empty());
}

#[test]
fn nobody_can_set_the_last_copy_aside() {
    let fixture = fixture();
    let (a, b) = (fixture.add("a.jpg", 1), fixture.add("b.jpg", 1));
    let group = fixture.group(&[a, b]);
    assert!(
        fixture
            .catalog
            .decide(DecisionKind::Keep, &[(group, vec![])], "Keep 0", 1)
            .is_err()
    );
    assert_eq!(fixture.status(), GroupStatus::Open);
}

#[test]
fn undo_and_redo_at_any_depth_over_a_restart() {
    let fixture = fixture();
    let (a, b) = (fixture.add("a.jpg", 1), fixture.add("b.jpg", 1));
    let group = fixture.group(&[a, b]);
    fixture
        .catalog
        .decide(DecisionKind::Later, &[(group, vec![])], "Later", 1)
        .expect("later");
    fixture
        .catalog
        .decide(DecisionKind::NotDuplicates, &[(group, vec![])], "Not", 2)
        .expect("not");
    fixture
        .catalog
        .decide(DecisionKind::Keep, &[(group, vec![b])], "Keep", 3)
        .expect("keep");
    let Fixture {
        _dir,
        catalog,
        source,
    } = fixture;
    let path = catalog.path().to_owned();
    drop(catalog);
    let fixture = Fixture {
        _dir,
        catalog: Catalog::open(&path).expect("reopen"),
        source,
    };
    assert_eq!(fixture.catalog.undo().expect("undo").as_deref(), Some("Keep"));
    assert_eq!(fixture.status(), GroupStatus::NotDuplicates);
    assert_eq!(fixture.catalog.undo().expect("undo").as_deref(), Some("Not"));
    assert_eq!(fixture.status(), GroupStatus::Later);
    assert_eq!(fixture.catalog.undo().expect("undo").as_deref(), Some("Later"));
    assert_eq!(fixture.status(), GroupStatus::Open);
    assert_eq!(fixture.catalog.undo().expect("undo"), None);
    assert_eq!(fixture.catalog.redo().expect("redo").as_deref(), Some("Later"));
    assert_eq!(fixture.catalog.redo().expect("redo").as_deref(), Some("Not"));
    assert_eq!(fixture.status(), GroupStatus::NotDuplicates);
    fixture
        .catalog
        .decide(DecisionKind::Later, &[(group, vec![])], "New", 4)
        .expect("new");
    assert_eq!(
        fixture.catalog.redo().expect("redo"),
        None,
        "a new step ends the redo line"
    );
}
