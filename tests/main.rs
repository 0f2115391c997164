//! Behaviour of the whole product, on real parts: real files, a real SQLite, a real S3 server on loopback, the built
//! programs, the real window. One binary, so that it links once; `architecture` fails when a file is forgotten here.

mod architecture;
mod bucket;
mod clocks;
mod consent;
mod contract;
mod destinations;
mod digests;
mod e2e;
mod far;
mod flow;
mod forms;
mod gallery;
mod homes;
mod hostile;
mod journey;
mod large;
mod layout;
mod lost;
mod opening;
mod phases;
mod pilot;
mod quality;
mod reconcile;
mod report;
mod review;
mod scan;
mod sign_in;
mod stalls;
mod versions;
mod watch;
