; What a call is given: new SymmetricSecurityKey(Encoding.UTF8.GetBytes("…"))
(object_creation_expression type: (_) @callee arguments: (argument_list (argument . (_) @value .)))
(invocation_expression function: (_) @callee arguments: (argument_list (argument . (_) @value .)))
