; What a call is given: jwt.sign(claims, "…"), createHmac("sha256", "…")
(call_expression function: (_) @callee arguments: (arguments (_) @value))
