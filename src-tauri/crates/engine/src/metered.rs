//! Whether the line costs by what goes over it, as NetworkManager tells on the system's D-Bus. Elsewhere nothing is told.

#[cfg(target_os = "linux")]
pub(crate) use linux::is_metered;

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_metered() -> Option<bool> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;
    use zbus::blocking::{Connection, connection};
    use zbus::zvariant::OwnedValue;

    const LONGEST: Duration = Duration::from_secs(2);
    const MANAGER: &str = "org.freedesktop.NetworkManager";

    static BUS: Mutex<Option<Connection>> = Mutex::new(None);

    /// What it told cannot be asked for where there is no bus, or nobody of that name on it.
    pub(crate) fn is_metered() -> Option<bool> {
        let mut bus = BUS.lock().unwrap_or_else(PoisonError::into_inner);
        if bus.is_none() {
            *bus = connection::Builder::system()
                .and_then(|builder| builder.method_timeout(LONGEST).build())
                .ok();
        }
        let told = ask(bus.as_ref()?);
        if told
            .as_ref()
            .is_err_and(|error| !matches!(error, zbus::Error::MethodError(..)))
        {
            // The bus may have been started anew.
            *bus = None;
        }
        told.ok().and_then(word)
    }

    fn ask(bus: &Connection) -> zbus::Result<u32> {
        let asked = ("org.freedesktop.NetworkManager", "Metered");
        let properties = Some("org.freedesktop.DBus.Properties");
        let path = "/org/freedesktop/NetworkManager";
        let reply = bus.call_method(Some(MANAGER), path, properties, "Get", &asked)?;
        let body = reply.body();
        let value: OwnedValue = body.deserialize()?;
        Ok(u32::try_from(value)?)
    }

    /// `NMMetered`: what it guesses counts, as phones that share their line are known by guessing alone.
    fn word(told: u32) -> Option<bool> {
        match told {
            1 | 3 => Some(true),
            2 | 4 => Some(false),
            _ => None,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_is_not_known_is_not_told() {
            let told = [0, 1, 2, 3, 4, 5].map(word);
            assert_eq!(
                told,
                [None, Some(true), Some(false), Some(true), Some(false), None]
            );
        }
    }
}
