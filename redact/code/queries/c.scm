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

; const char *password(void) { return "…"; }
(return_statement (string_literal) @returned)
; password == "…"
(binary_expression operator: ["==" "!="]) @operation
