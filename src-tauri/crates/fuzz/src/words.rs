//! Targets for words: names of files and what becomes of them, what catalog and destination keep, answers of
//! providers.

use crate::Target;
use albumen_model::key::{self, MARKER_FOLDER, MAX_COMPONENT};
use albumen_model::layout::{DEFAULT, Facts, Layout};
use albumen_model::path::display_bytes;
use albumen_model::{Capture, NameLimits, RelPath, Sha256};
use albumen_store::{Spec, foreign, marker};

pub static TARGETS: &[Target] = &[
    Target {
        name: "names",
        run: names,
    },
    Target {
        name: "marker",
        run: markers,
    },
    Target {
        name: "checkpoint",
        run: checkpoint,
    },
    Target {
        name: "answers",
        run: foreign::answers,
    },
    Target {
        name: "packets",
        run: |bytes| {
            foreign::packets(bytes);
            foreign::returns(bytes);
        },
    },
];

/// Name, folder and template, each behind a zero byte: every key has to be one that every disk takes.
fn names(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |&byte| byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (name, folder, template) = (part(), part(), part());
    let made = key::component(name);
    is_safe(&made);
    assert_eq!(
        key::component(made.as_bytes()),
        made,
        "a safe name is left as it is"
    );
    assert_eq!(key::fold(&key::fold(&made)), key::fold(&made), "folded twice");
    let text = String::from_utf8_lossy(name);
    let date = Capture::parse_name(&text).or_else(|| Capture::parse_exif(&text));
    Capture::parse_offset(&text);
    Capture::clock_ms(&text);
    let path = RelPath([folder, b"/", name].concat());
    path.display();
    display_bytes(path.folder());
    let template = String::from_utf8_lossy(template);
    let facts = Facts {
        date,
        camera: Some(&text),
        lens: None,
        place: Some(&text),
        album: Some(&text),
        name,
        folder,
        sha256: Some(Sha256([7; 32])),
        sequence: Some(12_345),
    };
    let companion = [name, b".xmp"].concat();
    for template in [
        &*template,
        DEFAULT,
        "{original folder}/{camera}/{day}-{original name}",
        "{album|\"none\"}/{place} {sequence}",
    ] {
        if let Ok(layout) = Layout::parse(template) {
            let limits = NameLimits::default();
            let named = layout.name(&facts, &[name, &companion], None, &limits);
            // Only so many folders that they alone are too long have no name.
            for key in named.map(|named| named.keys).unwrap_or_default() {
                key.split('/').for_each(is_safe);
                assert!(key.len() <= limits.key, "{key:?}");
            }
        }
    }
}

fn is_safe(component: &str) {
    assert!(
        !component.is_empty() && component.len() <= MAX_COMPONENT,
        "{component:?}"
    );
    assert!(component != "." && component != ".." && component != MARKER_FOLDER);
    let bad = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    assert!(!component.contains(bad), "{component:?}");
    assert!(!component.ends_with(['.', ' ']), "{component:?}");
}

/// What is read of a marker has to be what is written of it.
fn markers(bytes: &[u8]) {
    let Some(entries) = marker::read(bytes) else {
        return;
    };
    let (key, again) = marker::write(&entries).expect("what was read can be written");
    assert_eq!(marker::read(&again).as_ref(), Some(&entries), "{key}");
}

/// A session's words, a destination's address and form.
fn checkpoint(bytes: &[u8]) {
    let Ok(words) = std::str::from_utf8(bytes) else {
        return;
    };
    foreign::checkpoint(words);
    let parsed = Spec::parse(words).or_else(|_| {
        serde_json::from_str::<Spec>(words)
            .map_err(drop)
            .and_then(|spec| spec.checked().map_err(drop))
    });
    if let Ok(spec) = parsed {
        // What names a destination in the catalog has to be the same place tomorrow.
        assert_eq!(Spec::parse(&spec.url()).as_ref(), Ok(&spec), "{}", spec.url());
    }
}
