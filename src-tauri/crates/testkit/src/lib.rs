//! Sample libraries made on the fly and a real S3 server on loopback, for tests and benchmarks.
