"""Hypothesis profiles for tests/ and fuzz/. Knows nothing of redact."""

import os

from hypothesis import settings

# No deadlines: a busy machine is no bug. Time is measured in bench/.
settings.register_profile("dev", deadline=None)
# The same examples in each run: a change fails because of itself.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
