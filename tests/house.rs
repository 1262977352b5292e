//! The order of rooms: nobody imports what the table on a first page does not allow, and arrows run one way.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A room, and the rooms that it may know.
type Rooms = Vec<(String, BTreeSet<String>)>;

/// Names between backticks.
fn quoted(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// The first pages that have a table, and the path of their rooms.
const PAGES: [(&str, &str); 3] =
    [("core/src/lib.rs", "crate::"), ("core/src/codec/mod.rs", "crate::codec::"), ("src/main.rs", "crate::")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The table of a page, from the lowest room up.
fn table(page: &str) -> Rooms {
    let mut rooms = Rooms::new();
    for line in page.lines() {
        let row = line.strip_prefix("//! | ").and_then(|row| row.strip_suffix('|'));
        let Some((room, knows)) = row.filter(|row| row.contains('`')).and_then(|row| row.rsplit_once('|'))
        else {
            continue;
        };
        let all = || rooms.iter().map(|(room, _)| room.clone()).collect();
        let knows = if knows.contains("all of them") { all() } else { quoted(knows).collect() };
        rooms.push((quoted(room).next().expect("a room's name"), knows));
    }
    rooms
}

/// The first names behind `path` of what `code` imports, tests and comments left out.
fn imports(code: &str, path: &str) -> BTreeSet<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join(" ");
    code.split("crate::")
        .skip(1)
        .flat_map(|import| names(import, path.trim_start_matches("crate::")))
        .collect()
}

/// The first names behind `path` of one import, which may be a list that ends with its brace.
fn names(import: &str, path: &str) -> Vec<String> {
    let import = import.trim_start();
    if let Some(list) = import.strip_prefix('{') {
        entries(list).into_iter().flat_map(|entry| names(entry, path)).collect()
    } else if let Some((room, rest)) = path.split_once("::") {
        let behind = import.strip_prefix(room).and_then(|import| import.strip_prefix("::"));
        behind.map_or(Vec::new(), |import| names(import, rest))
    } else {
        word(import).into_iter().collect()
    }
}

/// The entries of a list that ends with its brace.
fn entries(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut entries) = (0, 0, Vec::new());
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' | b',' if depth == 0 => {
                entries.push(&list[start..at]);
                start = at + 1;
                if byte == b'}' {
                    break;
                }
            }
            b'}' => depth -= 1,
            _ => {}
        }
    }
    entries
}

fn word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// What all files of a room import.
fn visit(path: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            visit(&entry.unwrap().path(), prefix, found);
        }
    } else if path.extension().is_some_and(|end| end == "rs")
        && !path.ends_with("tests.rs")
        && !path.ends_with("damage.rs")
    {
        found.extend(imports(&fs::read_to_string(path).unwrap(), prefix));
    }
}

/// A line without what says who may see its item.
fn bare(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line)
}

/// The files of a folder, tests left out, and their code.
fn files(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            let code = fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            found.insert(path.strip_prefix(root()).unwrap().display().to_string(), code);
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The name of what a line defines for other files.
fn defined(line: &str) -> Option<&str> {
    const KINDS: [&str; 6] = ["struct", "enum", "trait", "fn", "const", "type"];
    // Methods stand to the right.
    let visible = line.starts_with("pub");
    let mut words =
        words(bare(line)).skip_while(|word| *word == "const" || *word == "super" || *word == "in");
    let first = words.next()?;
    if line.contains(" const ") && !KINDS.contains(&first) {
        return Some(first).filter(|_| visible);
    }
    words.next().filter(|_| visible && KINDS.contains(&first))
}

/// Which files of a room import from which others what only those define.
fn imported(room: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    files(room, &mut all);
    let mut owners: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (file, code) in &all {
        for name in code.lines().filter_map(defined) {
            owners.entry(name).and_modify(|owner| *owner = None).or_insert(Some(file));
        }
    }
    let imports = |file: &str, code: &str| -> BTreeSet<String> {
        let uses = code.split("\nuse ").skip(1).filter_map(|rest| rest.split(';').next());
        // Of what other rooms have, names may be the same.
        let behind = |path: &'static str| uses.clone().filter_map(move |list| Some(list.split_once(path)?.1));
        let uses = behind("super::").chain(behind("frame::"));
        let names = uses.flat_map(words).filter_map(|name| owners.get(name).copied().flatten());
        names.filter(|owner| *owner != file).map(str::to_owned).collect()
    };
    all.iter().map(|(file, code)| (file.clone(), imports(file, code))).collect()
}

#[test]
fn no_file_of_frame_knows_one_that_knows_it() {
    let mut left = imported(&root().join("core/src/frame"));
    assert!(left.values().map(BTreeSet::len).sum::<usize>() > 40, "{left:#?}");
    // Whoever knows nobody that is left stands below all others.
    while !left.is_empty() {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        left.retain(|_, knows| !knows.is_disjoint(&names));
        assert!(left.len() < names.len(), "circles: {left:#?}");
    }
}

#[test]
fn no_room_of_core_knows_the_first_page() {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join("core/src")).unwrap() {
        visit(&entry.unwrap().path(), "crate::", &mut found);
    }
    // Rooms are named in small letters; what the page names anew is not.
    let anew: Vec<&String> = found.iter().filter(|name| name.starts_with(char::is_uppercase)).collect();
    assert!(found.len() > 10 && anew.is_empty(), "{anew:?}");
}

#[test]
fn rooms_know_only_what_the_first_page_says() {
    let mut wrong = Vec::new();
    for (page, path) in PAGES {
        let source = root().join(page).parent().unwrap().to_owned();
        let page = fs::read_to_string(root().join(page)).unwrap();
        let rooms = table(&page);
        let declared = page.lines().filter_map(|line| bare(line).strip_prefix("mod ")?.strip_suffix(';'));
        let declared: BTreeSet<String> = declared.map(str::to_owned).collect();
        let told: BTreeSet<String> = rooms.iter().map(|(room, _)| room.clone()).collect();
        assert_eq!(declared, told, "every room is in the table");
        for (room, allowed) in &rooms {
            let mut found = BTreeSet::new();
            let file = source.join(room).with_extension("rs");
            visit(&if file.exists() { file } else { source.join(room) }, path, &mut found);
            // What the first page exports by itself.
            if found.contains("Error") {
                found.insert("error".into());
            }
            found.retain(|name| told.contains(name) && name != room);
            wrong.extend(found.difference(allowed).map(|other| format!("{room} must not know {other}")));
            let knows_all = allowed.len() + 1 == told.len();
            let idle = allowed.difference(&found).filter(|_| !knows_all);
            wrong.extend(idle.map(|other| format!("{room} does not know {other}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_stand_in_order() {
    for (page, _) in PAGES {
        let rooms = table(&fs::read_to_string(root().join(page)).unwrap());
        let floor: BTreeMap<&str, usize> =
            rooms.iter().enumerate().map(|(at, (room, _))| (&**room, at)).collect();
        assert!(floor.len() > 5, "{page}");
        for (room, knows) in &rooms {
            for other in knows {
                let below =
                    floor.get(&**other).unwrap_or_else(|| panic!("{room} knows {other}, which is no room"));
                assert!(*below < floor[&**room], "{room} stands below {other}, which it knows");
            }
        }
    }
}

#[test]
fn imports_are_found_however_they_are_written() {
    let code = "use crate::{\n    Error,\n    codec::{Level, bytes}, // crate::gene\n    num,\n};\nlet a = crate::table::Input::Text;";
    let names = |path| imports(code, path).into_iter().collect::<Vec<String>>();
    assert_eq!(names("crate::"), ["Error", "codec", "num", "table"]);
    assert_eq!(names("crate::codec::"), ["Level", "bytes"]);
}
