from conftest import days

from gaps import tables
from gaps.query import positions_query
from gaps.track import Position


def test_query_reads_positions_and_open_gaps_at_once():
    sql = positions_query("p.d.messages", "p.d.segments", "p.d.gaps_last_versions", days(1, 2))
    assert "timestamp >= TIMESTAMP '2024-01-01T06:00:00.000000Z'" in sql, "24 hours less 6 and 12"
    assert "timestamp < TIMESTAMP '2024-01-03T00:00:00.000000Z'" in sql
    for table in ("`p.d.messages`", "`p.d.segments`", "`p.d.gaps_last_versions`"):
        assert table in sql
    assert "ssvid IN" not in sql
    for name in Position._fields:
        assert name in sql


def test_vessel_filter_is_in_every_statement():
    sql = positions_query("p.d.m", "p.d.s", "p.d.v", days(1, 2), ["7", "8"])
    assert sql.count("AND ssvid IN ('7', '8')") == 2, "positions and open gaps"
    assert tables.rewind("p.d.gaps", days(1, 2), ["7"]).endswith("AND ssvid IN ('7')")


def test_rewind_has_no_right_end():
    assert tables.rewind("p.d.gaps", days(1, 2)).strip() == (
        "DELETE FROM `p.d.gaps` WHERE version >= TIMESTAMP '2024-01-02T00:00:00.000000Z'"
    )


class FakeClient:
    """Records what is asked of BigQuery, in order."""

    def __init__(self):
        self.calls = []

    def create_table(self, table, exists_ok):
        self.calls.append(("create", str(table.reference), exists_ok, table))

    def query(self, sql):
        self.calls.append(("query", sql))
        return self

    def result(self):
        self.calls.append(("result",))

    num_dml_affected_rows = 0


def test_prepare_creates_then_waits_for_the_deletion():
    client = FakeClient()
    tables.prepare(client, "p.d.gaps", days(1, 2))
    assert [c[:3] for c in client.calls[:2]] == [("create", "p.d.gaps", True), ("create", "p.d.gaps_last_versions", True)]
    assert [c[0] for c in client.calls[2:]] == ["query", "result"]
    table, view = client.calls[0][3], client.calls[1][3]
    assert (table.time_partitioning.type_, table.time_partitioning.field, table.clustering_fields) == ("MONTH", "start_timestamp", ["ssvid"])
    assert "EXCEPT (version)" in view.view_query
