//! An S3 server (s3s-fs) on loopback for `make bench`, in a process of its own, until its input ends.
//!
//! `serve-s3 FOLDER [WRITES]`; says the endpoint, the access key and the secret, a line each. Buckets are folders in
//! FOLDER. With WRITES it takes so many a second and refuses what is beyond. At the end it says the writes that it took,
//! those it refused, and the seconds between the first and the last of them.

use albumen_testkit::s3::Server;
use std::io::Read;
use std::path::PathBuf;

fn main() {
    let mut args = std::env::args_os().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder"));
    let server = Server::start(&folder);
    let writes = args.next().map(|text| text.to_string_lossy().parse::<f64>());
    if let Some(writes) = writes {
        server.take_at_most(writes.expect("a number of writes a second"));
    }
    println!(
        "{}\n{}\n{}",
        server.endpoint(),
        server.access_key(),
        server.secret_key()
    );
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).expect("wait");
    let asked = server.asked();
    let writes = || {
        asked
            .iter()
            .filter(|asked| matches!(asked.method.as_str(), "PUT" | "POST"))
    };
    let refused = writes().filter(|asked| asked.status == 503).count();
    let times = || writes().map(|asked| asked.at);
    let seconds = times()
        .max()
        .zip(times().min())
        .map_or(0.0, |(last, first)| last.duration_since(first).as_secs_f64());
    println!("{} {refused} {seconds:.3}", writes().count() - refused);
}
