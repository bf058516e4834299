; What a name is bound to.
(assignment_expression left: (_) @name right: (_) @value)
(augmented_assignment_expression left: (_) @name right: (_) @value)
(array_element_initializer . (_) @name . (_) @value .)
(const_element . (_) @name . (_) @value .)
(property_element name: (_) @name default_value: (_) @value)
(simple_parameter name: (_) @name default_value: (_) @value)
(property_promotion_parameter name: (_) @name default_value: (_) @value)
(argument name: (_) @name (_) @value .)
; setPassword("…"), define("PASSWORD", "…")
(function_call_expression function: (_) @setter arguments: (arguments . (argument . (_) @value .) .))
(member_call_expression name: (_) @setter arguments: (arguments . (argument . (_) @value .) .))
(function_call_expression function: (_) @call arguments: (arguments . (argument . [(string) (encapsed_string)] @name .) . (argument . (_) @value .)))
(member_call_expression name: (_) @call arguments: (arguments . (argument . [(string) (encapsed_string)] @name .) . (argument . (_) @value .)))
(member_call_expression name: (_) @auth arguments: (arguments . (argument . [(string) (encapsed_string)] .) . (argument . [(string) (encapsed_string)] @value .)))
(array_element_initializer . (_) @auth . (array_creation_expression . (array_element_initializer . (_) .) . (array_element_initializer . (_) @value .)) .)
; getenv("PASSWORD") ?: "…"
(conditional_expression condition: (_) @name alternative: (_) @value)
; [$user, $password] = ["kim", "…"]
(assignment_expression left: (list_literal (_) (_) @name .) right: (array_creation_expression (_) (array_element_initializer . (_) @value .) .))
; function password() { return "…"; }
; setPassword("kim", "…")
(member_call_expression name: (_) @setter arguments: (arguments (argument) . (argument . (string) @value .) .) (#match? @setter "^(set|change|update)"))
; ["auth" => ["kim", "…"]]
(array_element_initializer . (_) @map . (array_creation_expression (array_element_initializer (_) . [(string) (encapsed_string)] @value .)) .)
(assignment_expression left: (_) @map right: (array_creation_expression (array_element_initializer (_) . [(string) (encapsed_string)] @value .)))
(return_statement [(string) (encapsed_string)] @returned)
; $password == "…", $_ENV["PASSWORD"] ?? "…"
(binary_expression operator: ["==" "===" "!=" "!==" "??" "||"]) @operation
; switch ($password) { case "…": … }
(switch_statement condition: (_) @name body: (switch_block (case_statement value: (_) @value)))
