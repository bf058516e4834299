"""Who sent what kind of thing where, and what was done about it; never the thing. One event for each exchange."""
