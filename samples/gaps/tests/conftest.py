"""Shorthand for tests: tracks in hours since 2024-01-01, runs in days since then."""

from datetime import UTC, datetime

from gaps.run import HOUR, Run
from gaps.track import Position

EPOCH = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAY = 24 * HOUR


def at(hours: float, msgid: str = "", **other) -> Position:
    fields = {"seg_id": "s", "lat": 10.0, "lon": 20.0, "receiver_type": "terrestrial"} | other
    return Position(EPOCH + round(hours * HOUR), msgid or f"m{hours}", **fields)


def days(start: int, end: int, min_gap: float = 6, before: float = 12) -> Run:
    return Run(EPOCH + start * DAY, EPOCH + end * DAY, round(min_gap * HOUR), round(before * HOUR))
