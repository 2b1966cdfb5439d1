//! The faults of applyToken, cancelToken and inquiryUserInfo.

use super::fault_table;

#[rustfmt::skip]
fault_table! {
    CodeReusable = "auth-code-reusable", "code", "Issues tokens for a code that was used before.", ["applyToken/flow/code-single-use"];
    CodeLookedUpFirst = "auth-code-looked-up-first", "idempotency", "Looks a code up, and marks it as used a moment later.", ["applyToken/flow/code-spent-once"], race;
    RefreshLookedUpFirst = "refresh-token-looked-up-first", "idempotency", "Looks a refresh token up, and marks it as used a moment later.", ["applyToken/flow/refresh-token-spent-once"], race;
    ExpiredCodeAccepted = "expired-code-accepted", "code", "Issues tokens for a code that has expired.", ["applyToken/code/expired-code"];
    UnknownCodeAnsweredUnknown = "unknown-code-answered-unknown", "code", "Answers U to a code that was never issued.", ["applyToken/code/invalid-code"];
    TokenForUnsigned = "token-for-unsigned-request", "header", "Issues tokens whatever the signature says.", ["applyToken/code/unsigned"];
    RefreshTokenReusable = "refresh-token-reusable", "code", "Issues tokens for a refresh token that was used before.", ["applyToken/flow/refresh-single-use"];
    IssuedTokenUnusable = "issued-token-unusable", "status", "Issues access tokens that no operation takes.", ["applyToken/flow/token-*", "applyToken/flow/*-usable"];
    RefreshTokenMissing = "refresh-token-missing", "shape", "Gives no refreshToken on S.", ["applyToken/shape/refresh-token"];
    ExpiryMissing = "token-expiry-missing", "shape", "Gives no refreshTokenExpiryTime on S.", ["applyToken/shape/refresh-token-expiry"];
    ExpiryIsNumber = "token-expiry-is-number", "shape", "Gives refreshTokenExpiryTime as a number.", ["applyToken/shape/response-schema"];
    AuthCodeMayBeMissing = "auth-code-may-be-missing", "shape", "Issues tokens although authCode is missing.", ["applyToken/request/authCode/required/missing"];
    AuthCodeOneOver = "auth-code-accepts-65", "code", "Looks up an authCode of 65 characters, one more than the contract allows.", ["applyToken/request/authCode/maxLength/above*"];
    UnknownGrantTypeAccepted = "unknown-grant-type-accepted", "shape", "Takes any grantType for AUTHORIZATION_CODE.", ["applyToken/request/grantType/enum/*"];
    CancelKeepsAccessToken = "cancel-keeps-access-token", "status", "Answers S to cancelToken, and the access token goes on working.", ["cancelToken/flow/access-token-dead"];
    CancelKeepsRefreshToken = "cancel-keeps-refresh-token", "status", "Cancels the access token and leaves its refresh token alive.", ["cancelToken/flow/refresh-token-dead"];
    CancelEndsOtherTokens = "cancel-ends-other-tokens", "status", "Cancels every token that was issued.", ["cancelToken/flow/other-token-lives"];
    CancelTakesAnyToken = "cancel-takes-any-token", "code", "Answers S to a token that was never issued.", ["cancelToken/code/invalid-token"];
    CancelAnswersUnknown = "cancel-answers-unknown", "status", "Answers U to a token that was never issued.", ["cancelToken/code/invalid-token"];
    UserInfoMissing = "user-info-missing", "shape", "Gives no userInfo on S.", ["inquiryUserInfo/shape/user-info"];
    UserInfoIsText = "user-info-is-text", "shape", "Gives userInfo as a text.", ["inquiryUserInfo/shape/response-schema"];
    UserInfoWithoutId = "user-info-without-id", "shape", "Gives a userInfo without userId.", ["inquiryUserInfo/shape/*"];
    UserInfoForAnyToken = "user-info-for-any-token", "code", "Tells of a user for a token that was never issued.", ["inquiryUserInfo/code/invalid-token"];
    UserInfoForExpiredToken = "user-info-for-expired-token", "code", "Tells of a user for a token that has expired.", ["inquiryUserInfo/code/expired-token"];
    UserInfoTakesAnyExtendInfo = "user-info-takes-any-extend-info", "shape", "Does not look at extendInfo.", ["inquiryUserInfo/request/extendInfo/maxLength/above*"];
}
