//! The files that a command line stands for, and where what is made of each goes.

use super::{
    draft::PART,
    input::{Input, quoted},
    output::Target,
};
use crate::failure::{Failure, Outcome};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Where it is; `-` is stdin.
    pub(crate) path: PathBuf,
    /// Where it is below the folder that was named; else its own name.
    pub(crate) below: PathBuf,
}

impl Named {
    /// Opens it.
    pub(crate) fn open(&self) -> Outcome<Input> {
        Input::open(&self.path)
    }

    fn itself(path: PathBuf) -> Self {
        let below = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
        Self { path, below }
    }
}

/// The files named, or stdin. If `recursive`, a folder stands for the files in it and in its folders that are `wanted`, in
/// the order of their names; links are not followed.
pub(crate) fn find(
    named: Vec<PathBuf>,
    recursive: bool,
    wanted: impl Fn(&Path) -> bool,
) -> Outcome<Vec<Named>> {
    let mut found = Vec::new();
    for path in super::input::or_stdin(named) {
        if recursive && path.is_dir() {
            collect(&path, &wanted, &mut found)?;
        } else {
            found.push(Named::itself(path));
        }
    }
    Ok(found)
}

/// Adds the files below `root`.
fn collect(root: &Path, wanted: &impl Fn(&Path) -> bool, found: &mut Vec<Named>) -> Outcome {
    let mut folders = vec![PathBuf::new()];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        let failed = || Failure::reading(quoted(&path));
        for entry in fs::read_dir(&path).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let below = folder.join(entry.file_name());
            match entry.file_type().map_err(failed())? {
                kind if kind.is_dir() => folders.push(below),
                kind if kind.is_file() && wanted(&below) && !has_ending(&below, PART) => {
                    files.insert(below);
                }
                _ => {}
            }
        }
    }
    found.extend(files.into_iter().map(|below| Named { path: root.join(&below), below }));
    Ok(())
}

/// Whether the name of a file ends so.
pub(crate) fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(ending.as_bytes()))
}

/// Whether an output of that name is meant to go into a folder.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Where outputs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Each beside its input; that of stdin to stdout.
    Beside,
    /// All to one place.
    One(Target),
    /// Each into this folder, as the input lies below the folder that was named.
    Into(PathBuf),
}

impl Place {
    /// The one place, if it is one.
    pub(crate) fn one(&self) -> Option<&Target> {
        match self {
            Self::One(target) => Some(target),
            Self::Beside | Self::Into(_) => None,
        }
    }

    /// Where the output of `input` goes, whose name becomes what `rename` makes of it. Makes the folder that it needs.
    pub(crate) fn target(
        &self,
        input: &Named,
        rename: impl FnOnce(&Path) -> Outcome<PathBuf>,
    ) -> Outcome<Target> {
        match self {
            Self::One(target) => Ok(target.clone()),
            Self::Beside if input.path == Path::new("-") => Ok(Target::Stdout),
            Self::Beside => Ok(Target::File(rename(&input.path)?)),
            Self::Into(folder) => {
                let path = folder.join(rename(&input.below)?);
                let parent = path.parent().unwrap_or(folder);
                fs::create_dir_all(parent).map_err(Failure::writing(quoted(parent)))?;
                Ok(Target::File(path))
            }
        }
    }

    /// Refuses inputs that would become one output.
    pub(crate) fn check(&self, inputs: &[Named]) -> Outcome {
        if !matches!(self, Self::Into(_)) {
            return Ok(());
        }
        if inputs.iter().any(|input| input.path == Path::new("-")) {
            let hint = "name a file for it with `-o FILE`";
            return Err(Failure::usage("stdin has no name that a file in a folder could have", hint));
        }
        let mut places = BTreeSet::new();
        let Some(twice) = inputs.iter().find(|input| !places.insert(input.below.clone())) else {
            return Ok(());
        };
        let what = format!("two inputs would become one file in the folder: {}", quoted(&twice.below));
        Err(Failure::usage(what, "put them into different folders"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stand_for_their_files_in_order() {
        let root = tempfile::tempdir().unwrap();
        for path in ["b/z.csv", "b/a.csv", "a.csv", "b/c/d.csv", "x.qres", ".a.csv.qres-part"] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "1\n").unwrap();
        }
        let found = |recursive| {
            let named = vec![root.path().to_owned(), "other/e.csv".into()];
            let found = find(named, recursive, |path| !has_ending(path, ".qres")).unwrap();
            found.into_iter().map(|named| named.below).collect::<Vec<_>>()
        };
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(found(true), paths(&["a.csv", "b/a.csv", "b/c/d.csv", "b/z.csv", "e.csv"]));
        assert_eq!(found(false).len(), 2, "a folder that is not gone into is named itself");
    }

    #[test]
    fn outputs_keep_the_tree_and_do_not_meet() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::Into(root.path().join("out"));
        let named = |path: &str, below: &str| Named { path: path.into(), below: below.into() };
        let target = place.target(&named("in/b/a.csv", "b/a.csv"), |path| Ok(path.with_extension("x")));
        assert_eq!(target.unwrap(), Target::File(root.path().join("out/b/a.x")));
        assert!(root.path().join("out/b").is_dir());
        assert!(place.check(&[named("in/a", "a"), named("in/b", "b")]).is_ok());
        assert!(place.check(&[named("in/a", "a"), named("on/a", "a")]).is_err());
        assert!(Place::Beside.check(&[named("in/a", "a"), named("on/a", "a")]).is_ok());
    }
}
