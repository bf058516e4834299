; What a call is given: Algorithm.HMAC256("…")
(call_expression function: (_) @callee arguments: (arguments (_) @value))
