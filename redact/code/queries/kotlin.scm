; What a name is bound to.
(property_declaration (variable_declaration . (identifier) @name) (_) @value .)
(assignment left: (_) @name right: (_) @value)
(value_argument . (identifier) @name . (_) @value .)
(function_value_parameters (parameter . (identifier) @name) . "=" . (_) @value)
(class_parameter (identifier) @name . (_) "=" (_) @value .)
(infix_expression . (_) @name . (identifier) @_to . (_) @value (#eq? @_to "to"))
(binary_expression left: (_) @name operator: ["==" "!="] right: (string_literal) @value)
; setPassword("…"), put("password", "…")
(call_expression . (_) @setter (value_arguments . (value_argument . (_) @value .) .))
(call_expression . (_) @call (value_arguments . (value_argument . (string_literal) @name .) . (value_argument . (_) @value .) .))
(call_expression . (_) @auth (value_arguments . (value_argument . (string_literal) .) . (value_argument . (_) @value .) .))
; @Value("${db.password:…}") val password
(property_declaration (modifiers (annotation (constructor_invocation (user_type) @_value (value_arguments (value_argument . (_) @value .))))) (variable_declaration . (identifier) @name) (#eq? @_value "Value"))
