; What a name is bound to.
(assignment left: (_) @name right: (_) @value)
(operator_assignment left: (_) @name right: (_) @value)
(pair key: (_) @name value: (_) @value)
(keyword_parameter name: (_) @name value: (_) @value)
(optional_parameter name: (_) @name value: (_) @value)
(binary left: (_) @name operator: ["==" "!="] right: (string) @value)
; set_password("…"), set :password, "…"
(call method: (_) @setter arguments: (argument_list . (_) @value .))
(call method: (_) @call arguments: (argument_list . [(string) (simple_symbol)] @name . (_) @value .))
; basic_auth "kim", "…"
(call method: (_) @auth arguments: (argument_list . (string) . (_) @value .))
(pair key: (_) @auth value: (array . (string) . (_) @value .))
