//! What the system tells of battery and line, and whether a running job is to wait for better: it is held, says why, and goes on by
//! itself when the reason is gone, or when the person says "go on anyway". A job never ends by it.
//!
//! Invariant: what the system does not tell holds nothing.

use crate::api::{AppError, JobKind, PauseOn, What};
use crate::engine::{Engine, held};
use albumen_migrate::Control;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So often the system is asked while a job runs.
const LOOK: Duration = Duration::from_secs(2);
const SETTING: &str = "pause_on";
/// Where Linux tells of batteries and chargers; the variable is for tests.
const SUPPLIES: &str = "/sys/class/power_supply";
const SUPPLIES_VARIABLE: &str = "ALBUMEN_POWER_SUPPLY";

/// What the system tells; `None` where it does not.
pub(crate) trait System: Send + Sync {
    /// Percent left while the machine lives on its battery; `None` on mains, and without a battery.
    fn battery(&self) -> Option<u8>;
    /// The line costs by what goes over it.
    fn is_metered(&self) -> Option<bool>;
}

/// This machine.
pub(crate) struct Here {
    supplies: PathBuf,
}

impl Default for Here {
    fn default() -> Self {
        let supplies =
            std::env::var_os(SUPPLIES_VARIABLE).map_or_else(|| PathBuf::from(SUPPLIES), PathBuf::from);
        Self { supplies }
    }
}

impl System for Here {
    fn battery(&self) -> Option<u8> {
        battery(&self.supplies)
    }

    fn is_metered(&self) -> Option<bool> {
        crate::metered::is_metered()
    }
}

/// By the files of `power_supply` (Linux, Documentation/ABI/testing/sysfs-class-power). Batteries of mice and phones have the scope
/// `Device`; of several batteries the fullest counts.
fn battery(supplies: &Path) -> Option<u8> {
    let mut left = None;
    for supply in std::fs::read_dir(supplies).ok()?.flatten() {
        let of = |name: &str| {
            let text = std::fs::read_to_string(supply.path().join(name)).ok();
            text.map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        match of("type").as_str() {
            "Mains" | "USB" | "Wireless" if of("online") == "1" => return None,
            "Battery" if of("scope") != "Device" => match of("status").as_str() {
                "Charging" => return None,
                "Discharging" => left = left.max(of("capacity").parse().ok().map(|part: u8| part.min(100))),
                _ => {}
            },
            _ => {}
        }
    }
    left
}

/// What is asked for, of whom, and what the person said to the job that runs.
pub(crate) struct Power {
    system: Arc<dyn System>,
    /// Nothing until somebody asks for it.
    wanted: PauseOn,
    /// "Go on anyway": until the reasons are gone.
    anyway: bool,
    asked: Option<Instant>,
}

impl Default for Power {
    fn default() -> Self {
        Self {
            system: Arc::new(Here::default()),
            wanted: PauseOn::never(),
            anyway: false,
            asked: None,
        }
    }
}

impl Power {
    fn reason(&self) -> Option<String> {
        let most = self.wanted.battery;
        let low = most.and_then(|most| self.system.battery().filter(|left| *left < most));
        if let Some(left) = low {
            return Some(format!("on battery, {left} % left"));
        }
        let is_metered = self.wanted.metered && self.system.is_metered() == Some(true);
        is_metered.then(|| "on a metered line".to_owned())
    }

    /// Holds the job or lets it go on, by what the system tells now.
    fn look(&mut self, control: &Control) {
        let reason = self.reason();
        if reason.is_none() {
            self.anyway = false;
        }
        control.hold(reason.filter(|_| !self.anyway));
    }
}

/// Jobs that send or read much. The others are short, or the person waits beside them.
fn waits(kind: JobKind) -> bool {
    matches!(
        kind,
        JobKind::Migrate | JobKind::Verify | JobKind::Reconcile | JobKind::Repair
    )
}

impl Engine {
    /// From now on jobs wait on battery and on metered lines, as the person set it.
    pub fn heed_power(&self) -> Result<(), AppError> {
        let wanted = self.pause_on()?;
        held(&self.inner.power).wanted = wanted;
        Ok(())
    }

    /// As [`Engine::heed_power`], for this run alone.
    pub fn heed_power_as(&self, wanted: PauseOn) {
        held(&self.inner.power).wanted = wanted;
    }

    pub fn pause_on(&self) -> Result<PauseOn, AppError> {
        Ok(self.stored::<PauseOn>(SETTING)?.unwrap_or_default())
    }

    /// Takes effect at once, in a running job too.
    pub fn set_pause_on(&self, wanted: PauseOn) -> Result<(), AppError> {
        if wanted.battery.is_some_and(|most| most == 0 || most > 100) {
            return Err(AppError::usage(
                "A battery has 1 to 100 percent.",
                "Choose below which percentage to wait.",
            ));
        }
        self.store(SETTING, &wanted)?;
        let mut power = held(&self.inner.power);
        (power.wanted, power.asked) = (wanted, None);
        drop(power);
        self.tell_changed(&[What::Destination]);
        Ok(())
    }

    /// Before a job begins.
    pub(crate) fn begin_power(&self, kind: JobKind, control: &Control) {
        let mut power = held(&self.inner.power);
        (power.anyway, power.asked) = (false, None);
        drop(power);
        self.look_at_power(kind, control);
    }

    /// Now and then while it runs.
    pub(crate) fn look_at_power(&self, kind: JobKind, control: &Control) {
        let mut power = held(&self.inner.power);
        if waits(kind) && power.asked.is_none_or(|asked| asked.elapsed() >= LOOK) {
            power.look(control);
            power.asked = Some(Instant::now());
        }
    }

    /// The person says so: the reasons that hold the job now hold it no more.
    pub(crate) fn go_on_anyway(&self, control: &Control) {
        held(&self.inner.power).anyway = true;
        control.hold(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn put(folder: &Path, supply: &str, files: &[(&str, &str)]) {
        let at = folder.join(supply);
        std::fs::create_dir_all(&at).expect("a folder");
        for (name, text) in files {
            let mut file = std::fs::File::create(at.join(name)).expect("a file");
            std::io::Write::write_all(&mut file, format!("{text}\n").as_bytes()).expect("write");
        }
    }

    #[test]
    fn batteries_and_chargers_are_read_as_the_system_writes_them() {
        let dir = tempfile::tempdir().expect("temp dir");
        let at = dir.path();
        assert_eq!(battery(&at.join("none")), None);
        assert_eq!(battery(at), None, "a machine without a battery");
        put(
            at,
            "hidpp_0",
            &[
                ("type", "Battery"),
                ("scope", "Device"),
                ("status", "Discharging"),
                ("capacity", "5"),
            ],
        );
        assert_eq!(battery(at), None, "a mouse");
        put(
            at,
            "BAT0",
            &[("type", "Battery"), ("status", "Discharging"), ("capacity", "41")],
        );
        assert_eq!(battery(at), Some(41));
        put(
            at,
            "BAT1",
            &[("type", "Battery"), ("status", "Discharging"), ("capacity", "7")],
        );
        assert_eq!(battery(at), Some(41));
        put(at, "BAT0", &[("status", "Not charging"), ("capacity", "x")]);
        assert_eq!(battery(at), Some(7));
        put(at, "AC", &[("type", "Mains"), ("online", "0")]);
        assert_eq!(battery(at), Some(7));
        put(at, "AC", &[("online", "1")]);
        assert_eq!(battery(at), None);
        put(at, "AC", &[("online", "0")]);
        put(at, "BAT0", &[("status", "Full")]);
        assert_eq!(battery(at), Some(7), "one waits until the other is empty");
        put(at, "BAT1", &[("status", "Charging")]);
        assert_eq!(battery(at), None);
    }

    #[derive(Default)]
    struct Said(Mutex<(Option<u8>, Option<bool>)>);

    impl System for Said {
        fn battery(&self) -> Option<u8> {
            held(&self.0).0
        }

        fn is_metered(&self) -> Option<bool> {
            held(&self.0).1
        }
    }

    #[test]
    fn a_job_is_held_says_why_and_goes_on_by_itself_or_anyway() {
        let system = Arc::new(Said::default());
        let mut power = Power {
            system: system.clone(),
            wanted: PauseOn {
                battery: Some(30),
                metered: true,
            },
            ..Power::default()
        };
        let control = Control::default();
        let mut told = |battery, metered| {
            *held(&system.0) = (battery, metered);
            power.look(&control);
            control.held_by()
        };
        assert_eq!(told(None, None), None);
        assert_eq!(told(Some(30), Some(false)), None);
        assert_eq!(told(Some(29), None).as_deref(), Some("on battery, 29 % left"));
        assert!(control.is_paused());
        assert_eq!(told(None, Some(true)).as_deref(), Some("on a metered line"));
        assert_eq!(told(None, None), None);
        assert!(control.go_on_blocking());
        told(Some(3), None);
        power.anyway = true;
        power.look(&control);
        assert!(!control.is_paused(), "the person said so");
        let mut told = |battery| {
            *held(&system.0) = (battery, None);
            power.look(&control);
            control.held_by().is_some()
        };
        assert_eq!(
            [told(Some(3)), told(None), told(Some(3))],
            [false, false, true],
            "for this time"
        );
    }
}
