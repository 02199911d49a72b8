"""Tests, and what holds for all of them before anything is imported."""

import os

# Frames of tests have a handful of rows: handing them from thread to thread takes a tenth of the whole time. That
# threads change nothing is held by tests of their own, and in full (OIG_TORTURE) all tests have them.
if not os.environ.get("OIG_TORTURE"):
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
