; What a name is bound to.
(property_declaration name: (_) @name value: (_) @value)
(assignment target: (_) @name result: (_) @value)
(value_argument name: (_) @name value: (_) @value)
(dictionary_literal key: (_) @name . value: (_) @value)
; setPassword("…"), setenv("PASSWORD", "…")
(call_expression . (_) @setter (call_suffix (value_arguments . (value_argument . value: (_) @value .) .)))
(call_expression . (_) @call (call_suffix (value_arguments . (value_argument . value: (line_string_literal) @name .) . (value_argument value: (_) @value .))))
; setValue("…", forHTTPHeaderField: "X-Api-Key")
(call_suffix (value_arguments . (value_argument . value: (_) @value .) . (value_argument name: (_) value: (line_string_literal) @name .) .))
; var password: String { "…" }
(statements . (line_string_literal) @returned .)
(control_transfer_statement result: (line_string_literal) @returned)
; password == "…", environment["PASSWORD"] ?? "…"
(equality_expression) @operation
(nil_coalescing_expression) @operation
; func f(password: String = "…")
((parameter name: (_) @name) . "=" . (line_string_literal) @value)
