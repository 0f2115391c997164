//! An S3 server (s3s-fs) on loopback for `make bench`, in a process of its own, until its input ends.
//!
//! `serve-s3 FOLDER`; says the endpoint, the access key and the secret, a line each. Buckets are folders in FOLDER.

use albumen_testkit::s3::Server;
use std::io::Read;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("a folder"));
    let server = Server::start(&folder);
    println!(
        "{}\n{}\n{}",
        server.endpoint(),
        server.access_key(),
        server.secret_key()
    );
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).expect("wait");
}
