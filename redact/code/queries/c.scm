; What a name is bound to.
(init_declarator declarator: (_) @name value: (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(initializer_pair designator: (_) @name value: (_) @value)
(preproc_def name: (_) @name value: (_) @value)
(binary_expression left: (_) @name operator: ["==" "!="] right: (string_literal) @value)
; set_password("…"), setenv("PASSWORD", "…"), strcpy(password, "…")
(call_expression function: (_) @setter arguments: (argument_list . (_) @value .))
(call_expression function: (_) @call arguments: (argument_list . (string_literal) @name . (_) @value))
(call_expression function: (_) @call arguments: (argument_list . (_) . (string_literal) @name . (_) @value .))
(call_expression function: (_) @_copy arguments: (argument_list . (_) @name . (string_literal) @value) (#match? @_copy "^(std::)?(str|mem)n?(l?cpy|cmp|casecmp)(_s)?$"))
; {"password", "…"}
(initializer_list . (string_literal) @entry . (_) @value .)
(call_expression function: (_) @auth arguments: (argument_list . (string_literal) . (string_literal) @value .))
