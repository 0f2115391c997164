//! A place that can keep a library, and what was found out about it.

use super::facts::Facts;
use super::home::Home;
use super::site::Site;
use std::sync::Arc;

/// One kind of destination, with its server running. Every case gets a [`Home`] of its own in it.
pub struct Place {
    pub facts: Facts,
    site: Arc<dyn Site>,
}

impl Place {
    pub fn over(site: impl Site + 'static) -> Self {
        Self {
            facts: site.facts(),
            site: Arc::new(site),
        }
    }

    /// A library's home of that name, empty and apart from all others.
    pub fn home(&self, room: &str) -> Home {
        Home::new(self.site.clone(), room)
    }
}
