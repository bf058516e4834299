; What a name is bound to.
(const_item name: (_) @name value: (_) @value)
(static_item name: (_) @name value: (_) @value)
(let_declaration pattern: (_) @name value: (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(field_initializer field: (_) @name value: (_) @value)
(tuple_expression . (string_literal) @entry . (_) @value .)
; password("…"), insert("password", "…")
(call_expression function: (_) @setter arguments: (arguments . (_) @value .))
(call_expression function: (_) @call arguments: (arguments . (string_literal) @name . (_) @value .))
(call_expression function: (_) @call arguments: (arguments . (call_expression function: (field_expression value: (string_literal) @name)) . (_) @value .))
; basic_auth("kim", Some("…"))
(call_expression function: (_) @auth arguments: (arguments . (_) . (_) @value .))
; #[arg(default_value = "…")]
(token_tree (identifier) @name . "=" . (string_literal) @value)
; env::var("PASSWORD").unwrap_or("…")
(call_expression function: (field_expression value: (_) @name field: (_) @_or) arguments: (arguments . (_) @value .) (#match? @_or "^(unwrap_)?or(_else)?$"))
; let (user, password) = ("kim", "…")
(let_declaration pattern: (tuple_pattern (_) (identifier) @name .) value: (tuple_expression (_) (_) @value .))
; fn password() -> &str { "…" }
; set_password("kim", "…")
(call_expression function: (_) @setter arguments: (arguments (_) . (string_literal) @value .) (#match? @setter "(^|[.:_])(set|change|update)"))
; lazy_static! { static ref PASSWORD: String = "…" }
(token_tree (identifier) @name . ":" . (identifier) . "=" . (string_literal) @value)
; #[arg(default_value = "…")] password: String
((attribute_item (attribute arguments: (token_tree (identifier) @_default . "=" . (string_literal) @value))) . (field_declaration name: (_) @name) (#match? @_default "^default"))
((attribute_item (attribute arguments: (token_tree (identifier) @_long . "=" . (string_literal) @name (identifier) @_default . "=" . (string_literal) @value))) (#any-of? @_long "long" "name" "env") (#match? @_default "^default"))
; json!({"password": "…"})
(token_tree (string_literal) @name . ":" . (string_literal) @value)
(function_item body: (block . (_) @returned .))
(return_expression (string_literal) @returned)
; password == "…"
(binary_expression operator: ["==" "!="]) @operation
; match password { "…" => … }
(match_expression value: (_) @name body: (match_block (match_arm pattern: (match_pattern (string_literal) @value))))
; struct with #[arg(default_value = "…")]
((attribute_item (attribute arguments: (token_tree (identifier) @_default . "=" . (string_literal) @value))) . (ERROR . (identifier) @name) (#match? @_default "^default"))
