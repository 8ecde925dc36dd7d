use std::io::Write as _;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, GzBuilder};

use super::*;
use crate::source::Bytes;
use crate::testing::zipped;

const TEXT: &[u8] = b"Country Code,2019,2020\nCHL,19197744,19370624\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What was unwrapped: its bytes from an offset, its member, its trail.
type Unwrapped = (Vec<u8>, Option<String>, Option<String>);

fn unwrapped_from(body: &[u8], member: Option<&str>, offset: u64, limits: Limits) -> Result<Unwrapped, DecodeError> {
    let source = Bytes(body);
    let opened = unwrap(&source, member, limits)?;
    let mut bytes = Vec::new();
    let read = opened.source.open(offset).and_then(|mut reader| reader.read_to_end(&mut bytes));
    read.map_err(|error| DecodeError::reading("the message", error))?;
    Ok((bytes, opened.member.as_deref().map(str::to_owned), opened.trail()))
}

fn unwrapped(body: &[u8], member: Option<&str>) -> Result<Unwrapped, DecodeError> {
    unwrapped_from(body, member, 0, Limits::default())
}

fn fails(body: &[u8], member: Option<&str>) -> String {
    unwrapped(body, member).unwrap_err().to_string()
}

#[test]
fn a_bare_message_stays_what_it_is() {
    assert_eq!(unwrapped(TEXT, None).unwrap(), (TEXT.to_vec(), None, None));
    assert_eq!(unwrapped(b"", None).unwrap(), (Vec::new(), None, None));
    assert_eq!(unwrapped(b"P", None).unwrap(), (b"P".to_vec(), None, None));
}

#[test]
fn gzip_members_and_zstandard_frames_follow_each_other() {
    let (first, second) = TEXT.split_at(23);
    for (body, trail) in [
        ([gzip(first), gzip(b""), gzip(second)].concat(), "gzip"),
        ([gzip(first), gzip(second), vec![0; 600]].concat(), "gzip"),
        ([zstandard(first), zstandard(second)].concat(), "Zstandard"),
        ([zstandard(first), b"\x50\x2A\x4D\x18\x03\0\0\0abc".to_vec(), zstandard(second)].concat(), "Zstandard"),
    ] {
        assert_eq!(unwrapped(&body, None).unwrap(), (TEXT.to_vec(), None, Some(trail.to_owned())));
    }
}

#[test]
fn every_field_of_a_gzip_header_is_skipped() {
    let mut body = GzBuilder::new().filename("a.csv").comment("c").extra(vec![7; 300]).write(Vec::new(), Compression::best());
    body.write_all(TEXT).unwrap();
    let mut body = body.finish().unwrap();
    assert_eq!(unwrapped(&body, None).unwrap().0, TEXT);
    body[3] |= 0x80;
    assert!(fails(&body, None).contains("is not defined"));
}

#[test]
fn what_stands_behind_the_last_gzip_member_is_named_by_its_byte() {
    let whole = gzip(TEXT);
    let end = whole.len();
    let page = [whole.clone(), b"<html>".to_vec()].concat();
    assert_eq!(
        fails(&page, None),
        format!("the gzip data is malformed at byte {end}: something that is no gzip member stands behind the last one")
    );
    let padded = [whole.clone(), vec![0; 5], b"x".to_vec()].concat();
    assert_eq!(
        fails(&padded, None),
        format!("the gzip data is malformed at byte {}: data stands behind the zero bytes that end the last member", end + 5)
    );
    let half = [whole, b"\x1F".to_vec()].concat();
    assert_eq!(fails(&half, None), format!("the gzip data is cut off at byte {}: it ends in a member's header", end + 1));
}

#[test]
fn a_checksum_or_size_that_lies_is_noticed() {
    for from_end in [1, 5] {
        let mut body = gzip(TEXT);
        let at = body.len() - from_end;
        body[at] ^= 1;
        assert!(fails(&body, None).contains("do not fit what came out"));
    }
    let mut body = zstandard(TEXT);
    *body.last_mut().unwrap() ^= 1;
    assert!(fails(&body, None).starts_with("the Zstandard data is malformed at byte "), "{}", fails(&body, None));
}

#[test]
fn a_bomb_is_stopped_at_the_cap_whatever_its_ratio() {
    let zeros = vec![b'0'; 5_000_000];
    let limits = Limits { max_inflated_bytes: 1_000_000, ..Limits::default() };
    for (body, place) in [
        (gzip(&zeros), "the gzip data"),
        (zstandard(&zeros), "the Zstandard data"),
        (zipped(&[("a.csv", zeros.clone())]), "member \"a.csv\""),
    ] {
        assert!(body.len() < 50_000);
        let error = unwrapped_from(&body, None, 0, limits).unwrap_err();
        assert_eq!(error.to_string(), format!("{place} is larger than 1000000 bytes once inflated"));
        assert_eq!(unwrapped(&body, None).unwrap().0, zeros, "below the cap a ratio of a thousand is data");
    }
}

#[test]
fn a_message_in_a_container_opens_at_an_offset() {
    for body in [gzip(TEXT), zstandard(TEXT), zipped(&[("a.csv", TEXT.to_vec())])] {
        for offset in [0, 1, 23, TEXT.len() as u64, 1000] {
            let expected = TEXT.get(offset as usize..).unwrap_or_default();
            assert_eq!(unwrapped_from(&body, None, offset, Limits::default()).unwrap().0, expected);
        }
    }
}

#[test]
fn a_member_is_chosen_by_name_pattern_or_beginning() {
    let body = zipped(&[
        ("docs/", Vec::new()),
        ("docs/readme.md", b"r".to_vec()),
        ("data/API_SM.csv", b"1".to_vec()),
        ("data/Metadata_API_SM.csv", b"2".to_vec()),
        ("__MACOSX/data/._API_SM.csv", b"3".to_vec()),
    ]);
    for (member, expected) in [
        ("data/API_SM.csv", b"1"),
        ("API_SM.csv", b"1"),
        ("API_*.csv", b"1"),
        ("data/Meta*", b"2"),
        ("Metadata_???_SM.csv", b"2"),
        ("API_", b"1"),
        ("readme", b"r"),
    ] {
        let (bytes, ..) = unwrapped(&body, Some(member)).unwrap();
        assert_eq!(bytes, expected, "{member}");
    }
    let listed = "\"docs/readme.md\", \"data/API_SM.csv\", \"data/Metadata_API_SM.csv\", \"__MACOSX/data/._API_SM.csv\"";
    assert_eq!(fails(&body, Some("*.csv")), format!("expected one member named \"*.csv\" or \"*.csv…\" in the archive, found {listed}"));
    assert_eq!(fails(&body, None), format!("expected one data file in the archive, found {listed}"));
    let one = zipped(&[("__MACOSX/._x.csv", b"-".to_vec()), ("x.csv", TEXT.to_vec()), ("licence.pdf", b"%PDF".to_vec())]);
    let trail = "member \"x.csv\" of a ZIP archive".to_owned();
    assert_eq!(unwrapped(&one, None).unwrap(), (TEXT.to_vec(), Some("x.csv".to_owned()), Some(trail)));
    let odd = zipped(&[("answer", TEXT.to_vec())]);
    assert_eq!(unwrapped(&odd, None).unwrap().1.as_deref(), Some("answer"), "the only file needs no extension");
}

#[test]
fn containers_stand_in_each_other_twice_and_not_deeper() {
    let twice = zipped(&[("x.csv.gz", gzip(TEXT))]);
    let trail = "member \"x.csv.gz\" of a ZIP archive, then gzip".to_owned();
    assert_eq!(unwrapped(&twice, None).unwrap(), (TEXT.to_vec(), Some("x.csv.gz".to_owned()), Some(trail)));
    let other = zstandard(&zipped(&[("x.csv", TEXT.to_vec())]));
    assert_eq!(unwrapped(&other, None).unwrap().0, TEXT);
    assert_eq!(
        fails(&gzip(&twice), None),
        "the body is malformed at byte 0: more than 2 containers stand in each other: gzip, then member \"x.csv.gz\" of a ZIP archive, then gzip"
    );
}

#[test]
fn a_workbook_is_no_container() {
    let workbook = zipped(&[("[Content_Types].xml", b"<Types/>".to_vec()), ("xl/workbook.xml", b"<workbook/>".to_vec())]);
    assert_eq!(unwrapped(&workbook, Some("Table 1")).unwrap(), (workbook.clone(), None, None));
    let (bytes, member, _) = unwrapped(&zipped(&[("t.xlsx", workbook.clone())]), None).unwrap();
    assert_eq!((bytes, member.as_deref()), (workbook, Some("t.xlsx")));
}

/// The offset of a signature.
fn find(body: &[u8], signature: &[u8]) -> usize {
    body.windows(signature.len()).position(|window| window == signature).unwrap()
}

#[test]
fn headers_that_lie_are_noticed_and_never_believed() {
    let body = zipped(&[("a.csv", TEXT.to_vec())]);
    let line = find(&body, b"PK\x01\x02");
    let altered = |at: usize, bytes: &[u8]| {
        let mut body = body.clone();
        body[at..at + bytes.len()].copy_from_slice(bytes);
        let error = unwrapped(&body, None).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        format!("{error}: {source}")
    };
    let damaged = "member \"a.csv\" of the archive is damaged: ";
    assert_eq!(altered(line + 24, &[3, 0, 0, 0]), format!("{damaged}it declares 3 bytes and holds more"));
    assert_eq!(altered(line + 24, &[0, 1, 0, 0]), format!("{damaged}it declares 256 bytes and holds {}", TEXT.len()));
    assert!(altered(line + 16, &[0, 0, 0, 0]).starts_with(&format!("{damaged}its checksum is ")));
    assert_eq!(altered(line + 20, &[0, 0, 0, 0x70]), format!("{damaged}it is declared larger than the archive"));
    assert_eq!(altered(line + 42, &[1, 0, 0, 0]), format!("{damaged}the directory says that it begins where no member does"));
    assert_eq!(altered(8, &[0, 0]), format!("{damaged}its header and the directory disagree about the compression"));
    assert_eq!(altered(line + 8, &[1, 0]), "member \"a.csv\" of the archive is encrypted, which cannot be read: ");
    assert_eq!(
        altered(line + 10, &[12, 0]),
        "member \"a.csv\" of the archive is compressed with bzip2 (method 12), which cannot be read: "
    );
    let end = find(&body, b"PK\x05\x06");
    assert!(altered(end + 12, &[0xFF, 0xFF, 0, 0]).contains("its directory is declared larger than itself"));
    assert!(altered(end + 10, &[9, 0]).contains("more members than it has room for"));
    assert!(altered(end + 4, &[1, 0]).contains("one of several volumes"));
}

#[test]
fn archives_behind_a_program_and_stored_members_are_read() {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).large_file(true);
    writer.start_file("a.csv", stored).unwrap();
    writer.write_all(TEXT).unwrap();
    writer.set_comment("a comment").unwrap();
    let body = writer.finish().unwrap().into_inner();
    assert_eq!(unwrapped(&body, None).unwrap().0, TEXT);
    let moved = [b"PK\x03\x04 is how this program begins".to_vec(), body].concat();
    assert_eq!(unwrapped(&moved, None).unwrap().0, TEXT);
}

#[test]
fn an_archive_of_too_many_members_is_refused_before_they_are_listed() {
    let names: Vec<String> = (0..=super::directory::MAX_MEMBERS).map(|n| n.to_string()).collect();
    let members: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), Vec::new())).collect();
    assert_eq!(fails(&zipped(&members), None), "the archive has 4097 members, more than 4096");
}

#[test]
fn no_truncation_goes_unnoticed() {
    let long: Vec<u8> = (0..700u32).flat_map(|n| format!("{n},{}\n", n * 7919 % 1013).into_bytes()).collect();
    for body in [gzip(&long), [gzip(TEXT), gzip(&long)].concat(), zstandard(&long), zipped(&[("a.csv", long.clone())])] {
        let exact = gzip(TEXT).len();
        for keep in 6..body.len() {
            let result = unwrapped(&body[..keep], None);
            // A file of two members that ends with the first one is whole.
            if keep == exact && body.starts_with(&gzip(TEXT)) {
                assert_eq!(result.unwrap().0, TEXT);
                continue;
            }
            let error = result.unwrap_err();
            assert!(matches!(error, DecodeError::Truncated { .. }), "{keep} of {}: {error}", body.len());
        }
    }
}

#[test]
fn what_comes_out_before_a_break_is_what_went_in() {
    let long: Vec<u8> = (0..9000u32).flat_map(|n| format!("{n},{}\n", n * 7919 % 1013).into_bytes()).collect();
    for body in [gzip(&long), zstandard(&long)] {
        for keep in (20..body.len()).step_by(997) {
            let source = Bytes(&body[..keep]);
            // Where not even the first bytes come out, the containers cannot be told.
            let Ok(opened) = unwrap(&source, None, Limits::default()) else { continue };
            let mut out = Vec::new();
            opened.source.open(0).unwrap().read_to_end(&mut out).unwrap_err();
            assert!(long.starts_with(&out));
        }
    }
}

#[test]
fn raw_deflate_is_no_container() {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(TEXT).unwrap();
    let body = encoder.finish().unwrap();
    assert_eq!(unwrapped(&body, None).unwrap().0, body);
}

#[test]
fn an_archive_without_files_is_empty() {
    for body in [zipped(&[]), zipped(&[("folder/", Vec::new())])] {
        for member in [None, Some("a.csv")] {
            let error = unwrap(&Bytes(&body), member, Limits::default()).map(|_| ()).unwrap_err();
            assert!(matches!(error, DecodeError::Empty { .. }), "{error}");
            assert_eq!(error.to_string(), "the archive has no data: it is empty");
        }
    }
}
