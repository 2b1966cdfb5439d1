//! Heads that are wrong, endless, or more than one.

use super::{OPEN_OBJECT, head_of};
use crate::message::Message;
use crate::play::{End, Play, Scene};

/// The good answer with further header fields.
fn with(scene: &Scene, fields: &[&str]) -> Play {
    Play::say(scene.good.with(fields).bytes(), End::Keep)
}

/// The good answer with another status line.
fn starting(scene: &Scene, line: &str) -> Play {
    Play::say(scene.good.starting(line).bytes(), End::Close)
}

fn cookies(scene: &Scene, count: usize) -> Message {
    let fields: Vec<String> = (0..count)
        .map(|nth| format!("set-cookie: session{nth}=0123456789abcdef{nth:08}; Path=/; Domain=example.test"))
        .collect();
    scene.good.with(&fields.iter().map(String::as_str).collect::<Vec<_>>())
}

pub(crate) fn some_cookies(scene: &Scene) -> Play {
    Play::say(cookies(scene, 400).bytes(), End::Keep)
}

pub(crate) fn many_cookies(scene: &Scene) -> Play {
    Play::say(cookies(scene, 20_000).bytes(), End::Keep)
}

/// Cookies that look like secrets, and a long body to look for them in.
pub(crate) fn cookies_and_long_body(scene: &Scene) -> Play {
    let mut body = scene.good.body.clone();
    body.resize(200 << 10, b' ');
    Play::say(Message { body: Vec::new(), ..cookies(scene, 400) }.holding(body).bytes(), End::Keep)
}

pub(crate) fn endless_fields(_: &Scene) -> Play {
    Play::endless("HTTP/1.1 200 OK\r\n", "x-more: more and more and more\r\n".repeat(100))
}

pub(crate) fn endless_field(_: &Scene) -> Play {
    Play::endless("HTTP/1.1 200 OK\r\nx-more: ", "more and more and more ".repeat(100))
}

pub(crate) fn other_hosts(scene: &Scene) -> Play {
    let trap = &scene.trap;
    let fields = [
        format!("location: {trap}"),
        format!("content-location: {trap}"),
        format!("link: <{trap}>; rel=preload, <{trap}>; rel=preconnect"),
        format!("refresh: 0; url={trap}"),
        format!("alt-svc: h2=\"{}\"", trap.trim_start_matches("http://").trim_end_matches("/trap")),
        format!("nel: {{\"report_to\":\"t\"}}\r\nreport-to: {{\"endpoints\":[{{\"url\":\"{trap}\"}}]}}"),
    ];
    with(scene, &fields.each_ref().map(String::as_str))
}

pub(crate) fn length_and_chunks(scene: &Scene) -> Play {
    let good = scene.good.with(&["transfer-encoding: chunked"]);
    let length = good.body.len();
    let body = [format!("{length:x}\r\n").as_bytes(), &good.body, b"\r\n0\r\n\r\n"].concat();
    Play::say(Message { body, ..good }.bytes(), End::Keep)
}

pub(crate) fn length_negative(scene: &Scene) -> Play {
    let good = scene.good.without("content-length").with(&["content-length: -1"]);
    Play::say(good.bytes(), End::Close)
}

pub(crate) fn lengths_differ(scene: &Scene) -> Play {
    with(scene, &["content-length: 7"])
}

pub(crate) fn length_short(scene: &Scene) -> Play {
    let length = format!("content-length: {}", scene.good.body.len() - 9);
    Play::say(scene.good.without("content-length").with(&[&length]).bytes(), End::Keep)
}

fn length_long(scene: &Scene) -> Vec<u8> {
    let length = format!("content-length: {}", scene.good.body.len() + 9);
    scene.good.without("content-length").with(&[&length]).bytes()
}

pub(crate) fn length_long_and_close(scene: &Scene) -> Play {
    Play::say(length_long(scene), End::Close)
}

pub(crate) fn length_long_and_hang(scene: &Scene) -> Play {
    Play::say(length_long(scene), End::Hang)
}

pub(crate) fn go_on(scene: &Scene) -> Play {
    let first = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    Play::say([first, scene.good.bytes()].concat(), End::Keep)
}

pub(crate) fn hints(scene: &Scene) -> Play {
    let trap = &scene.trap;
    let first = format!("HTTP/1.1 103 Early Hints\r\nlink: <{trap}>; rel=preload\r\n\r\n").into_bytes();
    Play::say([first.clone(), first, scene.good.bytes()].concat(), End::Keep)
}

pub(crate) fn endless_go_on(_: &Scene) -> Play {
    let one = "HTTP/1.1 100 Continue\r\n\r\n";
    Play::endless(one, one.repeat(100))
}

pub(crate) fn endless_hints(_: &Scene) -> Play {
    let one = "HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n";
    Play::endless(one, one)
}

pub(crate) fn switched(_: &Scene) -> Play {
    let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n";
    Play::say(head, End::Hang)
}

pub(crate) fn http_09(_: &Scene) -> Play {
    Play::say(format!("{OPEN_OBJECT}}}\r\n"), End::Close)
}

pub(crate) fn garbage(_: &Scene) -> Play {
    let bytes: Vec<u8> =
        (0..20_000_u32).map(|nth| nth.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    Play::say(bytes, End::Close)
}

pub(crate) fn version_2(scene: &Scene) -> Play {
    starting(scene, "HTTP/2.0 200 OK")
}

pub(crate) fn version_none(scene: &Scene) -> Play {
    starting(scene, "HTTP/1.x 200 OK")
}

pub(crate) fn status_000(scene: &Scene) -> Play {
    starting(scene, "HTTP/1.1 000 Nothing")
}

pub(crate) fn status_999(scene: &Scene) -> Play {
    starting(scene, "HTTP/1.1 999 Much")
}

pub(crate) fn status_1000(scene: &Scene) -> Play {
    starting(scene, "HTTP/1.1 1000 More")
}

/// Escapes for a terminal in the reason phrase and in header fields.
pub(crate) fn escapes(scene: &Scene) -> Play {
    let trap = &scene.trap;
    let head = format!(
        "HTTP/1.1 200 \u{9b}31m\u{202e}\r\ncontent-type: text/\u{9b}2J\u{202e}<script src={trap}>\r\nx-a: \u{9b}1;1H\r\n"
    );
    let body = format!(
        "{{\"result\":{{\"resultStatus\":\"\\u001b[2J\\u001b]0;owned\\u0007\",\"resultCode\":\"\\u009b31m\\u202e\\u0000\\r\
         <img src={trap}>\",\"resultMessage\":\"=cmd|' /C calc'!A0\"}}}}"
    );
    Play::say(format!("{head}content-length: {}\r\n\r\n{body}", body.len()), End::Keep)
}

pub(crate) fn raw_escapes(scene: &Scene) -> Play {
    with(scene, &["x-a: \u{1b}[2J\u{7}"])
}

pub(crate) fn nul_in_field(scene: &Scene) -> Play {
    with(scene, &["x-a: a\0b"])
}

pub(crate) fn empty(_: &Scene) -> Play {
    Play::say(head_of("content-length: 0\r\n"), End::Keep)
}
