import pytest
from conftest import at, days

from gaps.run import HOUR
from gaps.track import find_gaps, in_order


def events(positions, run):
    """(start msgid, end msgid or None) of each row, in order."""
    return [(g.start.msgid, g.end and g.end.msgid) for g in find_gaps("v", positions, run)]


@pytest.mark.parametrize(
    ("positions", "want", "reason"),
    [
        ([], [], "no position, no gap"),
        ([at(1, "a")], [("a", None)], "silent to the end of the range"),
        ([at(20, "a")], [], "silent for 4 hours at the end: not a gap yet"),
        ([at(18, "a")], [], "exactly the least length at the end: known at midnight, which is the next run's"),
        ([at(17.99, "a")], [("a", None)], "known just before midnight"),
        ([at(10, "a"), at(15.999, "b"), at(20, "c")], [], "just short"),
        ([at(10, "a"), at(16, "b"), at(20, "c")], [("a", None), ("a", "b")], "exactly the least length"),
        ([at(-8, "a"), at(0, "b")], [("a", None), ("a", "b"), ("b", None)], "ends on the first instant of the range"),
        ([at(-9, "a"), at(-1, "b"), at(1, "c"), at(20, "d")], [("c", None), ("c", "d")], "the first ended before the range"),
        ([at(-6, "a")], [("a", None)], "known on the first instant of the range"),
        ([at(20, "c"), at(1, "a"), at(10, "b")], [("a", None), ("a", "b"), ("b", None), ("b", "c")], "out of order"),
    ],
)
def test_one_day(positions, want, reason):
    assert events(positions, days(0, 1)) == want, reason


def test_known_gap_is_closed_without_opening_it_again():
    start = at(-700, "old", positions_before=3)
    [gap] = find_gaps("v", [start, at(5, "back"), at(9, "next"), at(14, "z"), at(19, "y")], days(0, 1))
    assert (gap.start.msgid, gap.end.msgid, gap.positions_before) == ("old", "back", 3)


def test_known_gap_that_lasts_writes_nothing():
    assert events([at(-700, positions_before=3)], days(0, 1)) == []


def test_known_gap_whose_start_is_read_as_a_position_too():
    assert events([at(-7, "a"), at(-7, "a", positions_before=0), at(20, "b")], days(0, 1)) == [("a", "b")]


def test_late_message_before_the_range_closes_a_known_gap():
    [gap] = find_gaps("v", [at(-30, "a", positions_before=0), at(-3, "late"), at(2, "b"), at(7, "c"), at(19, "d"), at(12, "e")], days(0, 1, 10))
    assert (gap.start.msgid, gap.end.msgid, gap.version) == ("a", "late", days(0, 1).start)


def test_ties_are_broken_by_msgid():
    tied = [at(1, "b"), at(1, "a"), at(12, "d"), at(12, "c")]
    assert events(tied, days(0, 1)) == events(tied[::-1], days(0, 1))
    assert events(tied, days(0, 1))[1] == ("b", "c"), "the last of the first tie, the first of the second"


def test_repeats_of_a_message_count_once():
    again = [at(1, "a"), at(1, "a"), at(1, "a", lat=50.0), at(9, "b")]
    assert [p.lat for p in in_order(again)] == [10.0, 10.0]
    assert [g.positions_before for g in find_gaps("v", again, days(0, 1))] == [0, 0, 1]


def test_positions_before_counts_the_window_only():
    gaps = list(find_gaps("v", [at(-12, "x"), at(-11, "y"), at(-10, "z"), at(1, "a"), at(20, "b")], days(0, 1, 15)))
    assert [g.positions_before for g in gaps] == [2, 2]


def test_row():
    opened, closed = find_gaps("v", [at(1, "a"), at(13, "b", lat=11.0, receiver_type="satellite"), at(18, "c")], days(0, 1))
    assert opened.row() == {
        "gap_id": closed.gap_id,
        "ssvid": "v",
        "version": "2024-01-01T07:00:00.000000Z",
        "is_closed": False,
        "start_timestamp": "2024-01-01T01:00:00.000000Z",
        "start_msgid": "a",
        "start_seg_id": "s",
        "start_lat": 10.0,
        "start_lon": 20.0,
        "start_receiver_type": "terrestrial",
        "positions_before": 0,
        "receiver_types": ["terrestrial"],
    }
    row = closed.row()
    assert row["duration_h"] == 12 and row["end_lat"] == 11.0 and row["version"] == row["end_timestamp"]
    assert row["receiver_types"] == ["satellite", "terrestrial"]
    assert row["distance_km"] == pytest.approx(111.195, abs=0.001)
    assert row["implied_speed_knots"] == pytest.approx(111.195 / 1.852 / 12, abs=0.001)


def test_reads_back_as_far_as_it_needs():
    run = days(3, 4, min_gap=6, before=12)
    assert run.start - run.read_from == 18 * HOUR
