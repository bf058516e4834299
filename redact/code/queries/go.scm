; What a name is bound to.
(var_spec name: (identifier) @name value: (expression_list . (_) @value .))
(const_spec name: (identifier) @name value: (expression_list . (_) @value .))
(short_var_declaration left: (expression_list . (_) @name) right: (expression_list . (_) @value))
(assignment_statement left: (expression_list . (_) @name) right: (expression_list . (_) @value))
(keyed_element key: (_) @name value: (_) @value)
; SetPassword("…"), Set("password", "…")
(call_expression function: (_) @setter arguments: (argument_list . (_) @value .))
(call_expression function: (_) @call arguments: (argument_list . (interpreted_string_literal) @name . (_) @value .))
(call_expression function: (_) @call arguments: (argument_list . (_) . (interpreted_string_literal) @name . (_) @value .))
; SetBasicAuth("kim", "…"), url.UserPassword("kim", "…")
(call_expression function: (_) @auth arguments: (argument_list . (_) . (interpreted_string_literal) @value))
; user, password := "kim", "…"
(short_var_declaration left: (expression_list (_) (identifier) @name .) right: (expression_list (_) (_) @value .))
(assignment_statement left: (expression_list (_) (_) @name .) right: (expression_list (_) (_) @value .))
(var_spec name: (identifier) . name: (identifier) @name value: (expression_list (_) (_) @value .))
; func password() string { return "…" }
; flag.StringVar(&password, "password", "…", "usage")
(call_expression function: (_) @call arguments: (argument_list . (unary_expression) . (interpreted_string_literal) @name . (_) @value))
(return_statement (expression_list . (interpreted_string_literal) @returned .))
; password == "…"
(binary_expression operator: ["==" "!="]) @operation
; ConstantTimeCompare([]byte(password), []byte("…"))
(call_expression function: (_) @_compare arguments: (argument_list . (_) @name . (_) @value .) (#match? @_compare "(Compare|Equal)$"))
; switch password { case "…": … }
(expression_switch_statement value: (_) @name (expression_case value: (expression_list (interpreted_string_literal) @value)))
