"""What is measured, and how: run a part with `python -m bench.request`, or all of them with `python -m bench`."""
