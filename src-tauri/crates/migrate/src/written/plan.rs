//! Which photos get an XMP file, under which key, and what is in it. Made when every photo has its key, so that none gives way
//! to an XMP file.

use super::Becomes;
use super::facts::{Fact, union};
use super::packet::packet;
use crate::listing::size_there;
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, LandedWriting, NewWriting, PlannedPhoto, SaidRow};
use albumen_files::digest_of;
use albumen_model::{AssetId, DestinationId, Kind, NameLimits, Sha256, key};
use albumen_store::{Destination, ErrorKind, Flow};
use std::collections::HashMap;
use std::sync::Arc;

const PAGE: u64 = 500;

/// Writes down what becomes of each photo of the plan. `aside` are assets that are left out, with those that stay.
pub(crate) async fn plan(
    catalog: &Arc<Catalog>,
    destination: &Destination,
    id: DestinationId,
    plan: i64,
    aside: &HashMap<AssetId, AssetId>,
    control: &Arc<Control>,
) -> Result<()> {
    let mut dropped: HashMap<AssetId, Vec<AssetId>> = HashMap::new();
    for (&asset, &keeper) in aside {
        dropped.entry(keeper).or_default().push(asset);
    }
    dropped.values_mut().for_each(|assets| assets.sort());
    let planner = Planner {
        catalog,
        destination,
        id,
        plan,
        dropped,
        limits: destination.name_limits(),
        flow: control.flow(),
    };
    control.begin_open("Putting together what is known");
    let mut after = 0;
    loop {
        let page = catalog.planned_photos(plan, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.step;
        let mut writings = Vec::new();
        for photo in page {
            if !control.go_on().await {
                return Err(Error::Stopped);
            }
            control.file_done();
            writings.extend(planner.photo(photo).await?);
        }
        catalog.put_writings(plan, &writings)?;
    }
}

struct Planner<'a> {
    catalog: &'a Catalog,
    destination: &'a Destination,
    id: DestinationId,
    plan: i64,
    /// By the asset that stays.
    dropped: HashMap<AssetId, Vec<AssetId>>,
    limits: NameLimits,
    flow: Flow,
}

impl Planner<'_> {
    async fn photo(&self, photo: PlannedPhoto) -> Result<Option<NewWriting>> {
        let own = self.catalog.said_of(photo.asset)?;
        let Some(first) = own.first() else { return Ok(None) };
        if !(first.kind.is_still() || first.kind == Kind::Video) {
            return Ok(None);
        }
        let mut others: Vec<SaidRow> = Vec::new();
        for asset in self.dropped.get(&photo.asset).into_iter().flatten() {
            others.extend(self.catalog.said_of(*asset)?);
        }
        let facts = union(&own, &others);
        let xmp: Vec<&SaidRow> = own.iter().filter(|row| is_xmp(row)).collect();
        let is_told = |fact: &Fact| fact.in_photo || xmp.iter().any(|own| own.display == fact.from);
        let lacks = !facts.iter().all(is_told);
        let (becomes, why) = match (xmp.is_empty(), lacks) {
            (true, false) => return Ok(None),
            (false, false) => (
                Becomes::Own,
                "It has an XMP file of its own, which is copied as it is.",
            ),
            (false, true) => (
                Becomes::OwnLacks,
                "It has an XMP file of its own, which is copied as it is, although more is known.",
            ),
            (true, true) => self.standing(&photo, digest_of(&packet(&facts))).await?,
        };
        let words = serde_json::to_string(&facts).map_err(|error| Error::Other(error.to_string()))?;
        let key = key_beside(&photo.key);
        Ok(Some(NewWriting {
            file: first.file,
            fold: (becomes == Becomes::Write).then(|| key::fold(&key)),
            beside: photo.key,
            key,
            becomes: becomes.as_str(),
            facts: words,
            why: why.to_owned(),
        }))
    }

    /// What stands where the XMP file would go. `sha256` is of what it would hold.
    async fn standing(&self, photo: &PlannedPhoto, sha256: Sha256) -> Result<(Becomes, &'static str)> {
        const THERE: (Becomes, &str) = (Becomes::There, "An earlier run wrote it.");
        const OUTDATED: (Becomes, &str) = (
            Becomes::Outdated,
            "An earlier run wrote one, which stays as it is: it would say other things today.",
        );
        const TAKEN: (Becomes, &str) = (
            Becomes::Taken,
            "Something else has the name that its XMP file would have.",
        );
        let key = key_beside(&photo.key);
        if let Some(row) = self.catalog.written_under(self.id, &key)? {
            let there = size_there(self.catalog, self.destination, self.id, &key, &self.flow).await?;
            let is_ours = match there {
                // It was removed: as for a photo, it is written again.
                None => false,
                // A run ended before it could say that it is there, or a marker told of it: the bytes decide.
                Some(_) if row.version.is_empty() => match self.version_of(&key, &row.sha256).await? {
                    Some(version) => {
                        let landed = LandedWriting {
                            writing: None,
                            key: key.clone(),
                            version,
                            made_dirs: Vec::new(),
                        };
                        self.catalog.put_written(self.id, &[landed])?;
                        true
                    }
                    None => {
                        self.catalog.forget_written(self.id, std::slice::from_ref(&key))?;
                        return Ok(TAKEN);
                    }
                },
                Some(_) => true,
            };
            if is_ours {
                return Ok(if row.sha256 == sha256 { THERE } else { OUTDATED });
            }
        }
        let name = key.rsplit('/').next().unwrap_or_default();
        if name.len() > self.limits.component || key.len() > self.limits.key {
            return Ok((
                Becomes::Taken,
                "The name of its XMP file would be too long for the destination.",
            ));
        }
        let is_free = !self.catalog.listed_fold(self.id, &key)?
            && !self.catalog.is_planned_key(self.plan, &key::fold(&key))?;
        Ok(if is_free { (Becomes::Write, "") } else { TAKEN })
    }

    /// The version of what has these bytes.
    async fn version_of(&self, key: &str, sha256: &Sha256) -> Result<Option<String>> {
        match self.destination.digest(key, &self.flow).await {
            Ok((there, _, version)) => Ok((there == *sha256).then_some(version)),
            Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => Err(failed.into()),
            Err(_) => Ok(None),
        }
    }
}

/// digiKam, darktable and immich look for `a.jpg.xmp`; of `a.xmp` nobody knows whether it is of `a.jpg` or of `a.raw`.
fn key_beside(photo: &str) -> String {
    format!("{photo}.xmp")
}

fn is_xmp(row: &SaidRow) -> bool {
    let end = row.display.len().saturating_sub(4);
    row.kind == Kind::Sidecar
        && row
            .display
            .get(end..)
            .is_some_and(|end| end.eq_ignore_ascii_case(".xmp"))
}
