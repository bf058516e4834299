; What a name is bound to: <a data-token="…">
(attribute (attribute_name) @name (quoted_attribute_value) @value)
; <input name="password" value="…">, <property name="password" value="…"/>, <add key="Password" value="…"/>
(_ (attribute (attribute_name) @_name (quoted_attribute_value) @name) . (attribute (attribute_name) @_value (quoted_attribute_value) @value) (#any-of? @_name "name" "key" "id") (#any-of? @_value "value" "content"))
(_ (attribute (attribute_name) @_name (quoted_attribute_value) @name) . (attribute) . (attribute (attribute_name) @_value (quoted_attribute_value) @value) (#any-of? @_name "name" "key" "id") (#any-of? @_value "value" "content"))
; <password>…</password>
(element (start_tag . (tag_name) @name) . (text) @value . (end_tag))
; <property name="password">…</property>
(element (start_tag (attribute (attribute_name) @_name (quoted_attribute_value) @name)) . (text) @value . (end_tag) (#any-of? @_name "name" "key"))
; <input value="…" name="password">
(_ (attribute (attribute_name) @_value (quoted_attribute_value) @value) . (attribute (attribute_name) @_name (quoted_attribute_value) @name) (#any-of? @_name "name" "key" "id") (#any-of? @_value "value" "content"))
(_ (attribute (attribute_name) @_value (quoted_attribute_value) @value) . (attribute) . (attribute (attribute_name) @_name (quoted_attribute_value) @name) (#any-of? @_name "name" "key" "id") (#any-of? @_value "value" "content"))
; <property><name>password</name><value>…</value></property>
(element (element (start_tag (tag_name) @_name) . (text) @name) . (element (start_tag (tag_name) @_value) . (text) @value) (#any-of? @_name "name" "key" "param-name") (#any-of? @_value "value" "string" "param-value"))
