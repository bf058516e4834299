; What a name is bound to.
(variable_declarator name: (_) @name value: (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(element_value_pair key: (_) @name value: (_) @value)
(method_invocation object: (_) @name name: (identifier) @_equals arguments: (argument_list . (string_literal) @value .) (#match? @_equals "^equals"))
; setPassword("…"), put("password", "…"), Map.of("password", "…")
(method_invocation name: (_) @setter arguments: (argument_list . (_) @value .))
(method_invocation name: (_) @call arguments: (argument_list . (string_literal) @name . (_) @value .))
(method_invocation name: (_) @call arguments: (argument_list . (string_literal) . (_) . (string_literal) @name . (_) @value .))
; @Value("${db.password:…}") String password
(field_declaration (modifiers (annotation name: (_) @_value arguments: (annotation_argument_list . (_) @value .))) declarator: (variable_declarator name: (_) @name) (#eq? @_value "Value"))
(formal_parameter (modifiers (annotation name: (_) @_value arguments: (annotation_argument_list . (_) @value .))) name: (_) @name (#eq? @_value "Value"))
; basicAuth("kim", "…"), new PasswordAuthentication("kim", "…")
(method_invocation name: (_) @auth arguments: (argument_list . (string_literal) . (_) @value .))
(object_creation_expression type: (_) @auth arguments: (argument_list . (string_literal) . (_) @value .))
; "…".equals(password), "…" == password
(method_invocation object: (string_literal) @value name: (identifier) @_equals arguments: (argument_list . (_) @name .) (#match? @_equals "^equals"))
; Optional.ofNullable(System.getenv("PASSWORD")).orElse("…")
(method_invocation object: (_) @name name: (identifier) @_or arguments: (argument_list . (_) @value .) (#match? @_or "^or(Else)?(Get)?$"))
(method_invocation name: (identifier) @_or arguments: (argument_list . (_) @name . (_) @value .) (#any-of? @_or "requireNonNullElse" "firstNonNull" "defaultIfNull" "defaultIfBlank" "defaultString"))
(ternary_expression consequence: (_) @name alternative: (string_literal) @value)
; setPassword("kim", "…")
(method_invocation name: (_) @setter arguments: (argument_list (_) . (string_literal) @value .) (#match? @setter "^(set|change|update)"))
; String password() { return "…"; }
; new BasicAWSCredentials(id, "…"), AwsBasicCredentials.create(id, "…")
(object_creation_expression type: (_) @auth arguments: (argument_list . (identifier) . (_) @value .))
(method_invocation object: (_) @auth arguments: (argument_list . (_) . (_) @value .))
(return_statement (string_literal) @returned)
; password == "…"
(binary_expression operator: ["==" "!="]) @operation
