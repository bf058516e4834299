; What a name is bound to.
(variable_assignment name: (_) @name value: (_) @value)
(binary_expression left: (_) @name operator: ["=" "==" "!="] right: (_) @value)
; --password VALUE, -p VALUE after the command that asks for it
(command argument: (word) @name . argument: (_) @value (#match? @name "^--"))
; ${PASSWORD:-…}
(expansion (variable_name) @name operator: [":-" "-" ":=" "="] . (_) @value)
; case "$PASSWORD" in "…")
(case_statement value: (_) @name (case_item value: [(string) (raw_string)] @value))
