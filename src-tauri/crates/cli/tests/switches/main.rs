//! From the old place to the new home and back, with the built program killed on the way: `scan`, `strategy`, `pilot`, `migrate`,
//! `watch`, `cut-over`, `delete-originals`, `switch-back`. Where there are two homes, both come along. `ALBUMEN_SWITCHES` sets how many kills strike; the short form is part of `make test`.

mod acts;
mod kills;
mod place;
mod two;
