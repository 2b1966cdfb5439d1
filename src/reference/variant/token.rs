//! Variants of applyToken, cancelToken and inquiryUserInfo.

use super::variant_table;

#[rustfmt::skip]
variant_table! {
    UsedAsInvalid = "used-as-invalid", "Reports a used code or refresh token as one that is invalid." => ["applyToken", "cancelToken"];
    ExpiredAsInvalid = "expired-grant-as-invalid", "Reports an expired code or refresh token as one that is invalid." => ["applyToken"];
}
