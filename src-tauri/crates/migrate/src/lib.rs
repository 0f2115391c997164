//! Plan, transfer, verify, cleanup, rollback.
