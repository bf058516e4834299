; What a name is bound to.
(env_pair name: (_) @name value: (_) @value)
(arg_instruction name: (_) @name default: (_) @value)
(label_pair key: (_) @name value: (_) @value)
