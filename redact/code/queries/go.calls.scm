; What a call is given: hmac.New(sha256.New, []byte("…")), token.SignedString([]byte("…")), NewStaticCredentials(id, "…", "")
(call_expression function: (_) @callee arguments: (argument_list (_) @value))
