//! Commands of Destination: which it is, signing in, where its secrets are kept.

use crate::App;
use crate::commands::{Answer, on, pick_folder};
use albumen_engine::api::{
    DestinationFacts, DestinationInfo, DestinationSpec, Secret, SecretStores, SignedInAs,
};
use tauri::{AppHandle, Runtime, State};

#[tauri::command]
pub async fn pick_destination_folder<R: Runtime>(
    window: AppHandle<R>,
    app: State<'_, App>,
) -> Answer<Option<String>> {
    pick_folder(window, app, "Where the photos should go").await
}

#[tauri::command]
pub async fn test_destination(
    app: State<'_, App>,
    spec: DestinationSpec,
    secret: Option<Secret>,
) -> Answer<DestinationFacts> {
    on(&app, move |engine| engine.test_destination(spec, secret)).await
}

#[tauri::command]
pub async fn choose_destination(
    app: State<'_, App>,
    spec: DestinationSpec,
    secret: Option<Secret>,
    remember: bool,
) -> Answer<DestinationInfo> {
    on(&app, move |engine| {
        engine.choose_destination(spec, secret, remember)
    })
    .await
}

#[tauri::command]
pub async fn sign_in(
    app: State<'_, App>,
    spec: DestinationSpec,
    client_id: String,
    client_secret: String,
) -> Answer<SignedInAs> {
    on(&app, move |engine| {
        engine.sign_in(spec, &client_id, &client_secret)
    })
    .await
}

#[tauri::command]
pub async fn cancel_sign_in(app: State<'_, App>) -> Answer<()> {
    on(&app, move |engine| {
        engine.cancel_sign_in();
        Ok(())
    })
    .await
}

#[tauri::command]
pub async fn sign_in_link(app: State<'_, App>) -> Answer<Option<String>> {
    on(&app, move |engine| Ok(engine.sign_in_link())).await
}

#[tauri::command]
pub async fn sign_out(app: State<'_, App>, spec: DestinationSpec) -> Answer<()> {
    on(&app, move |engine| engine.sign_out(spec)).await
}

#[tauri::command]
pub async fn secret_stores(app: State<'_, App>) -> Answer<SecretStores> {
    on(&app, move |engine| Ok(engine.secret_stores())).await
}

#[tauri::command]
pub async fn open_vault(app: State<'_, App>, passphrase: String) -> Answer<SecretStores> {
    on(&app, move |engine| engine.open_vault(passphrase)).await
}

#[tauri::command]
pub async fn lock_vault(app: State<'_, App>) -> Answer<SecretStores> {
    on(&app, move |engine| Ok(engine.lock_vault())).await
}
