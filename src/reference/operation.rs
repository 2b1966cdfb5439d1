//! The operations that the wallet has. Each has a module of its own that reads its fields and acts; what they share
//! stands around it.

use super::token;

/// An operation of the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    SendInbox,
    ApplyToken,
    CancelToken,
    InquiryUserInfo,
}

/// Every operation by its path.
const ALL: [(&str, Operation); 4] = [
    (super::send::PATH, Operation::SendInbox),
    (token::apply::PATH, Operation::ApplyToken),
    (token::cancel::PATH, Operation::CancelToken),
    (token::user::PATH, Operation::InquiryUserInfo),
];

impl Operation {
    /// The operation at a path.
    pub(super) fn at(path: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| *known == path).map(|(_, operation)| *operation)
    }
}
