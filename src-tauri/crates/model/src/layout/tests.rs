use super::*;
use proptest::prelude::*;

const LIMITS: NameLimits = NameLimits {
    component: 200,
    key: 1024,
};

fn facts<'a>() -> Facts<'a> {
    Facts {
        date: Some(jiff::civil::datetime(2024, 5, 17, 10, 11, 12, 0)),
        camera: Some("Canon / EOS"),
        lens: Some("RF24-105mm"),
        place: Some("Lisbon"),
        album: None,
        name: b"IMG_1.JPG",
        folder: b"DCIM/100CANON",
        sha256: Some(Sha256([0xab; 32])),
        sequence: Some(7),
    }
}

fn key_of(template: &str, facts: &Facts<'_>) -> String {
    let named = Layout::parse(template)
        .expect(template)
        .name(facts, &[facts.name], None, &LIMITS);
    named.expect("fits").keys.remove(0)
}

fn keys_of(template: &str, facts: &Facts<'_>, names: &[&str], suffix: Option<&str>) -> Vec<String> {
    let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let layout = Layout::parse(template).expect(template);
    layout.name(facts, &names, suffix, &LIMITS).expect("fits").keys
}

#[test]
fn every_word_says_what_is_known() {
    for (template, key) in [
        (DEFAULT, "2024/2024-05/IMG_1.JPG"),
        ("{original folder}/{original name}", "DCIM/100CANON/IMG_1.JPG"),
        ("{camera}/{day} {original name}", "Canon _ EOS/17 IMG_1.JPG"),
        (
            "{lens}/{year}-{month}-{day} {hour}h {sequence}",
            "RF24-105mm/2024-05-17 10h 0007.JPG",
        ),
        (
            "{year}/{year}-{month} {place}/{original name}",
            "2024/2024-05 Lisbon/IMG_1.JPG",
        ),
        ("{sha8}", "abababab.JPG"),
        ("{original name} {camera}", "IMG_1 Canon _ EOS.JPG"),
        ("/ {year} //{original name}/", " 2024_/IMG_1.JPG"),
    ] {
        assert_eq!(key_of(template, &facts()), key, "{template}");
    }
    let late = Facts {
        sequence: Some(12_345),
        ..facts()
    };
    assert_eq!(key_of("{sequence}", &late), "12345.JPG", "nothing ends at 9999");
}

#[test]
fn what_a_photo_lacks_has_a_stand_in_or_leaves_no_trace() {
    let bare = Facts {
        name: b"x.jpg",
        ..Facts::default()
    };
    for (template, key) in [
        (DEFAULT, "undated/undated/x.jpg"),
        (
            "{camera}/{lens}/{place}/{album}/{original name}",
            "unknown camera/unknown lens/unknown place/no album/x.jpg",
        ),
        ("{original folder}/{original name}", "x.jpg"),
        (
            "{album|original folder|\"No album\"}/{original name}",
            "No album/x.jpg",
        ),
        ("{album|original folder}/{original name}", "x.jpg"),
        ("{lens|camera}/{original name}", "unknown camera/x.jpg"),
        ("{album|\"\"}/{original name}", "x.jpg"),
        ("{album|\"\"} - {place|\"\"}/{original name}", "x.jpg"),
        ("in {place|\"\"}/{original name}", "in/x.jpg"),
        ("{place|\"\"}, {camera}/{original name}", "unknown camera/x.jpg"),
        ("a {place|\"\"} b/{original name}", "a b/x.jpg"),
        ("{album| \"a/b}\" }/{original name}", "a_b}/x.jpg"),
        ("{year}-{month}-{day} {original name}", "undated x.jpg"),
    ] {
        assert_eq!(key_of(template, &bare), key, "{template}");
    }
    let blank = Facts {
        album: Some("  "),
        folder: b"Trip",
        ..bare
    };
    let template = "{album|original folder|\"No album\"}/{original name}";
    assert_eq!(key_of(template, &blank), "Trip/x.jpg");
    let filed = Facts {
        album: Some(" Summer / 2019 "),
        ..blank
    };
    assert_eq!(key_of(template, &filed), "Summer _ 2019/x.jpg");
}

#[test]
fn says_which_words_a_photo_has_nothing_for() {
    let missing = |template: &str| Layout::parse(template).expect(template).missing(&facts());
    assert_eq!(missing("{year}/{place}/{sequence}"), []);
    let one = |words: &[&'static str], instead: Result<&'static str, &str>| Missing {
        words: words.to_vec(),
        instead: instead.map_err(str::to_owned),
    };
    assert_eq!(
        missing("{year}/{album|original folder|\"None\"}/{album}/{album}/{sha8}"),
        [
            one(&["album"], Ok("original folder")),
            one(&["album"], Err("no album"))
        ]
    );
    let undated = Layout::parse(DEFAULT).expect("parses").missing(&Facts::default());
    assert_eq!(undated, [one(&["date"], Err("undated"))]);
}

#[test]
fn refuses_what_would_lose_names() {
    let refused = |template: &str| Layout::parse(template).expect_err(template);
    assert_eq!(refused("{year}"), LayoutError::NoName);
    assert_eq!(refused("{original name}/{year}"), LayoutError::NoName);
    assert_eq!(refused("{album|original name}"), LayoutError::NoName);
    assert_eq!(refused("{sequence}/{original name}"), LayoutError::NumberedFolder);
    assert_eq!(refused(""), LayoutError::Empty);
    assert_eq!(refused("//"), LayoutError::Empty);
    assert_eq!(refused("{year/{original name}"), LayoutError::Unclosed);
    assert_eq!(refused("{original name"), LayoutError::Unclosed);
    assert_eq!(refused("{album|\"none}/{original name}"), LayoutError::OpenQuote);
    assert_eq!(
        refused("{\"none\"|album}/{original name}"),
        LayoutError::TextNotLast
    );
    assert_eq!(
        refused("{album|\"none\"|place}/{original name}"),
        LayoutError::TextNotLast
    );
    assert_eq!(refused(&"a".repeat(1001)), LayoutError::TooLong);
    for bad in ["{}", "{nope}", "{album|}", "{album||place}", "{Year}"] {
        let template = format!("{bad}/{{original name}}");
        assert!(
            matches!(refused(&template), LayoutError::Unknown(..)),
            "{template}"
        );
    }
}

#[test]
fn files_of_one_asset_share_one_stem() {
    let names = [
        "IMG_1.JPG",
        "img_1.cr2",
        "IMG_1.JPG.xmp",
        "IMG_1.JPG.supplemental-met.json",
    ];
    assert_eq!(
        keys_of("{year}/{sequence}", &facts(), &names, None),
        [
            "2024/0007.JPG",
            "2024/0007.cr2",
            "2024/0007.JPG.xmp",
            "2024/0007.JPG.supplemental-met.json"
        ]
    );
    assert_eq!(
        keys_of("{year}/{original name}", &facts(), &names, None),
        [
            "2024/IMG_1.JPG",
            "2024/img_1.cr2",
            "2024/IMG_1.JPG.xmp",
            "2024/IMG_1.JPG.supplemental-met.json"
        ],
        "what can stay stays"
    );
    assert_eq!(
        keys_of("{year}/{original name}", &facts(), &names[..2], Some("12ab")),
        ["2024/IMG_1~12ab.JPG", "2024/IMG_1~12ab.cr2"]
    );
    let numbered = Facts {
        name: b"IMG_1(1).jpg",
        ..facts()
    };
    let names = ["IMG_1(1).jpg", "IMG_1.jpg(1).json", "IMG_1.jpg.suppl(1).json"];
    assert_eq!(
        keys_of("{sha8}", &numbered, &names, Some("2")),
        ["abababab~2.jpg", "abababab~2.jpg.json", "abababab~2.jpg.s.json"],
        "Takeout's numbers follow the photo's new name"
    );
    let twins = ["IMG_1.JPG", "IMG_1.CR2", "IMG_1.cr2"];
    let keys = keys_of("{original name}", &facts(), &twins, None);
    assert_eq!(
        keys,
        ["IMG_1.JPG", "IMG_1.CR2", "IMG_1~2.cr2"],
        "nothing is lost where case is folded"
    );
}

#[test]
fn what_comes_later_goes_beside_its_photo() {
    let made = beside(
        "2024/0007.JPG",
        b"IMG_1.JPG",
        b"IMG_1.JPG",
        &[b"IMG_1.MOV", b"IMG_1.JPG.xmp"],
        &LIMITS,
    );
    assert_eq!(made.expect("beside").keys, ["2024/0007.MOV", "2024/0007.JPG.xmp"]);
    let made = beside(
        "2024/0007.JPG",
        b"IMG_1.JPG",
        b"IMG_1.JPG",
        &[b"IMG_1.JPG"],
        &LIMITS,
    );
    assert_eq!(
        made.expect("beside").keys,
        ["2024/0007.JPG"],
        "what it had itself"
    );
    let made = beside("a/x~12.jpg.xmp", b"x.jpg.xmp", b"x.jpg", &[b"x.jpg"], &LIMITS);
    assert_eq!(made.expect("beside").keys, ["a/x~12.jpg"]);
    assert_eq!(
        beside(
            "a/other.json",
            b"x.jpg(1).json",
            b"x(1).jpg",
            &[b"x(1).jpg"],
            &LIMITS
        ),
        None
    );
}

#[test]
fn photos_are_counted_by_folder_and_date_of_the_name() {
    let scope = |template: &str, facts: &Facts<'_>| Layout::parse(template).expect(template).scope(facts);
    let other = Facts {
        camera: Some("Nikon"),
        album: Some("x"),
        name: b"b.jpg",
        ..facts()
    };
    let template = "{year}/{month}-{day} {camera} {sequence}";
    assert_eq!(scope(template, &facts()), scope(template, &other));
    let next_day = Facts {
        date: Some(jiff::civil::datetime(2024, 5, 18, 0, 0, 0, 0)),
        ..facts()
    };
    assert_ne!(scope(template, &facts()), scope(template, &next_day));
    let template = "{album}/{sequence}";
    assert_ne!(scope(template, &facts()), scope(template, &other));
}

#[test]
fn names_that_are_too_long_are_cut_where_it_hurts_least() {
    let album = "A very long album name, ".repeat(20);
    let long = Facts {
        album: Some(&album),
        ..facts()
    };
    let key = key_of("{year} {album} {sequence}", &long);
    assert!(
        key.starts_with("2024 A very long") && key.ends_with("0007.JPG"),
        "{key}"
    );
    assert_eq!(key.len(), LIMITS.component - 1, "{key}");

    let tight = NameLimits {
        component: 60,
        key: 120,
    };
    let layout = Layout::parse("{album}/{original folder}/{original name}").expect("parses");
    let deep = Facts {
        folder: b"some quite long folder/another quite long folder/and a third one",
        name: b"a photo with a name that goes on and on until nobody wants to read it any more.jpeg",
        ..long
    };
    let named = layout.name(&deep, &[deep.name], None, &tight).expect("fits");
    let key = &named.keys[0];
    assert!(
        named.is_shortened && key.len() <= 120 && key.ends_with(".jpeg"),
        "{key}"
    );
    assert!(
        key.split('/').all(|part| part.len() <= 60) && key.split('/').count() == 5,
        "{key}"
    );
    let other = Facts {
        folder: b"some quite long folder/another quite long folder/and a third two",
        ..deep.clone()
    };
    let beside = layout.name(&other, &[other.name], None, &tight).expect("fits");
    assert_ne!(beside.keys, named.keys, "folders that are cut stay apart");
    let none = NameLimits {
        component: 60,
        key: 40,
    };
    assert_eq!(layout.name(&deep, &[deep.name], None, &none), None);
}

#[test]
fn never_climbs_out_of_the_destination() {
    let facts = Facts {
        name: b"..",
        folder: b"../../etc",
        album: Some("../x"),
        ..facts()
    };
    assert_eq!(
        key_of("{original folder}/{original name}", &facts),
        "__/__/etc/__"
    );
    assert_eq!(key_of("{album}/../{sequence}", &facts), ".._x/__/0007_");
}

proptest! {
    #[test]
    fn any_template_and_any_photo_make_a_possible_key_within_the_limits(
        template in r#"([a-z ./"(-]{0,6}|\{(year|month|hour|camera|lens|place|album|original folder|sha8)(\|(album|place|day|"[a-z /}]*"))?\}){0,8}/?(\{original name\}|\{sequence\}|\{sha8\}) ?(\{album\})?"#,
        text in "\\PC{0,300}",
        name in proptest::collection::vec(any::<u8>(), 0..300),
        folder in "[a-zA-Zé/. ]{0,400}",
        tight in any::<bool>(),
        suffix in proptest::option::of("[0-9a-f]{8}"),
    ) {
        let Ok(layout) = Layout::parse(&template) else { return Ok(()); };
        let facts = Facts {
            camera: Some(&text), place: Some(&text), album: (!tight).then_some(&text),
            name: &name, folder: folder.as_bytes(), ..facts()
        };
        let limits = if tight { NameLimits { component: 143 - 55, key: 255 } } else { LIMITS };
        let xmp = [&name[..], b".xmp"].concat();
        let Some(named) = layout.name(&facts, &[&name, &xmp], suffix.as_deref(), &limits) else {
            // Only many folders can be too much.
            prop_assert!(folder.matches('/').count() + template.matches('/').count() > 6);
            return Ok(());
        };
        for key in &named.keys {
            prop_assert!(key::is_possible(key), "{key:?}");
            prop_assert!(key.len() <= limits.key, "{key:?}");
            prop_assert!(key.split('/').all(|part| part.len() <= limits.component), "{key:?}");
            prop_assert!(key.starts_with(&named.stem));
            prop_assert!(key.split('/').all(|part| key::component(part.as_bytes()) == part), "{key:?}");
        }
        prop_assert_ne!(key::fold(&named.keys[0]), key::fold(&named.keys[1]));
        let again = layout.name(&facts, &[&name, &xmp], suffix.as_deref(), &limits);
        prop_assert_eq!(again, Some(named));
    }
}
