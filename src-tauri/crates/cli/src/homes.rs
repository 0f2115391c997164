//! `--second`: a second home, and how far each home is.

use crate::out::{self, to_json};
use crate::secrets;
use albumen_engine::Engine;
use albumen_engine::api::{AppError, DestinationSpec, Home};

/// What `--second` takes to let the second home go.
const NONE: &str = "none";

/// The second home, if one is asked for. It is remembered until another is, or none.
pub fn name(engine: &Engine, second: Option<&str>) -> Result<(), AppError> {
    match second {
        None => Ok(()),
        Some(NONE) => engine.forget_second_home().map(drop),
        Some(url) => {
            let spec = DestinationSpec::parse(url)?;
            secrets::unlock(engine, &spec)?;
            engine.name_second_home(spec, None, false).map(drop)
        }
    }
}

/// What is wrong with it is said before a catalog is made.
pub fn refuse_early(second: Option<&str>) -> Result<(), AppError> {
    match second {
        None | Some(NONE) => Ok(()),
        Some(url) => DestinationSpec::parse(url).map(drop).map_err(AppError::from),
    }
}

/// A line for each home, where there are two.
pub fn lines(engine: &Engine, json: bool) -> Result<(), AppError> {
    let homes = engine.homes()?;
    if homes.len() < 2 {
        return Ok(());
    }
    for home in homes {
        if json {
            out::line(&to_json(&home, "home"));
        } else {
            out::text(&words(&home));
        }
    }
    Ok(())
}

fn words(home: &Home) -> String {
    let far = match (home.behind.files, &home.behind_since) {
        (0, _) => "has everything".to_owned(),
        (files, since) => format!(
            "{files} files behind, {}{}",
            out::size(home.behind.bytes),
            since.as_ref().map_or(String::new(), |at| format!(", since {at}"))
        ),
    };
    format!(
        "{}: {far}; {} of {} proven",
        home.destination.label, home.proven.files, home.wanted.files
    )
}
