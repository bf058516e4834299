; What a name is bound to.
(property_declaration (variable_declaration . (identifier) @name) (_) @value .)
(assignment left: (_) @name right: (_) @value)
(value_argument . (identifier) @name . (_) @value .)
(function_value_parameters (parameter . (identifier) @name) . "=" . (_) @value)
(class_parameter (identifier) @name . (_) "=" (_) @value .)
(infix_expression . (_) @name . (identifier) @_to . (_) @value (#eq? @_to "to"))
; setPassword("…"), put("password", "…")
(call_expression . (_) @setter (value_arguments . (value_argument . (_) @value .) .))
(call_expression . (_) @call (value_arguments . (value_argument . (string_literal) @name .) . (value_argument . (_) @value .) .))
(call_expression . (_) @auth (value_arguments . (value_argument . (string_literal) .) . (value_argument . (_) @value .) .))
; @Value("${db.password:…}") val password
(property_declaration (modifiers (annotation (constructor_invocation (user_type) @_value (value_arguments (value_argument . (_) @value .))))) (variable_declaration . (identifier) @name) (#eq? @_value "Value"))
; getOrElse("PASSWORD") { "…" }
(call_expression (call_expression . (_) @call (value_arguments . (value_argument . (string_literal) @name .) .)) (annotated_lambda (lambda_literal . (string_literal) @value .)))
; fun password() = "…", val password get() = "…", val password by lazy { "…" }
(property_declaration (variable_declaration . (identifier) @name) (property_delegate (call_expression (annotated_lambda (lambda_literal . (string_literal) @value .)))))
; setPassword("kim", "…")
(call_expression . (_) @setter (value_arguments (value_argument) . (value_argument . (string_literal) @value .) .) (#match? @setter "(^|[.])(set|change|update)"))
; Credentials.basic("kim", "…")
(call_expression . (navigation_expression . (_) @auth) (value_arguments . (value_argument . (_) .) . (value_argument . (_) @value .) .))
(function_body . (string_literal) @returned .)
(return_expression (string_literal) @returned)
; password == "…", System.getenv("PASSWORD") ?: "…"
(binary_expression operator: ["==" "!=" "?:"]) @operation
