//! Facts as an XMP packet (ISO 16684-1), in the fields that digiKam, Lightroom, darktable and immich read.
//!
//! The same facts give the same bytes: what was written is known again by its digest.
//!
//! immich takes tags from the first list that there is (`digiKam:TagsList`, then Lightroom's), so both hold all of them. No
//! standard has a place for albums, nor for Google's star: they are tags, `Albums/Porto` and `Favorite`. Stars and a favourite are
//! two things: Google's star is no rating.

use super::facts::{Fact, What};
use std::fmt::Write;

const HEAD: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"Albumen\">
 <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
  <rdf:Description rdf:about=\"\"
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"
    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"
    xmlns:exif=\"http://ns.adobe.com/exif/1.0/\"
    xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"
    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"
    xmlns:lr=\"http://ns.adobe.com/lightroom/1.0/\"
    xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\">
";
const TAIL: &str = "  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end=\"w\"?>
";

pub fn packet(facts: &[Fact]) -> Vec<u8> {
    let mut made = Packet {
        text: HEAD.to_owned(),
    };
    let all = |what: What| -> Vec<&str> {
        let found = facts.iter().filter(|fact| fact.what == what);
        found.map(|fact| fact.text.as_str()).collect()
    };
    let one = |what: What| all(what).first().copied();
    if let Some(stars) = one(What::Rating) {
        made.value("xmp:Rating", stars);
    }
    if let Some(date) = one(What::Date) {
        made.value("exif:DateTimeOriginal", date);
        made.value("photoshop:DateCreated", date);
    }
    if let Some((north, east)) = one(What::Place).and_then(|text| text.split_once(',')) {
        let degrees = |text: &str| text.parse::<f64>().unwrap_or_default();
        made.value("exif:GPSLatitude", &coordinate(degrees(north), 'N', 'S'));
        made.value("exif:GPSLongitude", &coordinate(degrees(east), 'E', 'W'));
    }
    if let Some(title) = one(What::Title) {
        made.language("dc:title", title);
    }
    let captions = all(What::Caption);
    if !captions.is_empty() {
        made.language("dc:description", &captions.join("\n\n"));
    }
    let people = all(What::Person);
    made.list("Iptc4xmpExt:PersonInImage", "Bag", &people);
    let tags = tags(facts);
    let leaf = |tag: &Vec<String>| tag.last().cloned().unwrap_or_default();
    let mut flat: Vec<String> = Vec::new();
    for word in all(What::Keyword)
        .into_iter()
        .map(str::to_owned)
        .chain(tags.iter().map(leaf))
    {
        if !flat.contains(&word) {
            flat.push(word);
        }
    }
    made.list("dc:subject", "Bag", &flat);
    let joined = |between: char| -> Vec<String> {
        let level = |level: &String| level.replace(between, "-");
        let tag = |tag: &Vec<String>| {
            tag.iter()
                .map(level)
                .collect::<Vec<_>>()
                .join(&between.to_string())
        };
        tags.iter().map(tag).collect()
    };
    made.list("digiKam:TagsList", "Seq", &joined('/'));
    made.list("lr:hierarchicalSubject", "Bag", &joined('|'));
    made.text += TAIL;
    made.text.into_bytes()
}

/// Every keyword with those above it, the topmost first.
fn tags(facts: &[Fact]) -> Vec<Vec<String>> {
    let mut tags: Vec<Vec<String>> = Vec::new();
    let below = |above: &str, text: &str| vec![above.to_owned(), text.to_owned()];
    let known: Vec<&str> = facts
        .iter()
        .filter(|fact| fact.what == What::Tag)
        .filter_map(|fact| fact.text.rsplit('/').next())
        .collect();
    for fact in facts {
        let tag = match fact.what {
            What::Tag => fact.text.split('/').map(str::to_owned).collect(),
            // The same word stands in a tag with those above it.
            What::Keyword if known.contains(&fact.text.as_str()) => continue,
            What::Keyword => vec![fact.text.clone()],
            What::Person => below("People", &fact.text),
            What::Album => below("Albums", &fact.text),
            What::Favorite => vec!["Favorite".to_owned()],
            _ => continue,
        };
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// `52,30.5N`: degrees, and minutes to a few millimetres.
fn coordinate(degrees: f64, plus: char, minus: char) -> String {
    let minutes = (degrees.abs() * 60.0 * 1e8).round() / 1e8;
    let whole = (minutes / 60.0).floor();
    let letter = if degrees < 0.0 { minus } else { plus };
    let rest = format!("{:.8}", minutes - whole * 60.0);
    let rest = rest.trim_end_matches('0').trim_end_matches('.');
    format!("{whole},{rest}{letter}")
}

struct Packet {
    text: String,
}

impl Packet {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing into a text does not fail.
        let _ = self.text.write_fmt(line);
        self.text.push('\n');
    }

    fn value(&mut self, name: &str, text: &str) {
        self.line(format_args!("   <{name}>{}</{name}>", escaped(text)));
    }

    fn language(&mut self, name: &str, text: &str) {
        let text = escaped(text);
        self.line(format_args!(
            "   <{name}><rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt></{name}>"
        ));
    }

    fn list(&mut self, name: &str, form: &str, texts: &[impl AsRef<str>]) {
        if texts.is_empty() {
            return;
        }
        self.line(format_args!("   <{name}><rdf:{form}>"));
        for text in texts {
            self.line(format_args!("    <rdf:li>{}</rdf:li>", escaped(text.as_ref())));
        }
        self.line(format_args!("   </rdf:{form}></{name}>"));
    }
}

/// For the text of an element; signs that XML cannot carry are left out.
fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => made += "&amp;",
            '<' => made += "&lt;",
            '>' => made += "&gt;",
            '"' => made += "&quot;",
            '\'' => made += "&apos;",
            // A reader would make it a line end.
            '\r' => made += "&#13;",
            '\n' | '\t' => made.push(sign),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => made.push(sign),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use roxmltree::{Document, Node};

    fn fact(what: What, text: &str) -> Fact {
        Fact {
            what,
            text: text.to_owned(),
            from: "a.jpg".to_owned(),
            in_photo: false,
        }
    }

    /// Name and texts of each property.
    fn read(packet: &[u8]) -> Vec<(String, Vec<String>)> {
        let text = std::str::from_utf8(packet).expect("UTF-8");
        let document = Document::parse(text).expect("sound XML");
        let is = |node: &Node<'_, '_>, name: &str| node.tag_name().name() == name;
        let about = document.descendants().find(|node| is(node, "Description"));
        let properties = about.expect("a description").children().filter(Node::is_element);
        let told = properties.map(|property| {
            let items: Vec<_> = property.descendants().filter(|node| is(node, "li")).collect();
            let texts = if items.is_empty() { vec![property] } else { items };
            let text = |node: Node<'_, '_>| node.text().unwrap_or_default().to_owned();
            (
                property.tag_name().name().to_owned(),
                texts.into_iter().map(text).collect(),
            )
        });
        told.collect()
    }

    #[test]
    fn every_fact_is_where_programs_look_for_it() {
        let facts = [
            fact(What::Rating, "4"),
            fact(What::Caption, "At noon"),
            fact(What::Caption, "The <pier> & ]]> \"sea\""),
            fact(What::Title, "Pier"),
            fact(What::Keyword, "sea"),
            fact(What::Keyword, "Porto"),
            fact(What::Tag, "Places/Porto"),
            fact(What::Person, "Anna|Ben"),
            fact(What::Album, "Spring/Summer"),
            fact(What::Favorite, "yes"),
            fact(What::Date, "2020-01-01T10:00:00Z"),
            fact(What::Place, "52.508333,-13.26"),
        ];
        let told = read(&packet(&facts));
        let told: Vec<(&str, String)> = told
            .iter()
            .map(|(name, texts)| (name.as_str(), texts.join("; ")))
            .collect();
        assert_eq!(
            told,
            [
                ("Rating", "4".to_owned()),
                ("DateTimeOriginal", "2020-01-01T10:00:00Z".to_owned()),
                ("DateCreated", "2020-01-01T10:00:00Z".to_owned()),
                ("GPSLatitude", "52,30.49998N".to_owned()),
                ("GPSLongitude", "13,15.6W".to_owned()),
                ("title", "Pier".to_owned()),
                ("description", "At noon\n\nThe <pier> & ]]> \"sea\"".to_owned()),
                ("PersonInImage", "Anna|Ben".to_owned()),
                (
                    "subject",
                    "sea; Porto; Anna|Ben; Spring/Summer; Favorite".to_owned()
                ),
                (
                    "TagsList",
                    "sea; Places/Porto; People/Anna|Ben; Albums/Spring-Summer; Favorite".to_owned()
                ),
                (
                    "hierarchicalSubject",
                    "sea; Places|Porto; People|Anna-Ben; Albums|Spring/Summer; Favorite".to_owned()
                ),
            ]
        );
        assert_eq!(packet(&facts), packet(&facts.clone()));
    }

    #[test]
    fn a_place_comes_back_where_it_was() {
        for degrees in [0.0, 89.999_999_99, -0.000_001, 13.26, 59.999_999_999_9] {
            let text = coordinate(degrees, 'N', 'S');
            let (numbers, letter) = text.split_at(text.len() - 1);
            let (whole, minutes) = numbers.split_once(',').expect("two numbers");
            let minutes: f64 = minutes.parse().expect("a number");
            let size = whole.parse::<f64>().expect("a number") + minutes / 60.0;
            assert!(minutes < 60.0, "{text}");
            assert!((size - degrees.abs()).abs() < 1e-9, "{text}");
            assert_eq!(letter == "S", degrees < 0.0);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_one_text_again(text in "(?s).{0,200}") {
            let told = read(&packet(&[fact(What::Keyword, &text)]));
            let carried: String = text
                .chars()
                .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
                .collect();
            prop_assert_eq!(&told[0].1, &[carried]);
        }
    }
}
