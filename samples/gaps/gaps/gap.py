"""A gap, and the row it becomes."""

import hashlib
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from gaps.run import HOUR, iso

if TYPE_CHECKING:
    from gaps.track import Position

EARTH_RADIUS_KM = 6371.0088
KM_PER_NAUTICAL_MILE = 1.852


class Gap(NamedTuple):
    """A silence of one vessel after start; end is None while it lasts."""

    ssvid: str
    start: "Position"
    end: "Position | None"
    version: int  # when this became known, in microseconds since 1970: later versions of a gap supersede earlier ones
    positions_before: int

    @property
    def gap_id(self) -> str:
        """The same for a gap while it is open and after it has closed."""
        text = f"{self.ssvid}|{self.start.timestamp}|{self.start.msgid}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def row(self) -> dict[str, Any]:
        """The gap as a row of the output table; tables.SCHEMA lists the columns."""
        row = {
            "gap_id": self.gap_id,
            "ssvid": self.ssvid,
            "version": iso(self.version),
            "is_closed": self.end is not None,
            **_side("start", self.start),
            "positions_before": self.positions_before,
            "receiver_types": sorted({p.receiver_type for p in (self.start, self.end) if p and p.receiver_type}),
        }
        if self.end:
            hours = (self.end.timestamp - self.start.timestamp) / HOUR
            km = distance_km(self.start, self.end)
            row |= {
                **_side("end", self.end),
                "duration_h": hours,
                "distance_km": km,
                "implied_speed_knots": km / KM_PER_NAUTICAL_MILE / hours,
            }
        return row


def _side(side: str, p: "Position") -> dict[str, Any]:
    return {
        f"{side}_timestamp": iso(p.timestamp),
        f"{side}_msgid": p.msgid,
        f"{side}_seg_id": p.seg_id,
        f"{side}_lat": p.lat,
        f"{side}_lon": p.lon,
        f"{side}_receiver_type": p.receiver_type,
    }


def distance_km(a: "Position", b: "Position") -> float:
    """The great-circle distance between two positions."""
    lat1, lon1, lat2, lon2 = map(math.radians, (a.lat, a.lon, b.lat, b.lon))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h)))
