#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod case;
pub mod cli;
mod clock;
pub mod config;
pub mod contract;
pub mod embedded;
pub mod evidence;
pub mod exchange;
pub mod exit;
pub mod generate;
mod json;
pub mod law;
pub mod reference;
pub mod report;
pub mod run;
pub mod schema;
pub mod selftest;
pub mod target;
pub mod trials;
