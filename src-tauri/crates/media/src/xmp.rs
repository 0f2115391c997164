//! XMP (ISO 16684-1): what Lightroom, phones and archives write, within a picture or in a file beside it.
//!
//! A packet is a tree of properties. It is flattened into names and texts, so that nobody downstream depends on which of the
//! ways to write RDF a program chose. Invariant: names are those of the standards, whatever prefixes a file uses.

use crate::ifd::{Tiff, boxes};
use crate::metadata::{Tier, Told, camera};
use crate::motion;
use crate::segments::{of_jpeg, of_png, of_riff};
use albumen_model::{Capture, DateSource, Kind, Said};
use roxmltree::{Document, Node, ParsingOptions};
use std::borrow::Cow;

/// Longer packets hold pictures or the steps of an editor.
pub const MOST: usize = 2 << 20;
/// A develop setting of Lightroom is one; it writes some hundreds.
const MOST_NODES: u32 = 20_000;
const MOST_FIELDS: usize = 1500;
/// All texts together.
const MOST_BYTES: usize = 256 << 10;
const LONGEST: usize = 2048;
/// People write more into captions than programs do elsewhere.
const LONGEST_CAPTION: usize = 16 << 10;
const CAPTION: &str = "dc:description";
const DEEPEST: usize = 8;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What the standards call their namespaces; others keep the prefix that the file gives them.
const NAMES: [(&str, &str); 17] = [
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt"),
    ("http://ns.adobe.com/lightroom/1.0/", "lr"),
    ("http://www.digikam.org/ns/1.0/", "digiKam"),
    ("http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs"),
    ("http://ns.google.com/photos/1.0/camera/", "GCamera"),
    ("http://ns.google.com/photos/1.0/container/", "Container"),
    ("http://ns.google.com/photos/1.0/container/item/", "Item"),
    ("http://ns.adobe.com/xap/1.0/mm/", "xmpMM"),
    ("http://ns.microsoft.com/photo/1.2/", "MP"),
];

// --- where it is ------------------------------------------------------------------------------------------

/// The packet of a file of this kind.
pub fn find(kind: Kind, bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    const IN_JPEG: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    const IN_PNG: &[u8] = b"XML:com.adobe.xmp\0\0\0";
    const IN_TIFF: u16 = 700;
    if let Some(tiff) = Tiff::open(bytes) {
        let (entries, _) = tiff.directory(tiff.first);
        let entry = entries.iter().find(|entry| entry.tag == IN_TIFF)?;
        return Some(Cow::Borrowed(entry.value));
    }
    let body = match kind {
        Kind::Jpeg => of_jpeg(bytes)
            .filter(|(marker, _)| *marker == 0xe1)
            .find_map(|(_, body)| body.strip_prefix(IN_JPEG)),
        // Language and translated keyword stand before the text; neither is used.
        Kind::Png => of_png(bytes)
            .filter(|(name, _)| *name == b"iTXt")
            .find_map(|(_, body)| body.strip_prefix(IN_PNG)?.splitn(3, |byte| *byte == 0).nth(2)),
        Kind::Webp => of_riff(bytes)
            .find(|(name, _)| *name == b"XMP ")
            .map(|(_, body)| body),
        Kind::Jxl => boxes(bytes)
            .find(|(name, _)| name == b"xml ")
            .map(|(_, body)| body),
        Kind::Heic | Kind::Avif => return crate::heif::notes(bytes).xmp.map(Cow::Owned),
        _ => None,
    };
    body.map(Cow::Borrowed)
}

// --- what it says -----------------------------------------------------------------------------------------

/// What a packet tells; `None` where it is none that can be read.
pub fn read(packet: &[u8]) -> Option<Told> {
    let text = std::str::from_utf8(packet.get(..packet.len().min(MOST))?).ok()?;
    let text = text.trim_matches(['\0', '\u{feff}']).trim();
    let options = ParsingOptions {
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).ok()?;
    let mut packet = Packet::default();
    for description in document
        .descendants()
        .filter(|node| is_rdf(*node, "Description"))
        .filter(|node| node.parent().is_some_and(|parent| is_rdf(parent, "RDF")))
    {
        packet.inside(description, "", 0);
    }
    Some(Told {
        motion: motion::claimed(&document),
        ..packet.told()
    })
}

/// Names and texts, in the order of the file.
#[derive(Default)]
struct Packet {
    fields: Vec<(String, String)>,
    bytes: usize,
}

fn is_rdf(node: Node<'_, '_>, name: &str) -> bool {
    node.tag_name().namespace() == Some(RDF) && node.tag_name().name() == name
}

impl Packet {
    /// Everything that a node holds, as properties of the one called `path`.
    fn inside(&mut self, node: Node<'_, '_>, path: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for attribute in node.attributes() {
            let own = |uri| uri == RDF || uri == XML;
            if attribute.namespace().is_some_and(|uri| !own(uri)) {
                let name = named(node, attribute.namespace(), attribute.name());
                self.put(join(path, &name), attribute.value());
            }
        }
        let mut has_elements = false;
        for child in node.children().filter(Node::is_element) {
            has_elements = true;
            let name = child.tag_name();
            if name.namespace() == Some(RDF) {
                // Lists, their items, and structures add nothing to the name.
                self.inside(child, path, depth + 1);
            } else {
                let name = named(child, name.namespace(), name.name());
                self.inside(child, &join(path, &name), depth + 1);
            }
        }
        if !has_elements && !path.is_empty() {
            self.put(path.to_owned(), node.text().unwrap_or_default());
        }
    }

    fn put(&mut self, name: String, text: &str) {
        let text = text.trim();
        let longest = if name == CAPTION { LONGEST_CAPTION } else { LONGEST };
        let end = (0..=text.len().min(longest))
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        self.bytes += name.len() + end;
        if end > 0 && self.fields.len() < MOST_FIELDS && self.bytes < MOST_BYTES {
            self.fields.push((name, text[..end].to_owned()));
        }
    }

    fn first(&self, wanted: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name == wanted)?;
        Some(&found.1)
    }

    fn any(&self, wanted: &[&str]) -> Option<String> {
        wanted.iter().find_map(|name| self.first(name)).map(str::to_owned)
    }

    fn told(self) -> Told {
        let dates = [
            (Tier::Original, "exif:DateTimeOriginal"),
            (Tier::Original, "photoshop:DateCreated"),
            (Tier::Digitized, "xmp:CreateDate"),
            (Tier::Digitized, "exif:DateTimeDigitized"),
        ];
        let dates = dates.iter().filter_map(|(tier, name)| {
            let (local, offset_minutes) = Capture::parse_iso8601(self.first(name)?)?;
            let source = DateSource::Xmp;
            Some((
                *tier,
                Capture {
                    local,
                    offset_minutes,
                    source,
                },
            ))
        });
        let towns = [
            "photoshop:City",
            "Iptc4xmpExt:LocationCreated/Iptc4xmpExt:City",
            "Iptc4xmpExt:LocationShown/Iptc4xmpExt:City",
        ];
        let mut told = Told {
            dates: dates.collect(),
            camera: camera(self.any(&["tiff:Make"]), self.any(&["tiff:Model"])),
            lens: self.any(&["exifEX:LensModel", "aux:Lens"]),
            place: self.any(&towns),
            gps: self.gps(),
            content_id: None,
            software: self.any(&["xmp:CreatorTool", "tiff:Software"]),
            said: self.said(),
            motion: None,
            fields: Vec::new(),
        };
        for (name, text) in &self.fields {
            told.field("xmp", name, text);
        }
        told
    }

    fn all<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.fields.iter().filter(move |(name, _)| name == wanted);
        found.map(|(_, text)| text.as_str())
    }

    fn said(&self) -> Said {
        let mut said = Said::default();
        self.all("dc:title").take(1).for_each(|text| said.set_title(text));
        for name in [CAPTION, "tiff:ImageDescription"] {
            self.all(name).take(1).for_each(|text| said.set_caption(text));
        }
        self.all("xmp:Rating").for_each(|text| said.set_rating(text));
        self.all("dc:subject").for_each(|text| said.add_keyword(text));
        self.all("digiKam:TagsList")
            .for_each(|text| said.add_tag(text, '/'));
        self.all("lr:hierarchicalSubject")
            .for_each(|text| said.add_tag(text, '|'));
        self.all("Iptc4xmpExt:PersonInImage")
            .for_each(|text| said.add_person(text));
        self.faces().for_each(|text| said.add_person(text));
        // As Windows and Picasa name faces, by whatever prefix.
        let named = self
            .fields
            .iter()
            .filter(|(name, _)| name.ends_with(":PersonDisplayName"));
        named.for_each(|(_, text)| said.add_person(text));
        said
    }

    /// Names of regions. Each has a type as well; where not all do, none is told apart.
    fn faces(&self) -> impl Iterator<Item = &str> {
        const REGION: &str = "mwg-rs:Regions/mwg-rs:RegionList";
        let of = |what: &str| -> Vec<&str> {
            let name = format!("{REGION}/mwg-rs:{what}");
            let found = self.fields.iter().filter(|(known, _)| *known == name);
            found.map(|(_, text)| text.as_str()).collect()
        };
        let (names, types) = (of("Name"), of("Type"));
        let is_told = names.len() == types.len();
        let kinds = types.into_iter().map(Some).chain(std::iter::repeat(None));
        let found = names.into_iter().zip(kinds);
        found
            .filter(move |(_, kind)| !is_told || kind.is_some_and(|kind| matches!(kind, "Face" | "Pet")))
            .map(|(name, _)| name)
    }

    fn gps(&self) -> Option<(f64, f64)> {
        let part = |name, minus, limit: f64| {
            degrees(self.first(name)?, minus).filter(|degrees| degrees.abs() <= limit)
        };
        let north = part("exif:GPSLatitude", 'S', 90.0)?;
        let east = part("exif:GPSLongitude", 'W', 180.0)?;
        (north != 0.0 || east != 0.0).then_some((north, east))
    }
}

/// `52,30.5N` or `52,30,30N`: degrees, minutes, seconds (ISO 16684-1, GPSCoordinate).
fn degrees(text: &str, minus: char) -> Option<f64> {
    let (numbers, letter) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let parts: Vec<f64> = numbers
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()?;
    if parts.len() > 3 || parts.iter().any(|part| *part < 0.0) {
        return None;
    }
    let size = parts.iter().rev().fold(0.0, |sum, part| sum / 60.0 + part);
    Some(if letter.starts_with(minus) { -size } else { size })
}

fn named(node: Node<'_, '_>, uri: Option<&str>, name: &str) -> String {
    let known = NAMES.iter().find(|(known, _)| Some(*known) == uri);
    let prefix = match known {
        Some((_, prefix)) => Some(*prefix),
        None => uri.and_then(|uri| node.lookup_prefix(uri)),
    };
    prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}:{name}"))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(inside: &str) -> String {
        format!(
            r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
            xmlns:rdf="{RDF}" xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:t="http://ns.adobe.com/tiff/1.0/"
            xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:p="http://ns.adobe.com/photoshop/1.0/"
            xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:x1="http://ns.adobe.com/xap/1.0/">
            {inside}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#
        )
    }

    fn told(inside: &str) -> Told {
        read(packet(inside).as_bytes()).expect("a packet")
    }

    #[test]
    fn both_ways_to_write_a_property_and_foreign_prefixes_tell_the_same() {
        let as_attributes = told(
            r#"<rdf:Description e:DateTimeOriginal="2013-07-05T03:18:27Z" t:Make="Canon" t:Model="EOS 5D"
               e:GPSLatitude="52,30.5N" e:GPSLongitude="13,15,36W" p:City="Berlin"/>"#,
        );
        let as_elements = told(
            "<rdf:Description><e:DateTimeOriginal>2013-07-05T03:18:27Z</e:DateTimeOriginal><t:Make>Canon</t:Make>
             <t:Model>EOS 5D</t:Model><e:GPSLatitude>52,30.5N</e:GPSLatitude></rdf:Description>
             <rdf:Description><e:GPSLongitude>13,15,36W</e:GPSLongitude><p:City>Berlin</p:City></rdf:Description>",
        );
        for told in [as_attributes, as_elements] {
            let (tier, date) = told.dates[0];
            assert_eq!(
                (tier, date.iso().as_str(), date.offset_minutes),
                (Tier::Original, "2013-07-05T03:18:27", Some(0))
            );
            assert_eq!(told.camera.as_deref(), Some("Canon EOS 5D"));
            let (north, east) = told.gps.expect("a place");
            assert!((north - 52.508_333).abs() < 1e-5 && (east + 13.26).abs() < 1e-9);
            assert_eq!(told.place.as_deref(), Some("Berlin"));
        }
    }

    #[test]
    fn lists_and_structures_are_flat_afterwards() {
        let told = told(
            r#"<rdf:Description><d:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Anna &amp; Ben</rdf:li></rdf:Bag></d:subject>
               <i:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><i:City>Porto</i:City></rdf:li></rdf:Bag></i:LocationShown>
               <d:title><rdf:Alt><rdf:li xml:lang="x-default">Pier</rdf:li></rdf:Alt></d:title></rdf:Description>"#,
        );
        let fields: Vec<_> = told
            .fields
            .iter()
            .map(|field| (&field["tag"], &field["value"]))
            .collect();
        assert_eq!(
            format!("{fields:?}"),
            r#"[(String("dc:subject"), String("sea")), (String("dc:subject"), String("Anna & Ben")), (String("Iptc4xmpExt:LocationShown/Iptc4xmpExt:City"), String("Porto")), (String("dc:title"), String("Pier"))]"#
        );
        assert_eq!(told.place.as_deref(), Some("Porto"));
    }

    #[test]
    fn what_people_said_is_told_with_the_names_of_faces() {
        let said = told(
            r#"<rdf:Description x1:Rating="4" xmlns:k="http://www.digikam.org/ns/1.0/" xmlns:l="http://ns.adobe.com/lightroom/1.0/"
                xmlns:r="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:a="http://ns.adobe.com/xmp/sType/Area#">
               <d:title><rdf:Alt><rdf:li xml:lang="x-default">Pier</rdf:li><rdf:li xml:lang="de">Steg</rdf:li></rdf:Alt></d:title>
               <d:description><rdf:Alt><rdf:li xml:lang="x-default">At noon</rdf:li></rdf:Alt></d:description>
               <d:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></d:subject>
               <k:TagsList><rdf:Seq><rdf:li>Places/Porto</rdf:li></rdf:Seq></k:TagsList>
               <l:hierarchicalSubject><rdf:Bag><rdf:li>Places|Porto</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></l:hierarchicalSubject>
               <i:PersonInImage><rdf:Bag><rdf:li>Anna</rdf:li></rdf:Bag></i:PersonInImage>
               <r:Regions rdf:parseType="Resource"><r:RegionList><rdf:Bag>
                 <rdf:li><rdf:Description r:Name="Ben" r:Type="Face"><r:Area a:x="0.5" a:y="0.5"/></rdf:Description></rdf:li>
                 <rdf:li rdf:parseType="Resource"><r:Type>BarCode</r:Type><r:Name>4711</r:Name></rdf:li>
               </rdf:Bag></r:RegionList></r:Regions></rdf:Description>"#,
        )
        .said;
        assert_eq!(
            (said.title.as_deref(), said.caption.as_deref()),
            (Some("Pier"), Some("At noon"))
        );
        assert_eq!((said.rating, said.keywords), (Some(4), vec!["sea".to_owned()]));
        assert_eq!(said.tags, ["Places/Porto", "sea"]);
        assert_eq!(said.people, ["Anna", "Ben"]);
    }

    #[test]
    fn what_was_meant_to_be_endless_ends() {
        let deep = format!("<rdf:Description>{}</rdf:Description>", "<d:a>".repeat(5000));
        assert!(read(packet(&deep).as_bytes()).is_none(), "it is not closed");
        let deep = format!(
            "<rdf:Description>{}x{}</rdf:Description>",
            "<d:a>".repeat(5000),
            "</d:a>".repeat(5000)
        );
        assert!(told(&deep).fields.is_empty());
        let many = "<d:a>x</d:a>".repeat(30_000);
        assert!(read(packet(&format!("<rdf:Description>{many}</rdf:Description>")).as_bytes()).is_none());
        let bomb = format!(
            r#"<!DOCTYPE x [<!ENTITY a "{}"><!ENTITY b "{}"><!ENTITY c "{}">]>{}"#,
            "lol".repeat(1000),
            "&a;".repeat(1000),
            "&b;".repeat(1000),
            packet("<rdf:Description><d:a>&c;</d:a></rdf:Description>")
        );
        assert!(read(bomb.as_bytes()).is_none());
    }

    #[test]
    fn a_packet_is_found_in_every_kind_of_picture() {
        let packet = packet("<rdf:Description/>");
        let sized = |size: usize| u32::try_from(size).expect("small");
        let body = [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat();
        let size = u16::try_from(body.len() + 2).expect("small").to_be_bytes();
        let jpeg = [b"\xff\xd8\xff\xe1", &size[..], &body].concat();
        let text = [b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat();
        let png = [
            b"\x89PNG\r\n\x1a\n",
            &sized(text.len()).to_be_bytes()[..],
            b"iTXt",
            &text,
            b"....",
        ]
        .concat();
        let webp = [
            b"RIFF....WEBPXMP ",
            &sized(packet.len()).to_le_bytes()[..],
            packet.as_bytes(),
        ]
        .concat();
        let mut tiff = b"II*\0\x08\0\0\0\x01\0\xbc\x02\x01\0".to_vec();
        tiff.extend(sized(packet.len()).to_le_bytes());
        tiff.extend([26, 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend(packet.as_bytes());
        let jxl = [
            &sized(packet.len() + 8).to_be_bytes()[..],
            b"xml ",
            packet.as_bytes(),
        ]
        .concat();
        for (kind, file) in [
            (Kind::Jpeg, jpeg),
            (Kind::Png, png),
            (Kind::Webp, webp),
            (Kind::Tiff, tiff),
            (Kind::Jxl, jxl),
        ] {
            assert_eq!(find(kind, &file).as_deref(), Some(packet.as_bytes()), "{kind:?}");
        }
    }
}
