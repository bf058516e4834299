; What a call is given: Algorithm.HMAC256("…")
(call_expression . (_) @callee (value_arguments (value_argument . (_) @value .)))
