"""Shorthand for tests: tracks in hours since 2024-01-01, and a table in memory."""

from datetime import UTC, datetime

import pytest

from gaps.run import HOUR, Run
from gaps.track import Position, find_gaps

EPOCH = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAY = 24 * HOUR


def at(hours: float, msgid: str = "", **other) -> Position:
    fields = {"seg_id": "s", "lat": 10.0, "lon": 20.0, "receiver_type": "terrestrial"} | other
    return Position(EPOCH + round(hours * HOUR), msgid or f"m{hours}", **fields)


def days(start: int, end: int, min_gap: float = 6, before: float = 12) -> Run:
    return Run(EPOCH + start * DAY, EPOCH + end * DAY, round(min_gap * HOUR), round(before * HOUR))


class MemoryTable:
    """The output table as the pipeline uses it: rewound before each run, read for open gaps, appended to."""

    def __init__(self):
        self.gaps = []

    def detect(self, tracks: dict[str, list[Position]], run: Run) -> None:
        self.gaps = [g for g in self.gaps if g.version < run.start]
        read = {v: [p for p in track if run.read_from <= p.timestamp < run.end] for v, track in tracks.items()}
        for gap in self.latest():
            if gap.end is None:
                read.setdefault(gap.ssvid, []).append(gap.start._replace(positions_before=gap.positions_before))
        for ssvid, positions in read.items():
            self.gaps += find_gaps(ssvid, positions, run)

    def latest(self) -> list:
        """What the view shows."""
        newest = {}
        for gap in sorted(self.gaps, key=lambda g: (g.version, g.end is not None)):
            newest[gap.gap_id] = gap
        return list(newest.values())

    def rows(self) -> list[dict]:
        return sorted(({**g.row(), "version": None} for g in self.latest()), key=lambda r: r["gap_id"])


@pytest.fixture
def table():
    return MemoryTable()
