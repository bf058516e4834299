"""Code as code: which languages there are, where code stands in a text, and what its syntax says of a literal."""
