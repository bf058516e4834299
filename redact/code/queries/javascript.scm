; What a name is bound to.
(variable_declarator name: (_) @name value: (_) @value)
(assignment_expression left: (_) @name right: (_) @value)
(augmented_assignment_expression left: (_) @name right: (_) @value)
(assignment_pattern left: (_) @name right: (_) @value)
(object_assignment_pattern left: (_) @name right: (_) @value)
(pair key: (_) @name value: (_) @value)
; setPassword("…"), put("password", "…")
(call_expression function: (_) @setter arguments: (arguments . (_) @value .))
(call_expression function: (_) @call arguments: (arguments . (string) @name . (_) @value .))
(array . (string) @entry . (string) @value .)
; auth: { username: "kim", password: "…" } is a pair; auth: ["kim", "…"], auth("kim", "…")
(pair key: (_) @auth value: (array . (string) . (_) @value .))
(call_expression function: (_) @auth arguments: (arguments . (string) . (string) @value .))
(field_definition property: (_) @name value: (_) @value)
(jsx_attribute (property_identifier) @name (_) @value)
; setPassword("kim", "…")
(call_expression function: (_) @setter arguments: (arguments (_) . (string) @value .) (#match? @setter "(^|[.])(set|change|update|create)"))
(variable_declarator name: (_) @name value: (arrow_function body: [(string) (template_string)] @value))
; option("password", { default: "…" })
(call_expression arguments: (arguments . (string) @name (object (pair key: (_) @_default value: (_) @value)) (#any-of? @_default "default" "defaultValue" "fallback")))
; z.string().default("…") as an entry
(pair key: (_) @name value: (call_expression function: (member_expression property: (_) @_default) arguments: (arguments . (string) @value .)) (#any-of? @_default "default" "defaultTo" "fallback" "catch"))
; fill("#password", "…")
(call_expression function: (member_expression property: (_) @_fill) arguments: (arguments . (string) @name . (string) @value .) (#any-of? @_fill "fill" "type" "sendKeys" "setValue"))
; PASSWORDS = { kim: "…" }
(variable_declarator name: (_) @map value: (object (pair value: (string) @value)))
(pair key: (_) @map value: (object (pair value: (string) @value)))
; password === "…", "…" === password, process.env.PASSWORD ?? "…"
(binary_expression operator: ["==" "===" "!=" "!==" "??" "||"]) @operation
; password() { return "…" }
(return_statement (string) @returned)
; const [password, setPassword] = useState("…")
(variable_declarator name: (array_pattern . (_) @name) value: (call_expression arguments: (arguments . (string) @value .)))
; switch (password) { case "…": … }
(switch_statement value: (_) @name body: (switch_body (switch_case value: (string) @value)))
