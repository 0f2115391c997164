//! Stage 5b, homes: where a library lives. The chosen destination, and, where the person named one, a second home that gets
//! everything along with it.
//!
//! Invariants: what is still to come to a home is never kept anywhere, it is what the catalog does not know to be placed there.
//! While there are two homes, an original goes only when both have proven that they have it.

use crate::api::{AppError, DestinationSpec, Home, Secret, What, stamp};
use crate::destination::{real, spec_of};
use crate::engine::{Engine, held};
use albumen_catalog::{DestinationRow, LeftOut, Standing};
use albumen_files::clock::now_ms;
use albumen_model::DestinationId;
use albumen_store::Spec;
use std::path::Path;

/// Two ids, in the order in which they were named.
const PAIR: &str = "homes";

impl Engine {
    /// Makes `spec` the second home, beside the chosen destination. Nothing is sent by that.
    pub fn name_second_home(
        &self,
        spec: DestinationSpec,
        secret: Option<Secret>,
        remember: bool,
    ) -> Result<Vec<Home>, AppError> {
        let first = self.chosen_row()?;
        refuse_same_home(&spec_of(&first)?, &spec.clone().checked()?)?;
        let (spec, words) = self.accept(spec, secret, remember)?;
        let catalog = &self.inner.catalog;
        let second = catalog.other_destination(&spec.url(), &words, now_ms())?;
        self.store(PAIR, &Some((first.id.0, second.0)))?;
        catalog.journal(now_ms(), "second home named", &spec.url())?;
        self.tell_changed(&[What::Destination]);
        self.homes()
    }

    /// From now on there is one home. Nothing is removed at the other.
    pub fn forget_second_home(&self) -> Result<Vec<Home>, AppError> {
        if self.pair()?.is_some() {
            self.store(PAIR, &Option::<(i64, i64)>::None)?;
            self.inner.catalog.journal(now_ms(), "second home let go", "")?;
            self.tell_changed(&[What::Destination]);
        }
        self.homes()
    }

    /// The homes of the library, the chosen one first, and how far each is.
    pub fn homes(&self) -> Result<Vec<Home>, AppError> {
        let rows = self.home_rows()?;
        rows.iter().map(|row| self.home(row, &rows)).collect()
    }

    fn home(&self, row: &DestinationRow, among: &[DestinationRow]) -> Result<Home, AppError> {
        let standing = self.standing(row, among)?;
        Ok(Home {
            wanted: standing.wanted,
            there: standing.there,
            proven: standing.proven,
            behind: standing.behind(),
            behind_since: self.behind_since(row.id)?.map(stamp),
            trouble: held(&self.inner.troubles).get(&row.id.0).cloned(),
            destination: self.info_of(row.clone())?,
        })
    }

    pub(crate) fn standing(
        &self,
        row: &DestinationRow,
        among: &[DestinationRow],
    ) -> Result<Standing, AppError> {
        let ids: Vec<DestinationId> = among.iter().map(|row| row.id).collect();
        Ok(self.inner.catalog.standing(row.id, &ids, LeftOut::AsPlanned)?)
    }

    /// The chosen destination, and its other home if it is one of two.
    pub(crate) fn home_rows(&self) -> Result<Vec<DestinationRow>, AppError> {
        let Some(chosen) = self.inner.catalog.chosen_destination()? else {
            return Ok(Vec::new());
        };
        let other = match self.pair()? {
            Some((first, second)) if first == chosen.id.0 => Some(second),
            Some((first, second)) if second == chosen.id.0 => Some(first),
            _ => None,
        };
        let row = |id| self.inner.catalog.destination_row(DestinationId(id));
        let other = other.map(row).transpose()?;
        Ok([chosen].into_iter().chain(other).collect())
    }

    /// All that must have proven a photo before its original goes: the chosen destination and both homes, also where another
    /// destination is the chosen one for a while.
    pub(crate) fn proving_homes(&self) -> Result<Vec<DestinationRow>, AppError> {
        let Some(chosen) = self.inner.catalog.chosen_destination()? else {
            return Ok(Vec::new());
        };
        let mut all = vec![chosen];
        for id in self.pair()?.into_iter().flat_map(|(one, other)| [one, other]) {
            if all.iter().all(|row| row.id.0 != id) {
                all.push(self.inner.catalog.destination_row(DestinationId(id))?);
            }
        }
        Ok(all)
    }

    pub(crate) fn labels_of(&self, rows: &[DestinationRow]) -> Result<String, AppError> {
        let labels: Result<Vec<String>, AppError> =
            rows.iter().map(|row| Ok(spec_of(row)?.label())).collect();
        Ok(labels?.join(" and "))
    }

    /// What was rolled back is no home any more.
    pub(crate) fn is_no_home(&self, id: DestinationId) -> Result<(), AppError> {
        self.forget_behind(id)?;
        match self.pair()? {
            Some((one, other)) if [one, other].contains(&id.0) => self.forget_second_home().map(drop),
            _ => Ok(()),
        }
    }

    fn pair(&self) -> Result<Option<(i64, i64)>, AppError> {
        Ok(self.stored::<Option<(i64, i64)>>(PAIR)?.flatten())
    }

    /// Notes since when each home lacks something; a home that lacks nothing has no such time.
    pub(crate) fn note_standing(&self) -> Result<(), AppError> {
        let rows = self.home_rows()?;
        for row in &rows {
            let lacks = self.standing(row, &rows)?.behind().files > 0;
            match self.behind_since(row.id)? {
                None if lacks => self.store(&behind_key(row.id), &Some(now_ms()))?,
                Some(_) if !lacks => self.forget_behind(row.id)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) fn behind_since(&self, id: DestinationId) -> Result<Option<i64>, AppError> {
        Ok(self.stored::<Option<i64>>(&behind_key(id))?.flatten())
    }

    fn forget_behind(&self, id: DestinationId) -> Result<(), AppError> {
        match self.behind_since(id)? {
            Some(_) => self.store(&behind_key(id), &Option::<i64>::None),
            None => Ok(()),
        }
    }

    /// How the last try to reach a home went.
    pub(crate) fn note_trouble(&self, id: DestinationId, trouble: Option<&AppError>) {
        let mut troubles = held(&self.inner.troubles);
        match trouble {
            Some(error) => troubles.insert(id.0, error.clone()),
            None => troubles.remove(&id.0),
        };
    }
}

fn behind_key(id: DestinationId) -> String {
    format!("behind_since:{}", id.0)
}

/// One place, or one within the other, is one home.
fn refuse_same_home(one: &Spec, other: &Spec) -> Result<(), AppError> {
    let is_same = match (one, other) {
        (Spec::Folder { path: one }, Spec::Folder { path: other }) => {
            let (one, other) = (real(Path::new(one)), real(Path::new(other)));
            one.starts_with(&other) || other.starts_with(&one)
        }
        _ => {
            let (one, other) = (one.url(), other.url());
            lies_in(&one, &other) || lies_in(&other, &one)
        }
    };
    if !is_same {
        return Ok(());
    }
    Err(AppError::new(
        "same_home",
        "That is the first home, or lies within it.",
        "Nothing was changed.",
        "Choose another place for the second home: another disk, server or bucket.",
    ))
}

fn lies_in(inner: &str, outer: &str) -> bool {
    let parts = |url: &str| {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        (format!("{}/", place.trim_end_matches('/')), query.to_owned())
    };
    let ((inner, how), (outer, other)) = (parts(inner), parts(outer));
    how == other && inner.starts_with(&outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_one_home() {
        let spec = |url: &str| Spec::parse(url).expect("a destination");
        let same = |one: &str, other: &str| refuse_same_home(&spec(one), &spec(other)).is_err();
        let at = "?endpoint=http://127.0.0.1:1&region=x";
        assert!(same("file:///a/b", "file:///a/b/c") && same("file:///a/b/c", "file:///a/b"));
        assert!(!same("file:///a/b", "file:///a/bc"));
        assert!(same(&format!("s3://one/p{at}"), &format!("s3://one/p/q{at}")));
        assert!(!same(&format!("s3://one/p{at}"), &format!("s3://one/pq{at}")));
        assert!(!same(&format!("s3://one/p{at}"), &format!("s3://other/p{at}")));
        assert!(!same("file:///a", &format!("s3://one/a{at}")));
    }
}
