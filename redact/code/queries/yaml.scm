; What a name is bound to.
(block_mapping_pair key: (_) @name value: (_) @value)
(flow_pair key: (_) @name value: (_) @value)
; - name: DB_PASSWORD
;   value: …
(block_mapping (block_mapping_pair key: (_) @_name value: (_) @name) . (block_mapping_pair key: (_) @_value value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
(block_mapping (block_mapping_pair key: (_) @_name value: (_) @name) . (block_mapping_pair) . (block_mapping_pair key: (_) @_value value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
(flow_mapping (flow_pair key: (_) @_name value: (_) @name) . (flow_pair key: (_) @_value value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key") (#any-of? @_value "value" "Value"))
(flow_mapping (flow_pair key: (_) @_name value: (_) @name) . (flow_pair) . (flow_pair key: (_) @_value value: (_) @value) (#any-of? @_name "name" "key" "Name" "Key") (#any-of? @_value "value" "Value"))
; - DB_PASSWORD=…
(block_sequence_item (flow_node) @pair)
; - value: …
;   name: DB_PASSWORD
(block_mapping (block_mapping_pair key: (_) @_value value: (_) @value) . (block_mapping_pair key: (_) @_name value: (_) @name) (#any-of? @_name "name" "key" "Name" "Key" "ParameterKey") (#any-of? @_value "value" "Value" "ParameterValue"))
; DbPassword: {Type: String, Default: …}
(block_mapping_pair key: (_) @name value: (block_node (block_mapping (block_mapping_pair key: (_) @_default value: (_) @value))) (#any-of? @_default "Default" "default" "value" "defaultValue"))
; - --password
; - …
(block_sequence (block_sequence_item (flow_node) @name) . (block_sequence_item (flow_node) @value) (#match? @name "^[\"']?--[a-z][a-z-]*[\"']?$"))
