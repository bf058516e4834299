; What a name is bound to.
(assignment left: (_) @name right: (_) @value)
(binary_expression left: (_) @name operator: "=" right: (literal) @value)
(alter_role (keyword_password) @name password: (_) @value)
(create_role (keyword_password) @name password: (_) @value)
(set_statement (_) @name (literal) @value)
; api_token text DEFAULT '…'
(column_definition name: (_) @name (keyword_default) . (literal) @value)
(set_statement (object_reference) @name (literal) @value)
