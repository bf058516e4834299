; What a name is bound to: <a data-token="…">
(attribute (attribute_name) @name (quoted_attribute_value) @value)
; <input name="password" value="…">, <property name="password" value="…"/>, <add key="Password" value="…"/>
(_ (attribute (attribute_name) @_name (quoted_attribute_value) @name) (attribute (attribute_name) @_value (quoted_attribute_value) @value) (#any-of? @_name "name" "key" "id") (#any-of? @_value "value" "content"))
; <password>…</password>
(element (start_tag . (tag_name) @name) . (text) @value . (end_tag))
; <property name="password">…</property>
(element (start_tag (attribute (attribute_name) @_name (quoted_attribute_value) @name)) . (text) @value . (end_tag) (#any-of? @_name "name" "key"))
