; What a call is given: Jwts.builder().signWith(algorithm, "…"), Algorithm.HMAC256("…"), new SecretKeySpec("…".getBytes(), "HmacSHA256")
(method_invocation name: (_) @callee arguments: (argument_list (_) @value))
(object_creation_expression type: (_) @callee arguments: (argument_list (_) @value))
