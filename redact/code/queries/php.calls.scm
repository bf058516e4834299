; What a call is given: hash_hmac("sha256", $data, "…"), JWT::encode($claims, "…")
(function_call_expression function: (_) @callee arguments: (arguments (argument . (_) @value .)))
(scoped_call_expression scope: (_) @callee arguments: (arguments (argument . (_) @value .)))
