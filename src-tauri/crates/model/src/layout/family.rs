//! Names of the files of one asset: they share one stem, and what follows it is such that the scanner ties them together
//! again (`media::pair`), whatever the template made of their names.

use super::fit::{Fitted, NameLimits, fit};
use super::part::Bit;
use crate::key;
use std::collections::HashSet;

/// Keys of the files of one asset, in the order they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub keys: Vec<String>,
    /// What the keys begin with; no other asset may have it that could be taken for a part of this one.
    pub stem: String,
    /// Something was cut for the destination.
    pub is_shortened: bool,
}

/// `primary` and `names` are file names as the source has them. The stem is `bits`.
pub(super) fn name(
    folders: Vec<String>,
    mut bits: Vec<Bit>,
    (primary, names): (&[u8], &[&[u8]]),
    suffix: Option<&str>,
    limits: &NameLimits,
) -> Option<Named> {
    let tails = Tails::of(primary, names);
    if tails.of_primary.is_empty() && names != [primary] {
        // A dot would be read as the beginning of an ending.
        bits.iter_mut()
            .for_each(|bit| bit.text = bit.text.replace('.', "_"));
    }
    let suffix = suffix.map_or_else(String::new, |suffix| format!("~{suffix}"));
    let Fitted {
        mut folders,
        stem,
        is_cut,
    } = fit(folders, bits, suffix.len() + tails.longest(), limits)?;
    folders.push(format!("{stem}{suffix}"));
    let stem = folders.join("/");
    Some(Named {
        keys: tails.after(&stem),
        stem,
        is_shortened: is_cut,
    })
}

/// The names as they are, behind `before`: where nothing has to change, nothing does.
pub(super) fn keep(
    folders: &[String],
    before: &str,
    (primary, names): (&[u8], &[&[u8]]),
    limits: &NameLimits,
) -> Option<Named> {
    let stem_of = |name: &str| key::split_extension(name).0.to_owned();
    let whole = key::clean(primary);
    let folder: String = folders.iter().map(|folder| format!("{folder}/")).collect();
    let fits = |name: &str| name.len() <= limits.component && folder.len() + name.len() <= limits.key;
    if (stem_of(&whole) == whole && names != [primary])
        || folders.iter().any(|folder| folder.len() > limits.component)
    {
        return None;
    }
    let mut keys = Vec::new();
    for name in names {
        let own = key::clean(name);
        // Takeout cuts a name by its letters: with others before them it would be cut elsewhere.
        let is_tied = before.is_empty() || own == whole || after(&own, &whole).is_some() || !is_json(&own);
        let full = format!("{before}{}", std::str::from_utf8(name).ok()?);
        // A name that was cut fits every photo that begins like it: there may be others where this one goes.
        let is_tied = is_tied && !is_cut(&own, &stem_of(&whole));
        if !is_tied || key::component(full.as_bytes()) != full || !fits(&full) {
            return None;
        }
        keys.push(format!("{folder}{full}"));
    }
    let folds: HashSet<String> = keys.iter().map(|key| key::fold(key)).collect();
    (folds.len() == keys.len()).then(|| Named {
        keys,
        stem: format!("{folder}{before}{}", stem_of(&whole)),
        is_shortened: false,
    })
}

/// Names beside a file of the same asset that has its `key` already: what came later goes to where the photo is.
pub fn beside(key: &str, of: &[u8], primary: &[u8], names: &[&[u8]], limits: &NameLimits) -> Option<Named> {
    let stem = stem_of(key, of, primary)?;
    let other = Some(of).filter(|of| !names.contains(of));
    let all: Vec<&[u8]> = other.into_iter().chain(names.iter().copied()).collect();
    let mut tails = Tails::of(primary, &all);
    tails.of_each.drain(..all.len() - names.len());
    let keys = tails.after(stem);
    let fits = |key: &String| {
        let name = key.rsplit('/').next().unwrap_or_default();
        key.len() <= limits.key && name.len() <= key::MAX_COMPONENT + 55
    };
    keys.iter().all(fits).then(|| Named {
        keys,
        stem: stem.to_owned(),
        is_shortened: false,
    })
}

/// What the keys of an asset begin with, seen from one of them.
pub fn stem_of<'a>(key: &'a str, of: &[u8], primary: &[u8]) -> Option<&'a str> {
    let tail = Tails::of(primary, &[of]).of_each.pop()?;
    // A rename may have changed the case of an ending after it was placed.
    let (stem, end) = key.split_at_checked(key.len().checked_sub(tail.len())?)?;
    (end.eq_ignore_ascii_case(&tail) && !stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}

/// What stands behind the common stem.
struct Tails {
    of_primary: String,
    of_each: Vec<String>,
}

impl Tails {
    fn of(primary: &[u8], names: &[&[u8]]) -> Self {
        let whole = key::clean(primary);
        let (_, ending) = key::split_extension(&whole);
        let mut given = HashSet::new();
        let of_each = names.iter().map(|name| {
            let own = key::clean(name);
            let tail = if own == whole {
                ending.to_owned()
            } else if let Some(more) = after(&own, &whole) {
                format!("{ending}{more}")
            } else if is_json(&own) {
                format!("{ending}.json")
            } else {
                key::split_extension(&own).1.to_owned()
            };
            let tail = safe(&tail);
            if given.insert(key::fold(&tail)) {
                return tail;
            }
            // Takeout cuts the end of its names anywhere, so that these are its names too.
            let cuts = ["s", "su", "sup", "supp"]
                .iter()
                .filter(|_| is_json(&own))
                .map(|cut| format!("{ending}.{cut}.json"));
            let numbers = (2..).map(|number| format!("~{number}{tail}"));
            let free = cuts.chain(numbers).find(|tail| given.insert(key::fold(tail)));
            free.unwrap_or(tail)
        });
        Self {
            of_each: of_each.collect(),
            of_primary: safe(ending),
        }
    }

    fn longest(&self) -> usize {
        let all = self.of_each.iter().chain([&self.of_primary]);
        all.map(String::len).max().unwrap_or(0)
    }

    fn after(&self, stem: &str) -> Vec<String> {
        self.of_each.iter().map(|tail| format!("{stem}{tail}")).collect()
    }
}

fn safe(tail: &str) -> String {
    match tail {
        "" => String::new(),
        _ => key::component(tail.as_bytes()),
    }
}

/// A JSON whose name holds the beginning of the photo's alone.
fn is_cut(own: &str, stem: &str) -> bool {
    let (base, _) = key::split_extension(own);
    let unnumbered = base
        .strip_suffix(')')
        .and_then(|numbered| numbered.rsplit_once('('))
        .map_or(base, |(before, _)| before);
    let begins = |base: &str| base.len() < stem.len() && key::fold(stem).starts_with(&key::fold(base));
    is_json(own) && (begins(base) || begins(unnumbered))
}

fn is_json(name: &str) -> bool {
    key::split_extension(name).1.eq_ignore_ascii_case(".json")
}

/// What follows `whole` in `name`, in whatever case.
fn after<'a>(name: &'a str, whole: &str) -> Option<&'a str> {
    let whole = whole.to_lowercase();
    let dots = name.match_indices('.').map(|(at, _)| at);
    dots.rev()
        .find(|&at| name[..at].to_lowercase() == whole)
        .map(|at| &name[at..])
}
