//! Layout templates: where a photo goes, from what is known about it. Pure text in, key out.

use crate::key;
use jiff::civil::DateTime;
use thiserror::Error;

/// The default of the command line and the window.
pub const DEFAULT: &str = "{year}/{year}-{month}/{original name}";

#[derive(Debug, Error, PartialEq, Eq)]
pub enum LayoutError {
    #[error("`{{{0}}}` is not a word this layout knows. Known: {1}.")]
    Unknown(String, String),
    #[error("A `{{` without its `}}`.")]
    Unclosed,
    #[error("The last part must hold {{original name}}, or photos would lose their names.")]
    NoName,
    #[error("A layout needs at least one part.")]
    Empty,
    #[error("A layout of more than {LONGEST} letters makes names that no storage takes.")]
    TooLong,
}

const LONGEST: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Year,
    Month,
    Day,
    Camera,
    OriginalName,
    OriginalFolder,
}

impl Token {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Year, "year"),
        (Self::Month, "month"),
        (Self::Day, "day"),
        (Self::Camera, "camera"),
        (Self::OriginalName, "original name"),
        (Self::OriginalFolder, "original folder"),
    ];
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Token(Token),
}

/// A parsed template: path parts, each of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    parts: Vec<Vec<Piece>>,
}

/// What a template can draw on.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    pub date: Option<DateTime>,
    pub camera: Option<&'a str>,
    /// File name as bytes.
    pub name: &'a [u8],
    /// Folder below the source, as bytes with `/`.
    pub folder: &'a [u8],
}

impl Layout {
    pub fn parse(template: &str) -> Result<Self, LayoutError> {
        if template.len() > LONGEST {
            return Err(LayoutError::TooLong);
        }
        let parts: Vec<Vec<Piece>> = template
            .split('/')
            .filter(|part| !part.is_empty())
            .map(parse_part)
            .collect::<Result<_, _>>()?;
        let Some(last) = parts.last() else {
            return Err(LayoutError::Empty);
        };
        if !last.contains(&Piece::Token(Token::OriginalName)) {
            return Err(LayoutError::NoName);
        }
        Ok(Self { parts })
    }

    /// Every component is made safe (see [`key::component`]); what is unknown reads `undated` or `unknown camera`.
    pub fn render(&self, facts: &Facts<'_>) -> String {
        let mut components: Vec<String> = Vec::new();
        for part in &self.parts {
            if part.as_slice() == [Piece::Token(Token::OriginalFolder)] {
                let folders = facts.folder.split(|&b| b == b'/').filter(|name| !name.is_empty());
                components.extend(folders.map(key::component));
                continue;
            }
            let mut bytes = Vec::new();
            for piece in part {
                match piece {
                    Piece::Text(text) => bytes.extend_from_slice(text.as_bytes()),
                    Piece::Token(token) => push_token(*token, facts, &mut bytes),
                }
            }
            components.push(key::component(&bytes));
        }
        components.join("/")
    }
}

fn parse_part(part: &str) -> Result<Vec<Piece>, LayoutError> {
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned()));
        }
        let close = rest[open..].find('}').ok_or(LayoutError::Unclosed)? + open;
        let word = rest[open + 1..close].trim();
        let token = Token::ALL.iter().find(|(_, name)| *name == word).ok_or_else(|| {
            let known: Vec<String> = Token::ALL.iter().map(|(_, name)| format!("{{{name}}}")).collect();
            LayoutError::Unknown(word.to_owned(), known.join(" "))
        })?;
        pieces.push(Piece::Token(token.0));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

fn push_token(token: Token, facts: &Facts<'_>, out: &mut Vec<u8>) {
    let dated = |format: &str| {
        facts
            .date
            .map_or_else(|| "undated".to_owned(), |date| date.strftime(format).to_string())
    };
    match token {
        Token::Year => out.extend_from_slice(dated("%Y").as_bytes()),
        Token::Month => out.extend_from_slice(dated("%m").as_bytes()),
        Token::Day => out.extend_from_slice(dated("%d").as_bytes()),
        Token::Camera => out.extend_from_slice(facts.camera.unwrap_or("unknown camera").as_bytes()),
        Token::OriginalName => out.extend_from_slice(facts.name),
        Token::OriginalFolder => {
            out.extend(facts.folder.iter().map(|&b| if b == b'/' { b'_' } else { b }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts<'a>() -> Facts<'a> {
        Facts {
            date: Some(jiff::civil::datetime(2024, 5, 17, 10, 11, 12, 0)),
            camera: Some("Canon / EOS"),
            name: b"IMG_1.JPG",
            folder: b"DCIM/100CANON",
        }
    }

    #[test]
    fn renders() {
        let render = |template| Layout::parse(template).map(|layout| layout.render(&facts()));
        assert_eq!(render(DEFAULT).as_deref(), Ok("2024/2024-05/IMG_1.JPG"));
        assert_eq!(
            render("{original folder}/{original name}").as_deref(),
            Ok("DCIM/100CANON/IMG_1.JPG")
        );
        assert_eq!(
            render("{camera}/{day} {original name}").as_deref(),
            Ok("Canon _ EOS/17 IMG_1.JPG")
        );
        let bare = Facts {
            name: b"x.jpg",
            ..Facts::default()
        };
        assert_eq!(
            Layout::parse(DEFAULT)
                .map(|layout| layout.render(&bare))
                .as_deref(),
            Ok("undated/undated-undated/x.jpg")
        );
    }

    #[test]
    fn refuses_what_would_lose_names() {
        assert_eq!(Layout::parse("{year}"), Err(LayoutError::NoName));
        assert_eq!(Layout::parse(""), Err(LayoutError::Empty));
        assert_eq!(Layout::parse("{year/{original name}"), Err(LayoutError::Unclosed));
        assert!(matches!(
            Layout::parse("{nope}/{original name}"),
            Err(LayoutError::Unknown(..))
        ));
    }

    #[test]
    fn never_climbs_out_of_the_destination() {
        let facts = Facts {
            name: b"..",
            folder: b"../../etc",
            ..facts()
        };
        let made = Layout::parse("{original folder}/{original name}").map(|layout| layout.render(&facts));
        assert_eq!(made.as_deref(), Ok("__/__/etc/__"));
    }
}
