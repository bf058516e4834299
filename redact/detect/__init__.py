"""What finds things in a text: one file a detector, each a `Callable[[str], Iterable[Finding]]`."""
