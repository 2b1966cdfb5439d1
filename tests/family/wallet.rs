//! What the wallet's payments and messages do, asked over HTTP by a client that shares nothing with the harness.

use proofmark::reference::{Settings, Wallet, credentials, fault};
use reqwest::Client;
use serde_json::{Value, json};

struct Bench {
    wallet: Wallet,
    http: Client,
}

fn bench(faults: &[&str]) -> Bench {
    let faults = faults.iter().map(|name| fault(name).expect(name)).collect();
    let settings = Settings { faults, require_signature: false, ..Settings::default() };
    Bench { wallet: Wallet::start(settings).unwrap(), http: Client::builder().no_proxy().build().unwrap() }
}

impl Bench {
    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.wallet.base_url());
        let request = self.http.post(url).header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn count(&self, probe: &str, key: &str) -> u64 {
        let name = if probe == "inbox" { "requestId" } else { "key" };
        let url = format!("{}/probe/{probe}?{name}={key}", self.wallet.base_url());
        let answer = self.http.get(url).send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()["count"].as_u64().unwrap()
    }

    async fn pay(&self, key: &str, value: &str) -> Value {
        let amount = json!({ "currency": "IQD", "value": value });
        let body = json!({ "productCode": "51051000101000000011", "paymentRequestId": key, "paymentAmount": amount });
        self.post("/v1/payments/pay", body).await
    }

    async fn refund(&self, key: &str, payment: &str, value: &str) -> Value {
        let amount = json!({ "currency": "IQD", "value": value });
        let body = json!({ "refundRequestId": key, "paymentRequestId": payment, "refundAmount": amount });
        self.post("/v1/payments/refund", body).await
    }
}

fn said(answer: &Value) -> (&str, &str) {
    let text = |name: &str| answer["result"][name].as_str().unwrap_or_default();
    (text("resultStatus"), text("resultCode"))
}

#[tokio::test]
async fn a_payment_is_made_once_told_of_and_given_back() {
    let bench = bench(&[]);
    let first = bench.pay("p1", "5000").await;
    assert_eq!(said(&first), ("A", "ACCEPT"));
    assert!(first["redirectActionForm"]["redirectionUrl"].is_string());
    let again = bench.pay("p1", "5000").await;
    assert_eq!((said(&again), &again["paymentId"]), (("A", "ACCEPT"), &first["paymentId"]));
    assert_eq!(said(&bench.pay("p1", "5001").await), ("F", "REPEAT_REQ_INCONSISTENT"));
    assert_eq!(bench.count("payments", "p1").await, 1);
    for asked in [json!({ "paymentRequestId": "p1" }), json!({ "paymentId": first["paymentId"] })] {
        let told = bench.post("/v1/payments/inquiryPayment", asked).await;
        assert_eq!((said(&told), &told["paymentStatus"]), (("S", "SUCCESS"), &json!("SUCCESS")));
    }
    let part = bench.refund("r1", "p1", "3000").await;
    assert_eq!(said(&part), ("S", "SUCCESS"));
    assert_eq!(bench.refund("r1", "p1", "3000").await["refundId"], part["refundId"]);
    assert_eq!(said(&bench.refund("r2", "p1", "3000").await).0, "F");
    assert_eq!(said(&bench.refund("r3", "p1", "2000").await).0, "S");
    let counts = [bench.count("refunds", "r1").await, bench.count("refunds", "r2").await];
    assert_eq!(counts, [1, 0]);
    let told = bench.post("/v1/payments/inquiryRefund", json!({ "refundId": part["refundId"] })).await;
    assert_eq!((said(&told), &told["refundStatus"]), (("S", "SUCCESS"), &json!("SUCCESS")));
    let unknown = bench.post("/v1/payments/inquiryRefund", json!({ "refundRequestId": "r9" })).await;
    assert_eq!(said(&unknown), ("F", "REFUND_NOT_EXIST"));
}

#[tokio::test]
async fn amounts_that_are_none_are_refused_without_effect() {
    let bench = bench(&[]);
    for value in ["", "0", "-5", "1.5", "1e3", " 5", "x", "12345678901234567", "9999999999999999"] {
        assert_eq!(said(&bench.pay("odd", value).await).0, "F", "{value}");
    }
    assert_eq!(bench.count("payments", "odd").await, 0);
}

#[tokio::test]
async fn each_message_of_the_platform_has_its_own_result() {
    let bench = bench(&[]);
    let message = |id: &str, customer: &str| {
        json!({ "messageId": id, "customerId": customer, "messageChannel": "SMS",
                "messageContent": "{}", "extendInfo": "" })
    };
    let known = "1000001119398804";
    let send = async |messages: Value| {
        bench.post("/v2/platform/message/send", json!({ "messages": messages })).await
    };
    let answer = send(json!([message("m1", known), message("m2", "nobody"), message("m3", known)])).await;
    assert_eq!(said(&answer), ("S", "SUCCESS"));
    let results = answer["messageSendResults"].as_array().unwrap();
    let told: Vec<_> =
        results.iter().map(|result| (&result["messageId"], &result["success"], &result["retry"])).collect();
    let (yes, no, none) = (json!(true), json!(false), Value::Null);
    let (one, two, three) = (json!("m1"), json!("m2"), json!("m3"));
    assert_eq!(told, [(&one, &yes, &none), (&two, &no, &no), (&three, &yes, &none)]);
    assert_eq!(said(&send(json!([message("m4", known), Value::Null])).await), ("F", "PARAM_ILLEGAL"));
    send(json!([message("m1", known)])).await;
    let mut counts = Vec::new();
    for id in ["m1", "m2", "m3", "m4"] {
        counts.push(bench.count("inbox", id).await);
    }
    assert_eq!(counts, [1, 0, 1, 0]);
}

#[tokio::test]
async fn messages_by_a_token_go_out_once_by_either_version() {
    let bench = bench(&[]);
    let known = credentials();
    let template = json!({ "templateParameters": known.template_parameters, "language": "en-US" });
    let body = |key: &str| {
        json!({ "accessToken": known.token_valid, "appId": "PROOFMARK_DEMO_APP", "requestId": key,
                "templateCode": known.template_code, "templates": [template] })
    };
    for (path, key) in [("/v2/messages/sendInbox", "v2"), ("/v2/miniprogram/message/send", "ms")] {
        let first = bench.post(path, body(key)).await;
        assert_eq!(said(&first), ("S", "SUCCESS"), "{path}");
        assert_eq!(bench.post(path, body(key)).await["messageId"], first["messageId"], "{path}");
        assert_eq!(bench.count("inbox", key).await, 1, "{path}");
    }
    assert_eq!(said(&bench.post("/v2/miniprogram/message/send", body("a@b")).await), ("F", "PARAM_ILLEGAL"));
    assert_eq!(said(&bench.post("/v2/messages/sendInbox", body("a@b")).await), ("S", "SUCCESS"));
}

#[tokio::test]
async fn a_fault_does_what_it_says() {
    let bench = bench(&["pay-replay-pays-again"]);
    bench.pay("p1", "5000").await;
    bench.pay("p1", "5000").await;
    assert_eq!(bench.count("payments", "p1").await, 2);
}
