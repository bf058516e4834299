; What a name is bound to.
(init_declarator declarator: (_) @name value: (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(initializer_pair designator: (_) @name value: (_) @value)
(preproc_def name: (_) @name value: (_) @value)
; set_password("…"), setenv("PASSWORD", "…"), strcpy(password, "…")
(call_expression function: (_) @setter arguments: (argument_list . (_) @value .))
(call_expression function: (_) @call arguments: (argument_list . (string_literal) @name . (_) @value))
(call_expression function: (_) @call arguments: (argument_list . (_) . (string_literal) @name . (_) @value .))
(call_expression function: (_) @_copy arguments: (argument_list . (_) @name . (string_literal) @value) (#match? @_copy "^(std::)?(str|mem)n?(l?cpy|cmp|casecmp)(_s)?$"))
; {"password", "…"}
(initializer_list . (string_literal) @entry . (_) @value .)
(call_expression function: (_) @auth arguments: (argument_list . (string_literal) . (string_literal) @value .))
(field_declaration declarator: (_) @name default_value: (_) @value)
(optional_parameter_declaration declarator: (_) @name default_value: (_) @value)
; "…" == password, strcmp("…", password)
(call_expression function: (_) @_compare arguments: (argument_list . (string_literal) @value . (_) @name) (#match? @_compare "^(std::)?(str|mem)n?(case)?cmp$"))
; getenv("PASSWORD") ? getenv("PASSWORD") : "…"
(conditional_expression condition: (_) @name alternative: (string_literal) @value)
; set_password(context, "…")
(call_expression function: (_) @setter arguments: (argument_list (_) . (string_literal) @value .) (#match? @setter "(^|[.>:_])(set|change|update)"))
; setopt(curl, CURLOPT_PASSWORD, "…")
(call_expression arguments: (argument_list (_) . (identifier) @name . (string_literal) @value .) (#match? @name "^[A-Z][A-Z0-9_]+$"))
; snprintf(password, sizeof password, "…")
(call_expression function: (_) @_print arguments: (argument_list . (_) @name . (_) . (string_literal) @value .) (#match? @_print "^(std::)?v?snprintf"))

; std::string password() { return "…"; }
; A() : password_("…") {}
(field_initializer (field_identifier) @name (argument_list . (_) @value .))
; password.assign("…"), env("PASSWORD").value_or("…")
(call_expression function: (field_expression argument: (_) @name field: (_) @_assign) arguments: (argument_list . (_) @value .) (#any-of? @_assign "assign" "append" "value_or" "compare"))
; make_unique<Credentials>("kim", "…")
(call_expression function: [(template_function arguments: (_) @auth) (qualified_identifier name: (template_function arguments: (_) @auth))] arguments: (argument_list . (_) . (_) @value .))
(return_statement (string_literal) @returned)
; password == "…"
(binary_expression operator: ["==" "!="]) @operation
