; What a name is bound to.
(assignment left: (_) @name right: (_) @value)
(operator_assignment left: (_) @name right: (_) @value)
(pair key: (_) @name value: (_) @value)
(keyword_parameter name: (_) @name value: (_) @value)
(optional_parameter name: (_) @name value: (_) @value)
; set_password("…"), set :password, "…"
(call method: (_) @setter arguments: (argument_list . (_) @value .))
(call method: (_) @call arguments: (argument_list . [(string) (simple_symbol)] @name . (_) @value .))
; basic_auth "kim", "…"
(call method: (_) @auth arguments: (argument_list . (string) . (_) @value .))
(pair key: (_) @auth value: (array . (string) . (_) @value .))
; "…" == password, password.eql?("…")
(call receiver: (_) @name method: (_) @_equals arguments: (argument_list . (string) @value .) (#any-of? @_equals "eql?" "equal?" "casecmp?"))
; user, password = "kim", "…"
(assignment left: (left_assignment_list (_) (_) @name .) right: (right_assignment_list (_) (_) @value .))
; def password; "…"; end, let(:password) { "…" }
(call method: (identifier) arguments: (argument_list . [(simple_symbol) (string)] @name .) block: (block body: (block_body . (_) @value .)))
(call method: (identifier) @name !arguments !receiver block: (block body: (block_body . (string) @value .)))
; password = <<~EOS
((assignment left: (_) @name right: (heredoc_beginning)) . (heredoc_body (heredoc_content) @value))
; fill_in "Password", with: "…"
(call arguments: (argument_list . (string) @name . (pair key: (hash_key_symbol) @_with value: (_) @value)) (#eq? @_with "with"))
; set_password("kim", "…")
(call method: (_) @setter arguments: (argument_list (_) . (string) @value .) (#match? @setter "^(set|change|update)"))
; PASSWORDS = { "kim" => "…" }
(assignment left: (_) @map right: (hash (pair value: (string) @value)))
(body_statement . (string) @returned .)
; password == "…", ENV["PASSWORD"] || "…"
(binary operator: ["==" "!=" "||" "or"]) @operation
; case password when "…"
(case value: (_) @name (when pattern: (pattern (string) @value)))
