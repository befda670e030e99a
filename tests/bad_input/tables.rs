//! Tables that are imported: each kind without its header, and with a row that is broken.

use withpersona::{Csv, Import, ImportKind, Persona};

use crate::on_emulator::{not_sent, start};

const KINDS: [ImportKind; 7] = [
    ImportKind::Accounts,
    ImportKind::EmailAddresses,
    ImportKind::Geolocations,
    ImportKind::GovernmentIdNumbers,
    ImportKind::IpAddresses,
    ImportKind::Names,
    ImportKind::PhoneNumbers,
];

fn import(persona: &Persona, kind: ImportKind, text: &str) -> Import {
    let csv = Csv::reader(std::io::Cursor::new(text.to_owned()));
    let importers = persona.importers();
    match kind {
        ImportKind::Accounts => importers.accounts(csv),
        ImportKind::EmailAddresses => importers.email_addresses("lst_1", csv),
        ImportKind::Geolocations => importers.geolocations("lst_1", csv),
        ImportKind::GovernmentIdNumbers => importers.government_id_numbers("lst_1", csv),
        ImportKind::IpAddresses => importers.ip_addresses("lst_1", csv),
        ImportKind::Names => importers.names("lst_1", csv),
        ImportKind::PhoneNumbers => importers.phone_numbers("lst_1", csv),
        other => panic!("{other:?} is not in the table"),
    }
}

#[tokio::test]
async fn each_import_refuses_a_table_without_its_header() {
    let (emulator, persona) = start().await;
    for kind in KINDS {
        for (text, why) in [
            ("", "the CSV is empty".to_owned()),
            (
                "canary,4711\n",
                "the header of the CSV is missing".to_owned(),
            ),
            (
                &format!("{}\n", kind.columns().join(",")),
                "the CSV has a header and no rows".to_owned(),
            ),
            (
                &format!("{},canary\ncanary,4711\n", kind.columns().join(",")),
                format!("its column {} is another", kind.columns().len() + 1),
            ),
        ] {
            let told = not_sent(import(&persona, kind, text).await);
            assert!(told.contains(&why), "{kind:?}: {told}");
            assert!(!told.contains("canary") && !told.contains("4711"), "{told}");
        }
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn each_import_tells_the_row_that_is_broken() {
    let (emulator, persona) = start().await;
    for kind in KINDS {
        let columns = kind.columns();
        let header = columns.join(",");
        let good = vec!["x"; columns.len()].join(",");
        let long = format!("{good},canary");
        let text = format!("{header}\n{good}\n{good}\n{long}\n{good}\n");
        let told = not_sent(import(&persona, kind, &text).await);
        let why = format!(
            "row 3 of the CSV (line 4) has {} values, and the header has {}",
            columns.len() + 1,
            columns.len()
        );
        assert!(told.contains(&why), "{kind:?}: {told}");
        assert!(!told.contains("canary"), "{told}");
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}
