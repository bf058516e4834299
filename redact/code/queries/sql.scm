; What a name is bound to.
(assignment left: (_) @name right: (_) @value)
(binary_expression left: (_) @name operator: "=" right: (literal) @value)
(alter_role (keyword_password) @name password: (_) @value)
(create_role (keyword_password) @name password: (_) @value)
(set_statement (_) @name (literal) @value)
