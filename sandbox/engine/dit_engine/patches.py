"""Puts every mend in place. Called once, before the first request."""

from dit_engine import copies, creations, extracts, gcs, geography, inserts, jobs, layouts, loads, lookups, snapshots, tables


def apply() -> None:
    for module in (gcs, lookups, extracts, inserts, tables, loads, layouts, copies, snapshots, creations, geography, jobs):
        module.apply()
