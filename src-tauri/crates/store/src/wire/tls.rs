//! Whom a connection trusts: the certificates of the system, read once for the process: some hundred files, which each account
//! would read anew. One that is installed later is trusted after a restart.

use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::{Arc, OnceLock};

pub(super) fn config() -> Result<ClientConfig, rustls::Error> {
    static READ: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(config) = READ.get() {
        return Ok(config.clone());
    }
    // Two crates in the tree could bring a provider; ours is named.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(READ.get_or_init(|| config).clone())
}
