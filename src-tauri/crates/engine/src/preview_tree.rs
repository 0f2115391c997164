//! The folders of a layout's preview: counted while names come, shown level by level as far as a page holds.

use crate::api::{LayoutFolder, LayoutPreview};
use std::collections::{BTreeMap, VecDeque};

/// Folders that are held; what lies deeper than those is counted in the folder above.
const MOST_HELD: usize = 20_000;
/// Folders that are shown.
const MOST_SHOWN: usize = 200;
/// Of one folder, where others want to be shown as well.
const MOST_OF_ONE: usize = 60;

#[derive(Default)]
struct Folder {
    /// In it and below.
    photos: u64,
    folders: u64,
    children: BTreeMap<String, usize>,
}

pub(crate) struct Tree {
    /// The first one is the destination itself.
    folders: Vec<Folder>,
    at_top: u64,
    is_full: bool,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            folders: vec![Folder::default()],
            at_top: 0,
            is_full: false,
        }
    }
}

impl Tree {
    /// A photo with this key.
    pub fn put(&mut self, key: &str) {
        let Some((folder, _)) = key.rsplit_once('/') else {
            self.at_top += 1;
            return;
        };
        let mut way = vec![0];
        let mut at = 0;
        for name in folder.split('/') {
            let next = match self.folders[at].children.get(name) {
                Some(&next) => next,
                None if self.folders.len() > MOST_HELD => {
                    self.is_full = true;
                    break;
                }
                None => {
                    let next = self.folders.len();
                    self.folders.push(Folder::default());
                    self.folders[at].children.insert(name.to_owned(), next);
                    for &above in &way {
                        self.folders[above].folders += 1;
                    }
                    next
                }
            };
            way.push(next);
            at = next;
        }
        for at in way {
            self.folders[at].photos += 1;
        }
    }

    /// The first folders of each level, as long as there is room for them.
    pub fn show(&self, preview: &mut LayoutPreview) {
        let mut shown: BTreeMap<usize, usize> = BTreeMap::new();
        let mut room = MOST_SHOWN;
        let mut next = VecDeque::from([0]);
        while let Some(at) = next.pop_front() {
            let most = if at == 0 { MOST_SHOWN } else { MOST_OF_ONE };
            let many = self.folders[at].children.len().min(most).min(room);
            room -= many;
            shown.insert(at, many);
            next.extend(self.folders[at].children.values().take(many));
        }
        let top = self.folder("", 0, &shown);
        preview.tree = top.children;
        preview.hidden = top.hidden;
        preview.folders = top.folders;
        preview.more_folders = self.is_full;
        preview.at_top = self.at_top;
    }

    fn folder(&self, name: &str, at: usize, shown: &BTreeMap<usize, usize>) -> LayoutFolder {
        let folder = &self.folders[at];
        let many = shown.get(&at).copied().unwrap_or(0);
        let children = folder.children.iter().take(many);
        LayoutFolder {
            name: name.to_owned(),
            photos: folder.photos,
            folders: folder.folders,
            children: children.map(|(name, &at)| self.folder(name, at, shown)).collect(),
            hidden: (folder.children.len() - many) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(keys: impl Iterator<Item = String>) -> LayoutPreview {
        let mut tree = Tree::default();
        keys.for_each(|key| tree.put(&key));
        let mut preview = LayoutPreview::default();
        tree.show(&mut preview);
        preview
    }

    #[test]
    fn counts_photos_in_a_folder_and_below() {
        let keys = [
            "2019/07/a.jpg",
            "2019/07/b.jpg",
            "2019/c.jpg",
            "2020/01/d.jpg",
            "e.jpg",
        ];
        let preview = shown(keys.into_iter().map(str::to_owned));
        assert_eq!((preview.folders, preview.at_top, preview.hidden), (4, 1, 0));
        let [first, second] = preview.tree.as_slice() else {
            panic!("{:?}", preview.tree)
        };
        assert_eq!((first.name.as_str(), first.photos, first.folders), ("2019", 3, 1));
        assert_eq!(
            (first.children[0].name.as_str(), first.children[0].photos),
            ("07", 2)
        );
        assert_eq!((second.photos, second.children.len()), (1, 1));
    }

    #[test]
    fn of_many_folders_the_upper_ones_are_shown_and_the_others_counted() {
        let years =
            (0..30).flat_map(|year| (0..100).map(move |day| format!("{}/{day:03}/x.jpg", 1990 + year)));
        let preview = shown(years);
        assert_eq!(
            (preview.tree.len(), preview.hidden, preview.folders),
            (30, 0, 3030)
        );
        let below: usize = preview.tree.iter().map(|year| year.children.len()).sum();
        assert_eq!(30 + below, MOST_SHOWN);
        let told = |year: &LayoutFolder| year.children.len() as u64 + year.hidden;
        assert!(preview.tree.iter().all(|year| told(year) == 100));
    }

    #[test]
    fn a_folder_a_photo_does_not_fill_the_memory() {
        let preview = shown((0..30_000).map(|n| format!("{n}/x.jpg")));
        assert!(preview.more_folders);
        assert_eq!(preview.tree.len() as u64 + preview.hidden, MOST_HELD as u64);
    }
}
