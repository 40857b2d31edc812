"""The rule: which silences of a vessel's track are gaps, and which of them this run has to write.

A gap opens once a vessel has been silent for min_gap, and closes with its next position. Each of the two is an event at an
instant, its version, which the messages alone determine. A run over [start, end) writes the events in that range and
no others, so it does not matter into which runs a period is cut.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gaps.gap import Gap
from gaps.run import Run


class Position(NamedTuple):
    """One valid position message."""

    timestamp: int
    msgid: str
    seg_id: str | None
    lat: float
    lon: float
    receiver_type: str | None
    # Set if this is the start of a gap that the output table holds as open: the count stored there.
    positions_before: int | None = None

    @property
    def opens_known_gap(self) -> bool:
        return self.positions_before is not None


def in_order(positions: Iterable[Position]) -> list[Position]:
    """The positions by time, without repeats.

    Messages of one instant are ordered by msgid; of repeats of one message, the start of a known gap is kept, else the
    smallest by content. No order of arrival shows through.
    """
    track: list[Position] = []
    for p in sorted(positions, key=_order):
        if not track or (p.timestamp, p.msgid) != (track[-1].timestamp, track[-1].msgid):
            track.append(p)
    return track


def _order(p: Position) -> tuple:
    return (p.timestamp, p.msgid, not p.opens_known_gap, p.lat, p.lon, p.seg_id or "", p.receiver_type or "")


def find_gaps(ssvid: str, positions: Iterable[Position], run: Run) -> Iterator[Gap]:
    """The rows to append for one vessel.

    positions are those in [run.read_from, run.end), and the start of the gap that is open at run.start, however old.
    """
    track = in_order(positions)
    times = [p.timestamp for p in track]
    for i, start in enumerate(track):
        end = track[i + 1] if i + 1 < len(track) else None
        known_at = start.timestamp + run.min_gap
        if (end.timestamp if end else run.end - 1) < known_at:
            continue  # not silent for long enough, as far as this run can see
        if end and end.timestamp < run.start and not start.opens_known_gap:
            continue  # over before this run
        if start.opens_known_gap:
            before = start.positions_before
        else:
            before = i - bisect_left(times, start.timestamp - run.count_before)
            yield Gap(ssvid, start, None, max(known_at, run.start), before)
        if end:
            yield Gap(ssvid, start, end, max(end.timestamp, run.start), before)
