//! The faults of inquiryRefund.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    NoIdAccepted = "inquiry-refund-without-id", "shape", "Answers S to an inquiry that names no refund.", ["inquiryRefund/robustness/empty-object", "inquiryRefund/status/client-error-is-final"];
    BothIdsNeeded = "inquiry-refund-needs-both-ids", "shape", "Refuses an inquiry that has one of the two ids only.", ["inquiryRefund/inquiry/by-refund-id", "inquiryRefund/inquiry/by-refund-request-id"];
    RequestIdWins = "inquiry-refund-request-id-wins", "status", "Looks at refundRequestId where both ids are given.", ["inquiryRefund/inquiry/refund-id-wins", "inquiryRefund/inquiry/refund-id-loses"];
    UnknownIsProcessing = "inquiry-refund-unknown-is-processing", "code", "Tells of an unknown refund that it is under way.", ["inquiryRefund/inquiry/unknown-refund-id", "inquiryRefund/inquiry/unknown-refund-request-id"];
    UnknownAsIllegal = "inquiry-refund-unknown-as-illegal", "code", "Answers PARAM_ILLEGAL to an inquiry of an unknown refund.", ["inquiryRefund/inquiry/unknown-refund-id"];
    UnknownAnsweredUnknown = "inquiry-refund-unknown-as-u", "status", "Answers U to an inquiry of an unknown refund, which no retry can help.", ["inquiryRefund/inquiry/unknown-refund-id"];
    OtherStatus = "inquiry-refund-other-status", "shape", "Gives a refundStatus that the contract does not know.", ["inquiryRefund/shape/response-on-success"];
    NoStatus = "inquiry-refund-without-status", "status", "Gives no refundStatus on S.", ["inquiryRefund/inquiry/status"];
}
