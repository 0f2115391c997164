//! Commands of the window about what is tried and looked at before it is relied on: estimate, pilot, verification.

use crate::App;
use crate::commands::{Answer, on};
use albumen_engine::api::{Estimate, Level, VerifyOffer};
use albumen_engine::{PilotOptions, VerifyHow};
use tauri::State;

/// What the window tries first, and by which seed.
const SHARE: f64 = 0.01;
const SEED: u64 = 1;
/// Of a sample, where the page does not say how large.
const SAMPLE: f64 = 0.01;

#[tauri::command]
pub async fn estimate(app: State<'_, App>) -> Answer<Estimate> {
    on(&app, move |engine| engine.estimate()).await
}

#[tauri::command]
pub async fn start_pilot(app: State<'_, App>, workers: u16) -> Answer<()> {
    let options = PilotOptions {
        share: SHARE,
        seed: SEED,
        workers: usize::from(workers),
        bandwidth: None,
        replan: None,
    };
    on(&app, move |engine| engine.start_pilot(options).map(drop)).await
}

#[tauri::command]
pub async fn verify_offer(app: State<'_, App>) -> Answer<VerifyOffer> {
    on(&app, move |engine| engine.verify_offer()).await
}

#[tauri::command]
pub async fn start_verify(app: State<'_, App>, level: Level, part: Option<f64>) -> Answer<()> {
    let how = match level {
        Level::Sizes => VerifyHow::Sizes,
        Level::Sample => VerifyHow::Sample(part.unwrap_or(SAMPLE)),
        Level::Digest => VerifyHow::Digest,
        Level::ReadBack => VerifyHow::Full,
    };
    on(&app, move |engine| engine.start_verify(how).map(drop)).await
}
