; What a name is bound to.
(variable_declarator name: (_) @name (_) @value .)
(property_declaration name: (_) @name value: (_) @value)
(parameter name: (_) @name "=" . (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(attribute_argument name: (_) @name (_) @value .)
(argument name: (_) @name . (_) @value .)
; {"password", "…"}
(initializer_expression . (string_literal) @entry . (_) @value .)
; SetPassword("…"), Add("password", "…")
(invocation_expression function: (_) @setter arguments: (argument_list . (argument . (_) @value .) .))
(invocation_expression function: (_) @call arguments: (argument_list . (argument . (string_literal) @name .) . (argument . (_) @value .)))
; new NetworkCredential("kim", "…")
(object_creation_expression type: (_) @auth arguments: (argument_list . (argument) . (argument . (_) @value .)))
(invocation_expression function: (_) @auth arguments: (argument_list . (argument . (string_literal) .) . (argument . (string_literal) @value .) .))
; "…" == password, password.Equals("…"), string.Equals(password, "…")
(invocation_expression function: (member_access_expression expression: (_) @name name: (_) @_equals) arguments: (argument_list . (argument . (string_literal) @value .)) (#match? @_equals "Equals$"))
(invocation_expression function: (member_access_expression name: (_) @_equals) arguments: (argument_list . (argument . (_) @name .) . (argument . (string_literal) @value .)) (#match? @_equals "Equals$"))
; Configuration["Password"] ?? "…"
; string Password() { return "…"; }
; SetPassword("kim", "…")
(invocation_expression function: (_) @setter arguments: (argument_list (argument) . (argument . (string_literal) @value .) .) (#match? @setter "(^|[.])(Set|Change|Update)"))
(return_statement (string_literal) @returned)
(arrow_expression_clause (string_literal) @returned)
; password == "…", Configuration["Password"] ?? "…"
(binary_expression operator: ["==" "!=" "??"]) @operation
; switch (password) { case "…": … }
(switch_statement value: (_) @name body: (switch_body (switch_section (constant_pattern (string_literal) @value))))
