; What a name is bound to.
(pair key: (_) @name value: (_) @value)
; {"name": "DB_PASSWORD", "value": "…"}
(object (pair key: (string (string_content) @_name) value: (string) @name) . (pair key: (string (string_content) @_value) value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
(object (pair key: (string (string_content) @_name) value: (string) @name) . (pair) . (pair key: (string (string_content) @_value) value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
; "DB_PASSWORD=…"
(array (string) @pair)
; "DbPassword": {"Type": "String", "Default": "…"}
(pair key: (_) @name value: (object (pair key: (string (string_content) @_default) value: (string) @value)) (#any-of? @_default "Default" "default" "value" "defaultValue"))
; "passwords": {"kim": "…"}
(pair key: (_) @map value: (object (pair value: (string) @value)))
; {"value": "…", "name": "DB_PASSWORD"}
(object (pair key: (string (string_content) @_value) value: (_) @value) . (pair key: (string (string_content) @_name) value: (string) @name) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
