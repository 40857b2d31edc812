import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from conftest import at, days

from gaps import tables
from gaps.pipeline import FindGaps
from gaps.track import find_gaps


def test_the_transform_is_the_rule_applied_to_each_vessel():
    tracks = {"1": [at(1, "a"), at(9, "b")], "2": [at(-50, "c", positions_before=4), at(3, "d"), at(5, "e")]}
    rows = [{"ssvid": v, **p._asdict()} for v, track in tracks.items() for p in track]
    want = [g.row() for v, track in tracks.items() for g in find_gaps(v, track, days(0, 1))]
    assert len(want) == 5
    with TestPipeline(runner="FnApiRunner") as p:
        assert_that(p | beam.Create(rows) | FindGaps(days(0, 1)), equal_to(want))


def test_rows_fit_the_schema():
    modes = {f["name"]: f["mode"] for f in tables.SCHEMA}
    for gap in find_gaps("v", [at(1, "a"), at(9, "b"), at(12, "c")], days(0, 1)):
        row = gap.row()
        assert set(row) <= set(modes)
        assert {name for name, mode in modes.items() if mode == "REQUIRED"} <= set(row)
