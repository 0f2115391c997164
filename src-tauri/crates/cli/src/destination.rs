//! DEST of a command: opened with what is needed for it, and chosen.

use crate::secrets;
use albumen_engine::Engine;
use albumen_engine::api::{AppError, DestinationSpec};

pub fn choose(engine: &Engine, dest: &str) -> Result<(), AppError> {
    let spec = DestinationSpec::parse(dest)?;
    secrets::unlock(engine, &spec)?;
    engine.choose_destination(spec, None, false)?;
    Ok(())
}
