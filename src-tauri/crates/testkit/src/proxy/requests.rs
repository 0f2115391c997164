//! Where HTTP/1.1 requests begin in what a client sends on one connection. What is no HTTP has no requests.

/// A head that is longer is none.
const LONGEST_HEAD: usize = 64 << 10;

/// Follows one connection, piece by piece.
#[derive(Default)]
pub(super) struct Requests {
    at: At,
}

enum At {
    Head(Vec<u8>),
    /// Bytes of the body to come.
    Body(u64),
    /// In the line that says how long the next chunk is.
    Chunk(Vec<u8>),
    /// Bytes of the chunk to come, with the line's end behind it.
    InChunk(u64),
    /// In the lines after the last chunk.
    Trailer(Vec<u8>),
    NoHttp,
}

impl Default for At {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

impl Requests {
    /// How many heads of requests end in this piece.
    pub(super) fn begun_in(&mut self, mut piece: &[u8]) -> u64 {
        let mut begun = 0;
        while let Some((&byte, rest)) = piece.split_first() {
            let counted = match &mut self.at {
                At::Body(left) | At::InChunk(left) => {
                    let now = (*left).min(piece.len() as u64);
                    *left -= now;
                    piece = &piece[usize::try_from(now).unwrap_or(piece.len())..];
                    false
                }
                At::NoHttp => return begun,
                At::Head(line) | At::Chunk(line) | At::Trailer(line) => {
                    line.push(byte);
                    piece = rest;
                    matches!(&self.at, At::Head(head) if head.ends_with(b"\r\n\r\n"))
                }
            };
            begun += u64::from(counted);
            self.turn();
        }
        begun
    }

    /// Goes on to what comes next, where something has ended.
    fn turn(&mut self) {
        let next = match &self.at {
            At::Head(head) if head.ends_with(b"\r\n\r\n") => Some(after_head(head)),
            At::Head(head) if head.len() > LONGEST_HEAD => Some(At::NoHttp),
            At::Body(0) => Some(At::default()),
            At::Chunk(line) if line.ends_with(b"\r\n") => Some(after_chunk_line(line)),
            At::InChunk(0) => Some(At::Chunk(Vec::new())),
            At::Trailer(lines) if lines == b"\r\n" || lines.ends_with(b"\r\n\r\n") => Some(At::default()),
            _ => None,
        };
        if let Some(next) = next {
            self.at = next;
        }
    }
}

fn after_head(head: &[u8]) -> At {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found == name).then(|| value.trim().to_owned())
        })
    };
    if value("transfer-encoding").is_some_and(|how| how.ends_with("chunked")) {
        return At::Chunk(Vec::new());
    }
    match value("content-length").and_then(|length| length.parse().ok()) {
        None | Some(0) => At::default(),
        Some(length) => At::Body(length),
    }
}

fn after_chunk_line(line: &[u8]) -> At {
    let line = String::from_utf8_lossy(line);
    let size = line.split(';').next().unwrap_or_default().trim();
    match u64::from_str_radix(size, 16) {
        Ok(0) => At::Trailer(Vec::new()),
        Ok(size) => At::InChunk(size + 2),
        Err(_) => At::NoHttp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &[u8] = b"PUT /a HTTP/1.1\r\nContent-Length: 22\r\n\r\nGET / HTTP/1.1\r\n\r\n1234\
        PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n\r\n\r\n\r\n0\r\n\r\n\
        GET /c HTTP/1.1\r\n\r\n";

    #[test]
    fn requests_are_counted_and_not_what_looks_like_one_in_a_body() {
        assert_eq!(Requests::default().begun_in(THREE), 3);
    }

    #[test]
    fn the_pieces_they_come_in_do_not_matter() {
        for size in 1..THREE.len() {
            let mut requests = Requests::default();
            let begun: u64 = THREE.chunks(size).map(|piece| requests.begun_in(piece)).sum();
            assert_eq!(begun, 3, "in pieces of {size}");
        }
    }

    #[test]
    fn what_is_no_http_has_no_requests() {
        assert_eq!(Requests::default().begun_in(&[7; LONGEST_HEAD * 2]), 0);
    }
}
