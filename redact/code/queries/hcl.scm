; What a name is bound to.
(attribute . (identifier) @name (expression) @value)
(object_elem key: (_) @name val: (_) @value)
; variable "db_password" { default = "…" }
(block . (identifier) @_variable . (string_lit) @name (body (attribute . (identifier) @_default (expression) @value)) (#eq? @_variable "variable") (#eq? @_default "default"))
(block . (identifier) @_output . (string_lit) @name (body (attribute . (identifier) @_value (expression) @value)) (#eq? @_output "output") (#eq? @_value "value"))
; set { name = "db.password"  value = "…" }, environment { name = "DB_PASSWORD"  value = "…" }
(body (attribute . (identifier) @_name (expression) @name) . (attribute . (identifier) @_value (expression) @value) (#any-of? @_name "name" "key") (#eq? @_value "value"))
(object (object_elem key: (_) @_name val: (_) @name) . (object_elem key: (_) @_value val: (_) @value) (#any-of? @_name "name" "key") (#eq? @_value "value"))
; { value = "…"  type = "…"  name = "…" }
(body (attribute . (identifier) @_name (expression) @name) . (attribute) . (attribute . (identifier) @_value (expression) @value) (#any-of? @_name "name" "key") (#eq? @_value "value"))
(body (attribute . (identifier) @_value (expression) @value) . (attribute . (identifier) @_name (expression) @name) (#any-of? @_name "name" "key") (#eq? @_value "value"))
