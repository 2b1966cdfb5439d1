//! Connections that end too soon, too late or not at all.

use super::head_of;
use crate::play::{End, Play, Scene};

pub(crate) fn hang(_: &Scene) -> Play {
    Play::silence(End::Hang)
}

pub(crate) fn close(_: &Scene) -> Play {
    Play::silence(End::Close)
}

pub(crate) fn reset(_: &Scene) -> Play {
    Play::silence(End::Reset)
}

pub(crate) fn reset_after_status(_: &Scene) -> Play {
    Play::say("HTTP/1.1 200 OK\r\n", End::Reset)
}

pub(crate) fn reset_in_head(_: &Scene) -> Play {
    Play::say("HTTP/1.1 200 OK\r\ncontent-type: applica", End::Reset)
}

pub(crate) fn reset_in_body(scene: &Scene) -> Play {
    let mut bytes = scene.good.bytes();
    bytes.truncate(bytes.len() - 10);
    Play::say(bytes, End::Reset)
}

pub(crate) fn right(scene: &Scene) -> Play {
    Play::say(scene.good.bytes(), End::Keep)
}

pub(crate) fn right_and_close(scene: &Scene) -> Play {
    Play::say(scene.good.bytes(), End::Close)
}

pub(crate) fn half_close_after_head(scene: &Scene) -> Play {
    let length = scene.good.body.len();
    Play::say(head_of(&format!("content-length: {length}\r\n")), End::Half)
}

pub(crate) fn half_close_after_answer(scene: &Scene) -> Play {
    Play::say(scene.good.bytes(), End::Half)
}

pub(crate) fn trickled_head(scene: &Scene) -> Play {
    Play::trickle("HTTP/1.1 200 OK\r\n", scene.good.bytes())
}

pub(crate) fn trickled_body(scene: &Scene) -> Play {
    Play::trickle(format!("{}\r\n\r\n", scene.good.head), scene.good.body.clone())
}

/// A second answer behind the first, which must not be taken for the one to the next request.
pub(crate) fn two_answers(scene: &Scene) -> Play {
    let second = scene.good.starting("HTTP/1.1 500 Broken");
    Play::say([scene.good.bytes(), second.bytes()].concat(), End::Keep)
}
