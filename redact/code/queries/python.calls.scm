; What a call is given: jwt.encode(claims, "…"), hmac.new(b"…", message)
(call function: (_) @callee arguments: (argument_list (_) @value))
