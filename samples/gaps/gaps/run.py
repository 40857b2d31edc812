"""What one run is asked to do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

HOUR = 3_600_000_000  # microseconds


@dataclass(frozen=True)
class Run:
    """A run over [start, end). All four are whole microseconds, the first two since 1970, so nothing is ever rounded."""

    start: int
    end: int
    min_gap: int  # a silence at least this long is a gap
    count_before: int  # positions this long before a gap are counted

    @classmethod
    def over(cls, start: date, end: date, min_gap_hours: float, hours_before: float) -> "Run":
        """The run over the days [start, end), UTC."""
        return cls(_midnight(start), _midnight(end), round(min_gap_hours * HOUR), round(hours_before * HOUR))

    @property
    def read_from(self) -> int:
        """The first instant whose positions matter.

        A gap that becomes known inside the range began at most min_gap before it, unless the output table already holds
        it as open; count_before reaches back from there.
        """
        return self.start - self.min_gap - self.count_before


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1_000_000


def iso(micros: int) -> str:
    """An instant as BigQuery writes and reads it in JSON and in SQL: 2024-01-02T03:04:05.000006Z."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{micros % 1_000_000:06d}Z"
