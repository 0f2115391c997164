//! Photos that hold a movie, as Google's and Samsung's phones write them. A movie of nothing makes one whose movie was taken
//! out: what said that it is there still does.

use crate::movie::boxed;

/// The way in which a JPEG says where its movie is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Motion Photo format 1.0.
    Google,
    /// What Google's phones wrote before.
    Micro,
    /// The list at the end of the file.
    Samsung,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Google, Self::Micro, Self::Samsung];
}

/// What is said to be there where nothing is.
const TAKEN_OUT: u64 = 900;

/// `jpeg` with `movie` behind it.
pub fn photo(form: Form, jpeg: &[u8], movie: &[u8]) -> Vec<u8> {
    let size = if movie.is_empty() {
        TAKEN_OUT
    } else {
        movie.len() as u64
    };
    let packet = match form {
        Form::Google => {
            let items = [item("Primary", 0, 0), item("MotionPhoto", size, 0)];
            let said = r#"GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" GCamera:MotionPhotoPresentationTimestampUs="7""#;
            xmp(said, &items.concat())
        }
        Form::Micro => xmp(
            &format!(
                r#"GCamera:MicroVideo="1" GCamera:MicroVideoVersion="1" GCamera:MicroVideoOffset="{size}""#
            ),
            "",
        ),
        Form::Samsung => return [jpeg, &trailer(movie)].concat(),
    };
    [with_xmp(jpeg, &packet), movie.to_vec()].concat()
}

/// `heic` with the box that is made for a movie.
pub fn heic(heic: &[u8], movie: &[u8]) -> Vec<u8> {
    [heic, &boxed(b"mpvd", movie)].concat()
}

/// One item of Google's container.
pub fn item(semantic: &str, length: u64, padding: u64) -> String {
    format!(
        r#"<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="x/y" Item:Semantic="{semantic}"
        Item:Length="{length}" Item:Padding="{padding}"/></rdf:li>"#
    )
}

/// A packet with these attributes of its one description, and these items.
pub fn xmp(attributes: &str, items: &str) -> String {
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
        xmlns:Container="http://ns.google.com/photos/1.0/container/"
        xmlns:Item="http://ns.google.com/photos/1.0/container/item/" {attributes}><Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory>
        </rdf:Description></rdf:RDF></x:xmpmeta>"#
    )
}

/// `jpeg` with this packet right behind its start marker.
pub fn with_xmp(jpeg: &[u8], packet: &str) -> Vec<u8> {
    let body = [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat();
    let size = u16::try_from(body.len() + 2).expect("packets of samples are small");
    [&jpeg[..2], &[0xff, 0xe1], &size.to_be_bytes(), &body, &jpeg[2..]].concat()
}

/// Two blocks and the list of them, which says how far before itself each begins.
fn trailer(movie: &[u8]) -> Vec<u8> {
    let block = |kind: u16, name: &str, body: &[u8]| {
        let size = u32::try_from(name.len()).expect("short").to_le_bytes();
        [&[0, 0][..], &kind.to_le_bytes(), &size, name.as_bytes(), body].concat()
    };
    let blocks = [
        (0x0a01, block(0x0a01, "Image_UTC_Data", b"1715933472000")),
        (0x0a30, block(0x0a30, "MotionPhoto_Data", movie)),
    ];
    let number = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
    let mut list = [&b"SEFH"[..], &number(107), &number(blocks.len())].concat();
    let mut before: usize = blocks.iter().map(|(_, block)| block.len()).sum();
    for (kind, block) in &blocks {
        let kind: u16 = *kind;
        list.extend(
            [
                &[0, 0][..],
                &kind.to_le_bytes(),
                &number(before),
                &number(block.len()),
            ]
            .concat(),
        );
        before -= block.len();
    }
    let end = [&number(list.len())[..], b"SEFT"].concat();
    [&blocks[0].1[..], &blocks[1].1, &list, &end].concat()
}
