//! The kinds of places, each with a server of its own.

pub mod azure;
pub mod drive;
pub mod dropbox;
mod folder;
pub mod gcs;
mod s3;
pub mod sftp;
pub mod webdav;

use super::place::Place;

pub fn folder() -> Option<Place> {
    Some(Place::over(folder::Disk::new()))
}

pub fn s3s_fs() -> Option<Place> {
    Some(Place::over(s3::Buckets::s3s_fs()))
}

pub fn rclone() -> Option<Place> {
    s3::Buckets::rclone().map(Place::over)
}

pub fn dropbox() -> Option<Place> {
    Some(Place::over(dropbox::Account::new()))
}

pub fn moto() -> Option<Place> {
    s3::Buckets::moto().map(Place::over)
}

pub fn gcs() -> Option<Place> {
    gcs::Emulated::start().map(Place::over)
}

pub fn drive() -> Option<Place> {
    Some(Place::over(drive::Account::new()))
}

pub fn rclone_webdav() -> Option<Place> {
    webdav::Dav::rclone().map(Place::over)
}

pub fn azurite() -> Option<Place> {
    azure::Blobs::azurite().map(Place::over)
}

pub fn sshd() -> Option<Place> {
    sftp::Shell::sshd().map(Place::over)
}
