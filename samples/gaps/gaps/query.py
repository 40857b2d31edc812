"""The one query that reads what a run needs."""

from collections.abc import Sequence

from gaps.run import Run, iso


def positions_query(messages: str, segments: str, open_gaps: str, run: Run, ssvids: Sequence[str] = ()) -> str:
    """Selects the valid positions in [run.read_from, run.end), and the starts of the gaps in open_gaps that are open.

    One query, because each one read by Beam costs a job, an export and a temporary table. The columns are those of
    track.Position, with ssvid before them.
    """
    return f"""
SELECT
  ssvid, UNIX_MICROS(timestamp) AS timestamp, IFNULL(msgid, '') AS msgid, seg_id, lat, lon, receiver_type,
  CAST(NULL AS INT64) AS positions_before
FROM `{messages}`
WHERE timestamp >= TIMESTAMP '{iso(run.read_from)}' AND timestamp < TIMESTAMP '{iso(run.end)}'
  AND ssvid IS NOT NULL AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180
  AND seg_id IN (SELECT seg_id FROM `{segments}` WHERE good_seg2)
  {only(ssvids)}
UNION ALL
SELECT
  ssvid, UNIX_MICROS(start_timestamp), start_msgid, start_seg_id, start_lat, start_lon, start_receiver_type,
  positions_before
FROM `{open_gaps}`
WHERE NOT is_closed {only(ssvids)}
"""


def only(ssvids: Sequence[str]) -> str:
    """A condition for these vessels, to go after another one; no condition for none. The CLI has checked the names."""
    return "AND ssvid IN ({})".format(", ".join(f"'{s}'" for s in ssvids)) if ssvids else ""
