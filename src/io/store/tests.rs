use super::*;
use crate::text::units;
use qres_core::gene::Builder;

fn gene(columns: u16) -> Vec<u8> {
    Builder::new(None, columns).finish()
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store { folder: Some(folder.path().join("genes")) };
    (folder, store)
}

#[test]
fn what_is_installed_is_found() {
    let (_folder, store) = store();
    let (a, b) = (gene(1), gene(2));
    let writer = store.write().unwrap();
    assert_eq!(writer.install(&a, Some("station-7"), false).unwrap(), Installed::New);
    assert_eq!(writer.install(&a, Some("station-7"), false).unwrap(), Installed::Already);
    assert_eq!(writer.install(&b, None, false).unwrap(), Installed::New);
    assert!(writer.install(&b, Some("station-7"), false).is_err());
    for word in ["station-7", &units::hex(&id_of(&a)), &units::hex(&id_of(&a))[..8]] {
        assert_eq!(store.find(word).unwrap(), Some(id_of(&a)), "{word}");
    }
    assert_eq!(store.get(&id_of(&b)).unwrap(), Some(b.clone()));
    writer.install(&b, Some("station-7"), true).unwrap();
    assert_eq!(store.find("station-7").unwrap(), Some(id_of(&b)));
    assert_eq!(writer.remove(&id_of(&b)).unwrap(), ["station-7"]);
    assert_eq!((store.find("station-7").unwrap(), store.ids().unwrap()), (None, vec![id_of(&a)]));
}

#[test]
fn damage_is_told_never_used_and_mended() {
    let (_folder, store) = store();
    let gene = gene(1);
    let writer = store.write().unwrap();
    writer.install(&gene, Some("it"), false).unwrap();
    let folder = store.folder().unwrap();
    for wrong in [&gene[..5], b"", &vec![0; MAX_GENE + 9]] {
        fs::write(folder.join(gene_file(&id_of(&gene))), wrong).unwrap();
        assert!(store.get(&id_of(&gene)).unwrap_err().cause::<Damaged>().is_some());
        assert_eq!(writer.install(&gene, None, false).unwrap(), Installed::Mended);
        assert_eq!(store.get(&id_of(&gene)).unwrap(), Some(gene.clone()));
    }
    let path = folder.join(gene_file(&id_of(&gene)));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(store.get(&id_of(&gene)).unwrap_err().cause::<Damaged>().is_some());
    fs::write(folder.join("names/it.name"), "0123").unwrap();
    assert!(matches!(store.find("it").unwrap_err().cause(), Some(Damaged::Name(_))));
}

#[cfg(not(any(windows, target_os = "macos")))]
#[test]
fn the_data_of_the_user_is_where_xdg_says() {
    let place = |set: &[(&str, &str)]| {
        data_folder(|name| set.iter().find(|(known, _)| *known == name).map(|(_, path)| path.into()))
    };
    let home = ("HOME", "/home/ann");
    assert_eq!(place(&[home]), Some("/home/ann/.local/share".into()));
    assert_eq!(place(&[home, ("XDG_DATA_HOME", "/data")]), Some("/data".into()));
    assert_eq!(place(&[home, ("XDG_DATA_HOME", "data")]), Some("/home/ann/.local/share".into()));
    assert_eq!(place(&[]), None);
}

#[test]
fn only_leftovers_of_writers_are_removed() {
    let (_folder, store) = store();
    drop(store.write().unwrap());
    let folder = store.folder().unwrap();
    let id = "ab".repeat(32);
    let left = [format!(".{id}.gene.qres-part"), "names/.station.name.qres-part".into()];
    let others = [".bashrc", ".profile.abcdef", "names/.hidden", "x.gene", "names/readme"];
    for file in left.iter().map(String::as_str).chain(others) {
        fs::write(folder.join(file), "half").unwrap();
    }
    drop(store.write().unwrap());
    assert!(left.iter().all(|file| !folder.join(file).exists()));
    assert!(others.iter().all(|file| folder.join(file).exists()));
    assert!(store.ids().unwrap().is_empty() && store.names().unwrap().is_empty());
}

#[test]
fn names_are_harmless() {
    for name in ["a", "Station-7_b.2", "2026", "cafe", &"x".repeat(64)] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", ".", "..", "-f", "a/b", "a\\b", "a b", "é", "a\n", &"x".repeat(65), &"ab".repeat(32)] {
        assert!(!is_name(name), "{name}");
    }
}
