//! What the person chose to do with each destination, and the acts that no fact tells: cutting over, home, switching back.
//!
//! Invariants: a phase changes in one row, at one moment, and only as [`Phase::may_become`] allows; at most one destination is
//! home or on its way to it.

use crate::row::{unsigned, word};
use crate::settings::note;
use crate::{Catalog, Result};
use albumen_model::{DestinationId, Phase, Strategy};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayRow {
    pub destination: DestinationId,
    pub strategy: Strategy,
    /// The act; `None` while facts tell the phase.
    pub act: Option<Phase>,
    /// When it became so, in milliseconds.
    pub since: i64,
    /// By the person; nothing begins by itself then.
    pub paused: bool,
    /// The person gave up the way back: originals may be deleted while the destination is home.
    pub let_go: bool,
    /// Why the last cut over switched nothing; empty when it did, or none was tried.
    pub finding: String,
    /// Photos that are opened from home are compared.
    pub compares: bool,
    pub agreed: u64,
    pub differed: u64,
    /// Opened from the old place, as home did not give them.
    pub elsewhere: u64,
    /// About the last photo that differed or came from elsewhere.
    pub said: String,
}

/// How opening a photo from home ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    Agreed,
    Differed,
    Elsewhere,
}

const COLUMNS: &str =
    "destination_id, strategy, phase, since, paused, let_go, finding, compares, agreed, differed, elsewhere,
  said";

impl Catalog {
    pub fn way(&self, id: DestinationId) -> Result<Option<WayRow>> {
        self.read(|c| way(c, id))
    }

    /// The destination that is home, or is being cut over to or switched back from.
    pub fn home(&self) -> Result<Option<WayRow>> {
        self.read(|c| {
            let sql = format!("SELECT {COLUMNS} FROM way WHERE phase IS NOT NULL");
            c.prepare_cached(&sql)?
                .query_row([], |row| Ok(way_row(row)))
                .optional()?
                .transpose()
        })
    }

    /// `None` where the act that is going on is none of that strategy's; then nothing is changed.
    pub fn choose_strategy(&self, id: DestinationId, strategy: Strategy, now: i64) -> Result<Option<WayRow>> {
        self.write(|tx| {
            let old = way(tx, id)?;
            if old
                .as_ref()
                .and_then(|way| way.act)
                .is_some_and(|act| !strategy.has(act))
            {
                return Ok(None);
            }
            if old.as_ref().is_none_or(|way| way.strategy != strategy) {
                tx.execute(
                    "INSERT INTO way (destination_id, strategy, since) VALUES (?1, ?2, ?3)
                     ON CONFLICT (destination_id) DO UPDATE SET strategy = excluded.strategy",
                    params![id.0, strategy.as_str(), now],
                )?;
                note(tx, now, "strategy chosen", strategy.as_str())?;
            }
            way(tx, id)
        })
    }

    /// Goes from `from` (what facts tell, or the act) to `to`, and says whether the rules allow it; else nothing is changed.
    /// `finding` is why an act ended without what it was for.
    pub fn go_to(&self, id: DestinationId, from: Phase, to: Phase, finding: &str, now: i64) -> Result<bool> {
        self.write(|tx| {
            let Some(old) = way(tx, id)? else {
                return Ok(false);
            };
            let stands = match old.act {
                Some(act) => act == from,
                None => !from.is_act(),
            };
            let taken = to.is_act() && is_another(tx, id)?;
            if !stands || taken || !from.may_become(to, old.strategy) {
                return Ok(false);
            }
            if from == to {
                return Ok(true);
            }
            tx.execute(
                "UPDATE way SET phase = ?2, since = ?3, finding = ?4, paused = 0 WHERE destination_id = ?1",
                params![id.0, to.is_act().then(|| to.as_str()), now, finding],
            )?;
            if to == Phase::Home || !to.is_act() {
                tx.execute("UPDATE way SET let_go = 0 WHERE destination_id = ?1", [id.0])?;
            }
            if to == Phase::Home {
                tx.execute(
                    "UPDATE way SET agreed = 0, differed = 0, elsewhere = 0, said = '' WHERE destination_id = ?1",
                    [id.0],
                )?;
            }
            note(tx, now, "phase", &format!("{} to {}", from.as_str(), to.as_str()))?;
            Ok(true)
        })
    }

    /// What the act that is going on could not do.
    pub fn say_of_way(&self, id: DestinationId, finding: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE way SET finding = ?2 WHERE destination_id = ?1";
            Ok(tx.execute(sql, params![id.0, finding]).map(|_| ())?)
        })
    }

    pub fn pause_way(&self, id: DestinationId, paused: bool, now: i64) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE way SET paused = ?2 WHERE destination_id = ?1 AND paused <> ?2";
            if tx.execute(sql, params![id.0, paused])? > 0 {
                note(
                    tx,
                    now,
                    if paused { "paused" } else { "resumed" },
                    &id.0.to_string(),
                )?;
            }
            Ok(())
        })
    }

    /// From here on originals may be deleted while `id` is home. False when it is not.
    pub fn let_old_place_go(&self, id: DestinationId, now: i64) -> Result<bool> {
        self.write(|tx| {
            let sql = "UPDATE way SET let_go = 1 WHERE destination_id = ?1 AND phase = ?2";
            let done = tx.execute(sql, params![id.0, Phase::Home.as_str()])? > 0;
            if done {
                note(tx, now, "old place let go", &id.0.to_string())?;
            }
            Ok(done)
        })
    }

    pub fn compare_on_opening(&self, id: DestinationId, compares: bool) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE way SET compares = ?2 WHERE destination_id = ?1";
            Ok(tx.execute(sql, params![id.0, compares]).map(|_| ())?)
        })
    }

    pub fn opened(&self, id: DestinationId, how: Opened, said: &str) -> Result<()> {
        let sql = match how {
            Opened::Agreed => "UPDATE way SET agreed = agreed + 1 WHERE destination_id = ?1",
            Opened::Differed => "UPDATE way SET differed = differed + 1, said = ?2 WHERE destination_id = ?1",
            Opened::Elsewhere => {
                "UPDATE way SET elsewhere = elsewhere + 1, said = ?2 WHERE destination_id = ?1"
            }
        };
        self.write(|tx| {
            let mut update = tx.prepare_cached(sql)?;
            match how {
                Opened::Agreed => update.execute([id.0])?,
                _ => update.execute(params![id.0, said])?,
            };
            Ok(())
        })
    }
}

fn way(c: &Connection, id: DestinationId) -> Result<Option<WayRow>> {
    let sql = format!("SELECT {COLUMNS} FROM way WHERE destination_id = ?1");
    c.prepare_cached(&sql)?
        .query_row([id.0], |row| Ok(way_row(row)))
        .optional()?
        .transpose()
}

fn is_another(tx: &Transaction<'_>, id: DestinationId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM way WHERE phase IS NOT NULL AND destination_id <> ?1)";
    Ok(tx.query_row(sql, [id.0], |row| row.get(0))?)
}

fn way_row(row: &Row<'_>) -> Result<WayRow> {
    let strategy: String = row.get(1)?;
    let act: Option<String> = row.get(2)?;
    let acts = |text: String| {
        let known = Phase::parse(&text).filter(|phase| phase.is_act());
        word(known, &text)
    };
    Ok(WayRow {
        destination: DestinationId(row.get(0)?),
        strategy: word(Strategy::parse(&strategy), &strategy)?,
        act: act.map(acts).transpose()?,
        since: row.get(3)?,
        paused: row.get(4)?,
        let_go: row.get(5)?,
        finding: row.get(6)?,
        compares: row.get(7)?,
        agreed: unsigned(row.get(8)?),
        differed: unsigned(row.get(9)?),
        elsewhere: unsigned(row.get(10)?),
        said: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_destination_is_home_and_only_by_the_rules() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let one = catalog.destination("file:///a", "{}", 1).expect("a");
        let two = catalog.destination("file:///b", "{}", 2).expect("b");
        assert!(
            !catalog
                .go_to(one, Phase::Copy, Phase::CuttingOver, "", 3)
                .expect("no way yet")
        );
        for id in [one, two] {
            catalog
                .choose_strategy(id, Strategy::Once, 3)
                .expect("choose")
                .expect("chosen");
        }
        let go = |id, from, to| catalog.go_to(id, from, to, "", 4).expect("go");
        assert!(!go(one, Phase::Copy, Phase::Home));
        assert!(go(one, Phase::Copy, Phase::CuttingOver));
        assert!(
            !go(one, Phase::Copy, Phase::CuttingOver),
            "it is not where it was thought to be"
        );
        assert!(go(one, Phase::CuttingOver, Phase::CuttingOver), "gone on with");
        assert!(!go(two, Phase::Copy, Phase::CuttingOver), "there is one home");
        assert!(
            catalog
                .choose_strategy(one, Strategy::Compare, 5)
                .expect("ask")
                .is_none()
        );
        assert!(
            !catalog.let_old_place_go(one, 5).expect("ask"),
            "it is not home yet"
        );
        assert!(go(one, Phase::CuttingOver, Phase::Home));
        catalog.opened(one, Opened::Agreed, "").expect("count");
        catalog.opened(one, Opened::Differed, "a.jpg").expect("count");
        assert!(catalog.let_old_place_go(one, 6).expect("let go"));
        let home = catalog.home().expect("read").expect("home");
        assert_eq!(
            (home.destination, home.act, home.let_go),
            (one, Some(Phase::Home), true)
        );
        assert_eq!((home.agreed, home.differed, home.said.as_str()), (1, 1, "a.jpg"));
        assert!(!go(one, Phase::Home, Phase::Copy));
        assert!(go(one, Phase::Home, Phase::SwitchingBack) && go(one, Phase::SwitchingBack, Phase::Copy));
        assert_eq!(catalog.home().expect("read"), None);
        assert!(go(two, Phase::Copy, Phase::CuttingOver));
    }
}
