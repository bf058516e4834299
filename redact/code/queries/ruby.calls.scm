; What a call is given: JWT.encode(claims, "…"), OpenSSL::HMAC.hexdigest("SHA256", "…", data)
(call receiver: (_) @callee arguments: (argument_list (_) @value))
