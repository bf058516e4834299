; What a call is given: HMAC(key: "…")
(call_expression . (_) @callee (call_suffix (value_arguments (value_argument value: (_) @value))))
