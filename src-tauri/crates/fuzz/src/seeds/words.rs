//! Words that the targets for words begin with.

use albumen_store::marker;

/// For the target of this name.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "names" => named(),
        "marker" => marked(),
        "checkpoint" => kept(),
        "answers" => answered(),
        _ => sent(),
    }
}

fn named() -> Vec<Vec<u8>> {
    [
        &b"IMG_20190704_101112.jpg\0DCIM/100CANON\0{year}/{month}/{original name}\0\xff\xd8\xff"[..],
        b"con.jpg\0../../etc\0{original folder}/{original name}",
        b"caf\xe9 \xff.jpg\0a//b\0{camera}{original name}\0II*\0\x10\0\0\0CR\x02\0",
        "cafe\u{301}\u{202e}gpj.exe\0\u{fb01}/..\0x{original name}.".as_bytes(),
        b"a:b?. \0\0{year\0\0\0\0\x18ftypheic",
        b".albumen\0.albumen\0.albumen/{original name}",
        b"2019-07-04 10.11.12.jpg",
    ]
    .map(<[u8]>::to_vec)
    .to_vec()
}

fn marked() -> Vec<Vec<u8>> {
    let entry = |n: u64| marker::Entry {
        key: format!("2024/IMG_{n}.jpg"),
        sha256: "ab".repeat(32),
        size: n,
        from: "/media/card/\u{1f3d4}/a\nb.jpg".to_owned(),
        mtime_ns: -1,
        kind: "jpeg".to_owned(),
        captured: Some("2024-01-02T03:04:05".to_owned()),
        camera: (n == 1).then(|| "Canon \"EOS\"".to_owned()),
        beside: (n > 1).then(|| "2024/IMG_1.jpg".to_owned()),
    };
    [vec![], vec![entry(1)], vec![entry(1), entry(u64::MAX >> 1)]]
        .iter()
        .map(|entries| marker::write(entries).expect("a marker").1)
        .collect()
}

fn kept() -> Vec<Vec<u8>> {
    [
        r#"{"upload":"https://x/y?upload_id=1","part":8388608,"sha256":"ab","size":9,"dev":1,"ino":2,"mtime_ns":-3,"ctime_ns":4}"#,
        r#"{"refusesToReplace":true,"etagIsMd5":true}"#,
        "md5=0123456789abcdef0123456789abcdef;etag=0123456789abcdef0123456789abcdef-2;dropbox=ab",
        "etag=\"0x8D\";size=3;time=now;rev=01a;generation=7;inode=2",
        "W/\"0123456789abcdef0123456789abcdef-12\"",
        "file:///media/disk/My%20photos",
        "s3://bucket/pre/fix?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=eu-west-1",
        "sftp://me@host.example:2222/photos?key=%2Fhome%2Fme%2F.ssh%2Fid",
        "webdavs://me@cloud.example/remote.php/dav/files/me/Photos",
        "azure://container/prefix?endpoint=https%3A%2F%2Fx.blob.core.windows.net",
        "gdrive:///Albumen?account=me",
        r#"{"kind":"s3","bucket":"b","prefix":"/p/","endpoint":"","region":""}"#,
        r#"{"kind":"webdav","address":"https://h/a b/","user":"x@y"}"#,
        r#"{"kind":"sftp","host":"::1","port":22,"user":"u","folder":"/","key":""}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn answered() -> Vec<Vec<u8>> {
    [
        r#"{"files":[{"id":"1","name":"a.jpg","mimeType":"image/jpeg","parents":["0"],"size":"3","md5Checksum":"kA","sha256Checksum":"ab","headRevisionId":"r","createdTime":"2024-01-01T00:00:00Z","appProperties":{"albumenSha":"ab"},"trashed":false}],"nextPageToken":"more","incompleteSearch":false}"#,
        r#"{"entries":[{".tag":"file","name":"a.jpg","path_display":"/Photos/2024/a.jpg","rev":"01a","size":3,"client_modified":"2024-01-01T00:00:00Z","content_hash":"ab"}],"cursor":"c","has_more":true}"#,
        r#"{".tag":"path","path":{".tag":"conflict","conflict":{".tag":"file"}}}"#,
        r#"{"used":5,"allocation":{".tag":"team","allocated":9,"used":7,"user_within_team_space_allocated":3}}"#,
        r#"{"items":[{"name":"p/a.jpg","size":"3","md5Hash":"kAFQmDzST7DWlj99KOF/cg==","crc32c":"NkzZVA==","generation":"7","metadata":{"sha256":"ab"}}],"nextPageToken":"x"}"#,
        r#"{"error":{"code":403,"message":"Slow.","errors":[{"reason":"userRateLimitExceeded"}]}}"#,
        r#"{"error_summary":"path/conflict/file/..","error":{".tag":"path"},"user_message":{"text":"x"}}"#,
        r#"{"access_token":"t","expires_in":3600,"refresh_token":"r","scope":"a b"}"#,
        r#"<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please &lt;wait&gt;</Message></Error>"#,
        r#"<ListMultipartUploadsResult><Upload><Key>p/a</Key><UploadId>1</UploadId><Initiated>2024-01-01T00:00:00Z</Initiated></Upload></ListMultipartUploadsResult>"#,
        r#"<EnumerationResults><Prefix>p/</Prefix><Blobs><Blob><Name Encoded="true">p/%EF%BF%BE</Name><Properties><Last-Modified>Sun, 06 Nov 1994 08:49:37 GMT</Last-Modified><Etag>0x8D</Etag><Content-Length>3</Content-Length></Properties></Blob></Blobs><NextMarker>more</NextMarker></EnumerationResults>"#,
        r#"<d:multistatus xmlns:d="DAV:"><d:response><d:href>http://h/dav/a%26.jpg</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype><d:getcontentlength>3</d:getcontentlength><d:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</d:getlastmodified><d:getetag>&quot;x&quot;</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"#,
        r#"<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>Sabre\DAV\Exception\Locked</s:exception><s:message>Busy.</s:message></d:error>"#,
        "Thu, 06 Nov 2194 08:49:37 GMT",
        "1e308",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn sent() -> Vec<Vec<u8>> {
    let text = |text: &[u8]| [&u32::try_from(text.len()).unwrap_or(0).to_be_bytes(), text].concat();
    let attrs = [
        &0x8000_000fu32.to_be_bytes()[..],
        &3u64.to_be_bytes(),
        &[0; 8],
        &0o100_644u32.to_be_bytes(),
        &[0, 0, 0, 1, 0, 0, 0, 2],
        &1u32.to_be_bytes(),
        &text(b"x"),
        &text(b"y"),
    ]
    .concat();
    let names = [
        &2u32.to_be_bytes()[..],
        &text(b"a.jpg"),
        &text(b"-rw-r--r-- a.jpg"),
        &attrs,
    ];
    let names = [&names.concat()[..], &text(b".."), &text(b""), &[0; 4]].concat();
    let request =
        b"GET /?state=state&code=4%2F0Ab&scope=x HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAccept: */*\r\n\r\n";
    vec![names, attrs, request.to_vec()]
}
