//! Stage 5a, destination: tried out before it is chosen; its secret goes to the keychain or stays in this session.

use crate::api::{
    AppError, DestinationFacts, DestinationInfo, DestinationSpec, Secret, SecretPlace, VaultState, What,
};
use crate::engine::Engine;
use crate::sources::refuse_nested;
use crate::vault::VaultError;
use crate::{remedy, secrets};
use albumen_catalog::DestinationRow;
use albumen_files::clock::now_ms;
use albumen_migrate::rollback::{TRIAL, take_back_signs};
use albumen_model::DestinationId;
use albumen_store::{Destination, Flow, Known, Spec};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Engine {
    /// Writes, reads back and removes one small file there, and says how each went.
    pub fn test_destination(
        &self,
        spec: DestinationSpec,
        secret: Option<Secret>,
    ) -> Result<DestinationFacts, AppError> {
        let spec = spec.checked()?;
        self.refuse_nested_destination(&spec)?;
        let destination = self.connect(&spec, secret)?;
        let facts = self.inner.runtime.block_on(destination.probe());
        let next = facts
            .failure
            .as_ref()
            .and_then(|failed| remedy::of(&spec, failed));
        self.keep_speed(&spec.url(), facts.speed)?;
        Ok(DestinationFacts {
            ok: facts.ok(),
            checks: facts.checks,
            free_bytes: facts.free_bytes,
            next: next.map(str::to_owned),
        })
    }

    /// Makes `spec` the destination. The secret that is given, or that a sign-in left, is kept for the session; in the
    /// keychain or the open vault when `remember`. Where it cannot be remembered, nothing is chosen.
    pub fn choose_destination(
        &self,
        spec: DestinationSpec,
        secret: Option<Secret>,
        remember: bool,
    ) -> Result<DestinationInfo, AppError> {
        let (spec, words) = self.accept(spec, secret, remember)?;
        let url = spec.url();
        let id = self.inner.catalog.destination(&url, &words, now_ms())?;
        self.tell_changed(&[What::Destination, What::Plan, What::Verification]);
        Ok(self.info(id, url, spec))
    }

    /// What can be a destination, and as the catalog writes it; its secret is kept.
    pub(crate) fn accept(
        &self,
        spec: DestinationSpec,
        secret: Option<Secret>,
        remember: bool,
    ) -> Result<(DestinationSpec, String), AppError> {
        let spec = spec.checked()?;
        self.refuse_nested_destination(&spec)?;
        let name = spec.secret_name();
        if let Some(secret) = secret.map(Secret::trimmed) {
            self.inner.secrets.keep_for_session(&name, secret);
        }
        if remember && let Some(secret) = self.inner.secrets.of_session(&name) {
            self.inner.secrets.remember(&name, &secret)?;
        }
        let words = serde_json::to_string(&spec).map_err(|error| {
            AppError::new("failed", error.to_string(), "Nothing was changed.", "Try again.")
        })?;
        Ok((spec, words))
    }

    /// The chosen destination.
    pub fn destination(&self) -> Result<Option<DestinationInfo>, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(None);
        };
        self.info_of(row).map(Some)
    }

    pub(crate) fn info_of(&self, row: DestinationRow) -> Result<DestinationInfo, AppError> {
        let spec = spec_of(&row)?;
        Ok(self.info(row.id, row.url, spec))
    }

    fn info(&self, id: DestinationId, url: String, spec: Spec) -> DestinationInfo {
        let secret = if spec.needs_secret() {
            let found = self.inner.secrets.find(&spec);
            found.map_or(SecretPlace::Missing, |found| found.1)
        } else {
            SecretPlace::None
        };
        DestinationInfo {
            id: id.0,
            kind: spec.kind().to_owned(),
            label: spec.label(),
            url,
            secret,
            spec,
        }
    }

    /// The chosen destination, connected.
    pub(crate) fn connected(&self) -> Result<(DestinationId, Arc<Destination>), AppError> {
        let row = self.inner.catalog.chosen_destination()?.ok_or_else(|| {
            AppError::usage("No destination is chosen.", "Choose where the photos should go.")
        })?;
        self.connected_to(&row)
    }

    pub(crate) fn connected_to(
        &self,
        row: &DestinationRow,
    ) -> Result<(DestinationId, Arc<Destination>), AppError> {
        let spec = spec_of(row)?;
        self.refuse_nested_destination(&spec)?;
        let known = Known::parse(&self.inner.catalog.facts(row.id)?);
        Ok((row.id, Arc::new(self.connect(&spec, None)?.with_known(known))))
    }

    /// Tries out what the destination refuses, once: a few small files, which are removed again.
    pub(crate) fn learn(&self, id: DestinationId, destination: &Destination) -> Result<(), AppError> {
        let (runtime, catalog) = (&self.inner.runtime, &self.inner.catalog);
        if destination.folder().is_some() || !catalog.facts(id)?.is_empty() {
            return Ok(());
        }
        runtime.block_on(take_back_signs(catalog, destination, id, &Flow::free()))?;
        let trial = Destination::new_trial();
        catalog.set_marker(id, &trial, TRIAL, &[])?;
        if let Some(known) = runtime.block_on(destination.learn_by(&trial))? {
            tracing::info!(?known, "learnt of the destination");
            catalog.set_facts(id, &known.text())?;
        }
        catalog.forget_marker(id, &trial)?;
        Ok(())
    }

    fn connect(&self, spec: &Spec, given: Option<Secret>) -> Result<Destination, AppError> {
        let secret = given
            .map(Secret::trimmed)
            .or_else(|| self.inner.secrets.find(spec).map(|found| found.0));
        if secret.is_none() && spec.needs_secret() {
            return Err(self.unknown(spec));
        }
        // The transport wants a runtime around it from its first breath.
        let _inside = self.inner.runtime.enter();
        Ok(Destination::connect(spec, secret)?)
    }

    /// Nothing is known that opens `spec`, unless it is in the vault.
    pub(crate) fn unknown(&self, spec: &Spec) -> AppError {
        match self.inner.secrets.vault.state() {
            VaultState::Locked => VaultError::Locked.into(),
            _ => secrets::missing(spec),
        }
    }

    /// The folder of a folder destination, real path as far as it exists.
    pub(crate) fn destination_folder(&self) -> Result<Option<PathBuf>, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(None);
        };
        Ok(match spec_of(&row)? {
            Spec::Folder { path } => Some(real(Path::new(&path))),
            _ => None,
        })
    }

    fn refuse_nested_destination(&self, spec: &Spec) -> Result<(), AppError> {
        let Spec::Folder { path } = spec else {
            return Ok(());
        };
        let root = real(Path::new(path));
        if let Some(blocked) = root.ancestors().find(|at| at.exists()).filter(|at| !at.is_dir()) {
            return Err(AppError::usage(
                format!("`{}` is a file, not a folder.", blocked.display()),
                "Choose a folder.",
            ));
        }
        for (_, source) in self.source_paths()? {
            refuse_nested(&source, &root)?;
        }
        Ok(())
    }
}

pub(crate) fn spec_of(row: &DestinationRow) -> Result<Spec, AppError> {
    serde_json::from_str(&row.spec).map_err(|_| {
        AppError::new(
            "catalog_failed",
            "The destination in the catalog cannot be read.",
            "Nothing was changed.",
            "Choose it again.",
        )
    })
}

/// The part of a folder's path that exists: its disk is the folder's.
pub(crate) fn standing(path: &str) -> PathBuf {
    let path = Path::new(path);
    path.ancestors().find(|at| at.exists()).unwrap_or(path).to_owned()
}

/// Links resolved for the part that exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find(|at| at.exists()).unwrap_or(path);
    let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
    // Nothing is joined where nothing is left: a file with a slash behind it would not be there.
    there.canonicalize().map_or_else(
        |_| path.to_owned(),
        |full| full.components().chain(rest.components()).collect(),
    )
}
