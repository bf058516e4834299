; What a call is given: HMAC(EVP_sha256(), "…", length)
(call_expression function: (_) @callee arguments: (argument_list (_) @value))
