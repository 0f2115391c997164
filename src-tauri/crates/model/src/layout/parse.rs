//! From the text of a template to its parts. `{album|original folder|"No album"}`: words are asked in this order, and the
//! quoted text is the last resort.

use super::{Choice, Layout, LayoutError, Piece, Word};

const LONGEST: usize = 1000;

pub(super) fn parse(template: &str) -> Result<Layout, LayoutError> {
    if template.len() > LONGEST {
        return Err(LayoutError::TooLong);
    }
    let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut text = String::new();
    let mut rest = template.chars();
    while let Some(c) = rest.next() {
        if c != '/' && c != '{' {
            text.push(c);
            continue;
        }
        let part = parts.last_mut().ok_or(LayoutError::Empty)?;
        if !text.is_empty() {
            part.push(Piece::Text(std::mem::take(&mut text)));
        }
        if c == '/' {
            parts.push(Vec::new());
        } else {
            let inside = until_closed(&mut rest)?;
            part.push(Piece::Words(choice(&inside)?));
        }
    }
    if !text.is_empty()
        && let Some(part) = parts.last_mut()
    {
        part.push(Piece::Text(text));
    }
    parts.retain(|part| !part.is_empty());
    let name = parts.pop().ok_or(LayoutError::Empty)?;
    let leads = |piece: &Piece| matches!(piece, Piece::Words(choice) if choice.words.first().is_some_and(|word| word.keeps_apart()));
    if !name.iter().any(leads) {
        return Err(LayoutError::NoName);
    }
    let numbers =
        |piece: &Piece| matches!(piece, Piece::Words(choice) if choice.words.contains(&Word::Sequence));
    if parts.iter().flatten().any(numbers) {
        return Err(LayoutError::NumberedFolder);
    }
    Ok(Layout { folders: parts, name })
}

/// What stands before the `}`; one that is quoted does not count.
fn until_closed(rest: &mut std::str::Chars<'_>) -> Result<String, LayoutError> {
    let mut inside = String::new();
    let mut is_quoted = false;
    for c in rest {
        match c {
            '"' => is_quoted = !is_quoted,
            '}' if !is_quoted => return Ok(inside),
            '{' if !is_quoted => return Err(LayoutError::Unclosed),
            _ => {}
        }
        inside.push(c);
    }
    Err(if is_quoted {
        LayoutError::OpenQuote
    } else {
        LayoutError::Unclosed
    })
}

fn choice(inside: &str) -> Result<Choice, LayoutError> {
    let mut words = Vec::new();
    let mut rest = inside.trim();
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, after) = quoted.split_once('"').ok_or(LayoutError::OpenQuote)?;
            if words.is_empty() || !after.trim().is_empty() {
                return Err(LayoutError::TextNotLast);
            }
            let resort = Some(text.trim().to_owned());
            return Ok(Choice { words, resort });
        }
        let (word, after) = match rest.split_once('|') {
            Some((word, after)) => (word.trim(), Some(after.trim_start())),
            None => (rest.trim(), None),
        };
        words.push(Word::parse(word).ok_or_else(|| unknown(word))?);
        match after {
            Some(after) => rest = after,
            None => {
                return Ok(Choice { words, resort: None });
            }
        }
    }
}

fn unknown(word: &str) -> LayoutError {
    let known: Vec<String> = Word::ALL
        .iter()
        .map(|word| format!("{{{}}}", word.as_str()))
        .collect();
    LayoutError::Unknown(word.to_owned(), known.join(" "))
}
