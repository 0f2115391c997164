//! Lines of `strace -f -y -xx` as calls, in the order in which they ended.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One call that ended well.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub args: Vec<Arg>,
    pub result: i64,
    /// The numbers of the lines where it began and ended.
    pub began: usize,
    pub ended: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Arg {
    Bytes(Vec<u8>),
    /// A number, `None` for the working folder, and what the system says it is.
    Held(Option<i32>, PathBuf),
    /// Flags, numbers and structures, as they are written.
    Word(String),
}

/// Calls that failed, or never ended, are left out.
pub fn calls(log: &str) -> Vec<Call> {
    let mut begun: HashMap<&str, (usize, String)> = HashMap::new();
    let mut made = Vec::new();
    for (number, line) in log.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        if let Some(head) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, (number, head.trim_end().to_owned()));
        } else if let Some(tail) = rest.strip_prefix("<... ") {
            let (Some((began, head)), Some((_, tail))) = (begun.remove(thread), tail.split_once(" resumed>"))
            else {
                continue;
            };
            made.extend(call(&format!("{head}{tail}"), began, number));
        } else {
            made.extend(call(rest, number, number));
        }
    }
    made
}

fn call(text: &str, began: usize, ended: usize) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    // Strings are all hex, so the last one is the call's own.
    let (args, result) = rest.rsplit_once(") = ").or_else(|| {
        let (args, result) = rest.rsplit_once('=')?;
        Some((args.trim_end().strip_suffix(')')?, result.trim_start()))
    })?;
    let digits = result.split(['<', ' ']).next()?;
    let result: i64 = digits.parse().ok().filter(|result| *result >= 0)?;
    Some(Call {
        name: name.to_owned(),
        args: split(args).into_iter().map(arg).collect(),
        result,
        began,
        ended,
    })
}

/// At the commas that are in no bracket.
fn split(args: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0u32, 0);
    for (at, letter) in args.char_indices() {
        match letter {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(args[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(args[from..].trim());
    parts
}

fn arg(text: &str) -> Arg {
    if text.starts_with('"') {
        return Arg::Bytes(quoted(text).concat());
    }
    let held = text.split_once('<').and_then(|(number, rest)| {
        let path = PathBuf::from(OsString::from_vec(unhex(rest.split('>').next()?)));
        match number {
            "AT_FDCWD" => Some(Arg::Held(None, path)),
            number => Some(Arg::Held(Some(number.parse().ok()?), path)),
        }
    });
    held.unwrap_or_else(|| Arg::Word(text.to_owned()))
}

/// Every string in it; one that strace cut short would be taken for whole.
pub fn quoted(text: &str) -> Vec<Vec<u8>> {
    assert!(!text.contains("\"..."), "strace was to write whole strings");
    text.split('"').skip(1).step_by(2).map(unhex).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.split("\\x").skip(1);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("strace writes hex"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_threads_are_put_together_and_failures_left_out() {
        let log = "7 pwrite64(3<\\x2f\\x61>, \"\\x7a\\x2c\", 2, 3) = 2\n\
                   7 fsync(3<\\x2f\\x61> <unfinished ...>\n\
                   8 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x62\", O_RDWR|O_CREAT, 0644) = 4<\\x2f\\x62>\n\
                   8 unlink(\"\\x2f\\x63\") = -1 ENOENT (No such file or directory)\n\
                   7 <... fsync resumed>)              = 0\n\
                   8 fsync(4<\\x2f\\x62> <unfinished ...>\n\
                   7 +++ killed by SIGKILL +++\n";
        let calls = calls(log);
        let names: Vec<_> = calls.iter().map(|it| (&*it.name, it.began, it.ended)).collect();
        assert_eq!(names, [("pwrite64", 0, 0), ("openat", 2, 2), ("fsync", 1, 4)]);
        assert_eq!(
            calls[0].args,
            [
                Arg::Held(Some(3), "/a".into()),
                Arg::Bytes(b"z,".into()),
                Arg::Word("2".into()),
                Arg::Word("3".into())
            ]
        );
        assert_eq!(calls[1].args[0], Arg::Held(None, "/".into()));
        assert_eq!(calls[1].result, 4);
    }

    #[test]
    fn structures_stay_whole() {
        let text = "writev(6<\\x61>, [{iov_base=\"\\x61\\x62\", iov_len=2}, {iov_base=\"\\x63\", iov_len=1}], 2) = 3";
        let call = call(text, 0, 0).expect("a call");
        let Arg::Word(vector) = &call.args[1] else {
            panic!("{:?}", call.args)
        };
        assert_eq!(quoted(vector), [b"ab".to_vec(), b"c".to_vec()]);
        assert_eq!(call.args.len(), 3);
    }
}
