//! The search `q`, in the few forms that are played.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    Parent(String),
    Name(String),
    MimeType(String, bool),
    Trashed(bool),
    AppProperty(String, String),
}

/// Clauses joined by `and`; None for all that is not played.
pub(super) fn parse(text: &str) -> Option<Vec<Clause>> {
    let mut rest = Rest(text);
    let mut clauses = Vec::new();
    loop {
        clauses.push(rest.clause()?);
        if rest.0.trim().is_empty() {
            return Some(clauses);
        }
        rest.word("and")?;
    }
}

struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn clause(&mut self) -> Option<Clause> {
        if self.0.trim_start().starts_with('\'') {
            let parent = self.quoted()?;
            self.word("in")?;
            self.word("parents")?;
            return Some(Clause::Parent(parent));
        }
        if self.word("name").is_some() {
            self.sign("=")?;
            return Some(Clause::Name(self.quoted()?));
        }
        if self.word("mimeType").is_some() {
            let equal = self.sign("=").is_some();
            if !equal {
                self.sign("!=")?;
            }
            return Some(Clause::MimeType(self.quoted()?, equal));
        }
        if self.word("trashed").is_some() {
            self.sign("=")?;
            if self.word("true").is_some() {
                return Some(Clause::Trashed(true));
            }
            self.word("false")?;
            return Some(Clause::Trashed(false));
        }
        self.word("appProperties")?;
        self.word("has")?;
        self.sign("{")?;
        self.word("key")?;
        self.sign("=")?;
        let key = self.quoted()?;
        self.word("and")?;
        self.word("value")?;
        self.sign("=")?;
        let value = self.quoted()?;
        self.sign("}")?;
        Some(Clause::AppProperty(key, value))
    }

    fn sign(&mut self, sign: &str) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(sign)?;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.0.trim_start().strip_prefix(word)?;
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
        ends.then(|| self.0 = rest)
    }

    /// `'it\'s'`, where `\\` is a backslash.
    fn quoted(&mut self) -> Option<String> {
        let rest = self.0.trim_start().strip_prefix('\'')?;
        let mut text = String::new();
        let mut characters = rest.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '\'' => {
                    self.0 = &rest[at + 1..];
                    return Some(text);
                }
                '\\' => match characters.next()?.1 {
                    escaped @ ('\'' | '\\') => text.push(escaped),
                    _ => return None,
                },
                c => text.push(c),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_a_client_needs_are_read_and_no_others() {
        let parsed =
            parse(r"'F1' in parents and name = 'it\'s \\ and' and trashed=false and mimeType!='a/b'");
        assert_eq!(
            parsed.unwrap(),
            [
                Clause::Parent("F1".to_owned()),
                Clause::Name(r"it's \ and".to_owned()),
                Clause::Trashed(false),
                Clause::MimeType("a/b".to_owned(), false),
            ]
        );
        let property = parse("appProperties has { key='k' and value='v' }").unwrap();
        assert_eq!(property, [Clause::AppProperty("k".to_owned(), "v".to_owned())]);
        for bad in [
            "",
            "name='it's'",
            r"name='a\b'",
            "name contains 'a'",
            "trashed=maybe",
            "name='a' or name='b'",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
