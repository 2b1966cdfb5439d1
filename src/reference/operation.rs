//! The operations that the wallet has. Each has a module of its own that reads its fields and acts; what they share
//! stands around it.

use super::{message, payment, token};

/// An operation of the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    SendInbox,
    ApplyToken,
    CancelToken,
    InquiryUserInfo,
    SendInboxV2,
    SendMessage,
    PlatformSend,
    Pay,
    InquiryPayment,
    Refund,
    InquiryRefund,
}

/// Every operation by its path.
const ALL: [(&str, Operation); 11] = [
    (super::send::PATH, Operation::SendInbox),
    (token::apply::PATH, Operation::ApplyToken),
    (token::cancel::PATH, Operation::CancelToken),
    (token::user::PATH, Operation::InquiryUserInfo),
    (message::inbox::PATH, Operation::SendInboxV2),
    (message::send::PATH, Operation::SendMessage),
    (message::platform::PATH, Operation::PlatformSend),
    (payment::pay::PATH, Operation::Pay),
    (payment::inquiry::PATH, Operation::InquiryPayment),
    (payment::refund::PATH, Operation::Refund),
    (payment::refund_inquiry::PATH, Operation::InquiryRefund),
];

impl Operation {
    /// The operation at a path.
    pub(super) fn at(path: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| *known == path).map(|(_, operation)| *operation)
    }
}
