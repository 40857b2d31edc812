"""Puts every mend in place. Called once, before the first request."""

from dit_engine import copies, gcs, jobs, layouts, loads, tables


def apply() -> None:
    for module in (gcs, tables, loads, layouts, copies, jobs):
        module.apply()
