; What a name is bound to.
(pair . (_) @name . (_) @value .)
