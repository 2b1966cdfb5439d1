//! HTTP/2 frame by frame (RFC 9113), from servers that know it too well or not at all.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// What a server does with HTTP/2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// Answers each request in order.
    Orderly,
    /// Says goodbye before anything else.
    GoawayAtOnce,
    /// Says goodbye in place of each answer.
    GoawayInstead,
    /// Answers, and says goodbye after each answer.
    GoawayAfterEach,
    /// Resets each stream.
    ResetEach,
    /// Begins each answer and resets its stream.
    ResetInside,
    /// Resets thousands of streams that nobody opened.
    ResetFlood,
    /// Pings ten thousand times before each answer.
    PingFlood,
    /// Sends its settings as often.
    SettingsFlood,
    /// Never lets a body through.
    NoWindow,
    /// A head that goes on for ever.
    EndlessHead,
    /// A body that goes on for ever, empty frame by empty frame.
    EmptyFrames,
    /// Fields after each answer.
    Trailers,
    /// Grants windows of nothing.
    EmptyGrants,
    /// Frames that are longer than was agreed.
    HugeFrame,
    /// Compressed fields that mean nothing.
    BadCompression,
    /// Says HTTP/1.1 400, as servers do that do not know the protocol.
    NotSpoken,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
/// Status 200, as the table of RFC 7541, A, has it.
const OK: u8 = 0x88;
const BODY: &[u8] = br#"{"result":{"resultStatus":"F","resultCode":"PARAM_ILLEGAL","resultMessage":"no"}}"#;

/// Starts a server; its URL.
pub(crate) fn start(manner: Manner) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = serve(stream, manner);
            });
        }
    });
    url
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// The last stream that is answered, and why no other is.
fn goaway(last: u32, error: u32) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[last.to_be_bytes(), error.to_be_bytes()].concat())
}

/// A field that is written out, without any table.
fn field(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| u8::try_from(text.len()).unwrap();
    [&[0, length(name)], name.as_bytes(), &[length(value)], value.as_bytes()].concat()
}

fn head(stream: u32) -> Vec<u8> {
    let fields = [vec![OK], field("content-type", "application/json")].concat();
    frame(HEADERS, END_HEADERS, stream, &fields)
}

fn serve(mut stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    if manner == Manner::NotSpoken {
        return stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
    // Setting 4 is how much of a body may be sent unasked.
    let settings: &[u8] = if manner == Manner::NoWindow { &[0, 4, 0, 0, 0, 0] } else { &[] };
    stream.write_all(&frame(SETTINGS, 0, 0, settings))?;
    if manner == Manner::GoawayAtOnce {
        return stream.write_all(&goaway(0, 0));
    }
    loop {
        let mut start = [0; 9];
        stream.read_exact(&mut start)?;
        let length = u32::from_be_bytes([0, start[0], start[1], start[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload)?;
        let (kind, flags) = (start[3], start[4]);
        let id = u32::from_be_bytes([start[5] & 0x7f, start[6], start[7], start[8]]);
        match kind {
            SETTINGS if flags & ACK == 0 => stream.write_all(&frame(SETTINGS, ACK, 0, &[]))?,
            PING if flags & ACK == 0 => stream.write_all(&frame(PING, ACK, 0, &payload))?,
            DATA if length > 0 => {
                for of in [0, id] {
                    stream.write_all(&frame(WINDOW, 0, of, &length.to_be_bytes()))?;
                }
            }
            _ => {}
        }
        if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
            answer(&mut stream, id, manner)?;
        }
    }
}

fn answer(stream: &mut TcpStream, id: u32, manner: Manner) -> std::io::Result<()> {
    let whole = [head(id), frame(DATA, END_STREAM, id, BODY)].concat();
    let many = |one: Vec<u8>, times: usize| one.repeat(times);
    let said = match manner {
        Manner::Orderly | Manner::GoawayAtOnce | Manner::NotSpoken => whole,
        // What came before the client knew does not count.
        Manner::NoWindow => return Ok(()),
        // 11 asks for calm.
        Manner::GoawayInstead => goaway(0, 11),
        Manner::GoawayAfterEach => [whole, goaway(id, 0)].concat(),
        // 8 is what a server says that has changed its mind.
        Manner::ResetEach => frame(RESET, 0, id, &8u32.to_be_bytes()),
        Manner::ResetInside => {
            [head(id), frame(DATA, 0, id, &BODY[..20]), frame(RESET, 0, id, &2u32.to_be_bytes())].concat()
        }
        Manner::ResetFlood => {
            let reset = |nth: u32| frame(RESET, 0, id + 2 * nth, &8u32.to_be_bytes());
            (1..5_000).flat_map(reset).chain(whole).collect()
        }
        Manner::PingFlood => [many(frame(PING, 0, 0, &[1; 8]), 10_000), whole].concat(),
        Manner::SettingsFlood => [many(frame(SETTINGS, 0, 0, &[]), 10_000), whole].concat(),
        Manner::EmptyGrants => [many(frame(WINDOW, 0, 0, &[0; 4]), 10), whole].concat(),
        Manner::HugeFrame => frame(DATA, END_STREAM, id, &vec![b' '; 1 << 20]),
        Manner::BadCompression => frame(HEADERS, END_HEADERS | END_STREAM, id, &[0xff; 40]),
        Manner::Trailers => {
            let trailer = frame(HEADERS, END_HEADERS | END_STREAM, id, &field("x-checksum", "1"));
            [head(id), frame(DATA, 0, id, BODY), trailer].concat()
        }
        Manner::EndlessHead => {
            stream.write_all(&frame(HEADERS, 0, id, &[OK]))?;
            let more = frame(CONTINUATION, 0, id, &field("x-more", &"m".repeat(100)).repeat(100));
            loop {
                stream.write_all(&more)?;
            }
        }
        Manner::EmptyFrames => {
            stream.write_all(&head(id))?;
            loop {
                stream.write_all(&many(frame(DATA, 0, id, &[]), 100))?;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    };
    stream.write_all(&said)
}
