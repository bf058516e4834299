; What a call is given: EncodingKey::from_secret(b"…"), Hmac::new_from_slice(b"…")
(call_expression function: (_) @callee arguments: (arguments (_) @value))
