//! The kinds of places, each with a server of its own.

pub mod drive;
mod folder;
pub mod gcs;
mod s3;

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

pub fn moto() -> Option<Place> {
    s3::Buckets::moto().map(Place::over)
}

pub fn gcs() -> Option<Place> {
    gcs::Emulated::start().map(Place::over)
}

pub fn drive() -> Option<Place> {
    Some(Place::over(drive::Account::new()))
}
