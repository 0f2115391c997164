//! Plain requests to a server on loopback, signed by hand: what a server really holds and honours, found out without the
//! code under test and without its libraries.

use crate::date::{now, stamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use url::Url;

/// No answer of a test takes longer.
const LONGEST: Duration = Duration::from_secs(20);
const REGION: &str = "us-east-1";
/// What a signature leaves as it is; in a path also `/`.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// One server, and the keys it knows us by.
#[derive(Debug, Clone)]
pub struct Client {
    /// `127.0.0.1:PORT`
    pub address: String,
    /// Without keys the requests are those of a stranger.
    pub keys: Option<(String, String)>,
}

/// A request; path and query are given as they are meant, and encoded here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    pub method: &'a str,
    /// Begins with `/`.
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    /// Names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// All of them, in the server's order.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.head.lines().skip(1);
        lines.filter_map(|line| line.split_once(':').map(|(name, value)| (name, value.trim())))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The texts of every XML element of this name.
    pub fn elements(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let text = self.text();
        let unescape = |text: &str| {
            [
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&quot;", "\""),
                ("&apos;", "'"),
                ("&#34;", "\""),
                ("&#39;", "'"),
                ("&amp;", "&"),
            ]
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        text.split(&open)
            .skip(1)
            .filter_map(|rest| Some(unescape(rest.split_once(&close)?.0)))
            .collect()
    }
}

impl Answer {
    /// Up to its end, and not until the connection is closed, which some servers take their time for.
    fn read(stream: &mut TcpStream, without_body: bool) -> io::Result<Self> {
        let mut said = Vec::new();
        let end = loop {
            if let Some(end) = said.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if !more(stream, &mut said)? {
                return Err(io::Error::other("no whole HTTP answer"));
            }
        };
        let mut answer = Self::from_head(&said[..end])?;
        answer.body = said.split_off(end + 4);
        let size = answer.header("content-length").and_then(|size| size.parse().ok());
        let size = if without_body { Some(0) } else { size };
        while size.is_none_or(|size: usize| answer.body.len() < size) && more(stream, &mut answer.body)? {}
        if size.is_some_and(|size| answer.body.len() < size) {
            return Err(io::Error::other("a body is cut short"));
        }
        Ok(answer)
    }

    fn from_head(head: &[u8]) -> io::Result<Self> {
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("an HTTP answer without a status"))?;
        let body = Vec::new();
        Ok(Self { status, head, body })
    }
}

impl Client {
    /// Asks on a connection of its own.
    pub fn ask(&self, ask: Ask<'_>) -> io::Result<Answer> {
        let path = path(ask.path);
        let query = query(ask.query);
        let mut headers: Vec<(String, String)> = ask
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        if let Some((access, secret)) = &self.keys {
            headers.push(("host".to_owned(), self.address.clone()));
            headers.push(("x-amz-date".to_owned(), stamp(now())));
            headers.push(("x-amz-content-sha256".to_owned(), hex(&Sha256::digest(ask.body))));
            headers.sort();
            let signed = query.trim_start_matches('?');
            let signature = sign(ask.method, &path, signed, &headers, (access, secret));
            headers.retain(|(name, _)| name != "host");
            headers.push(("authorization".to_owned(), signature));
        }
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let target = format!("{path}{query}");
        send(&self.address, ask.method, &target, &headers, ask.body)
    }
}

/// Asks `address` (`HOST:PORT`) on a connection of its own, with the headers that every request has and these (a `host`
/// among them is sent in place of the address). `target` is path and query, encoded.
pub fn send(
    address: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let (host, headers): (Vec<_>, Vec<_>) = headers.iter().partition(|(name, _)| *name == "host");
    let host = host.first().map_or(address, |(_, host)| *host);
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");

    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LONGEST))?;
    stream.set_write_timeout(Some(LONGEST))?;
    // In one piece: a small body in a packet of its own would wait for the answer to the first.
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut answer = Answer::read(&mut stream, method == "HEAD")?;
    let chunked = answer.header("transfer-encoding");
    if chunked.is_some_and(|how| how.eq_ignore_ascii_case("chunked")) {
        answer.body = unchunked(&answer.body).ok_or_else(|| io::Error::other("a chunk is cut short"))?;
    }
    Ok(answer)
}

/// A path as it goes over the wire.
pub(crate) fn path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// A text as one part of a path, or in a query.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A query as it goes over the wire: sorted, with its `?`; nothing for none.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let mut pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.sort();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

/// GETs a full address on loopback as a browser does, without following where it is sent.
pub fn visit(url: &str) -> io::Result<Answer> {
    let url = Url::parse(url).map_err(io::Error::other)?;
    let address = url.socket_addrs(|| None)?;
    let address = address.first().ok_or_else(|| io::Error::other("no address"))?;
    let client = Client {
        address: address.to_string(),
        keys: None,
    };
    let path = percent_decode_str(url.path()).decode_utf8_lossy();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let query: Vec<(&str, &str)> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    client.ask(Ask {
        method: "GET",
        path: &path,
        query: &query,
        ..Ask::default()
    })
}

/// False at the end.
fn more(stream: &mut TcpStream, said: &mut Vec<u8>) -> io::Result<bool> {
    let mut piece = [0; 16 << 10];
    let n = loop {
        match stream.read(&mut piece) {
            // With a limit on its time, a read is not taken up again after a signal.
            Err(signal) if signal.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    said.extend_from_slice(&piece[..n]);
    Ok(n > 0)
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

/// Signature version 4 of AWS over all headers; they are sorted.
fn sign(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(String, String)],
    (access, secret): (&str, &str),
) -> String {
    let value = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_str())
    };
    let (time, payload) = (value("x-amz-date"), value("x-amz-content-sha256"));
    let day = &time[..8];
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let request = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}");
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
        hex(&Sha256::digest(request))
    );
    let key = [day, REGION, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| {
            hmac(&key, part.as_bytes()).to_vec()
        });
    let signature = hex(&hmac(&key, to_sign.as_bytes()));
    format!("AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={signature}")
}

/// RFC 2104 over SHA-256; the keys here are no longer than a block.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| -> Vec<u8> {
        (0..64)
            .map(|at| key.get(at).copied().unwrap_or(0) ^ with)
            .collect()
    };
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples that RFC 4231 (case 2) and the documentation of AWS ("Example: GET Object") give.
    #[test]
    fn signs_as_documented() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let empty = hex(&Sha256::digest(b""));
        let headers = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("range", "bytes=0-9"),
            ("x-amz-content-sha256", empty.as_str()),
            ("x-amz-date", "20130524T000000Z"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let keys = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let signed = sign("GET", "/test.txt", "", &headers, keys);
        assert!(
            signed.ends_with("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            "{signed}"
        );
    }

    #[test]
    fn chunks_are_put_together() {
        assert_eq!(
            unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
            Some(b"abcde".to_vec())
        );
        assert_eq!(unchunked(b"9\r\nabc"), None);
    }
}
