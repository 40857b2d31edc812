"""However a period is cut into runs, the table comes out the same."""

import math
import random

import pytest
from conftest import DAY, EPOCH, at, days

from gaps.run import Run
from gaps.track import Position, find_gaps


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


def random_tracks(rng: random.Random, last_day: int) -> dict:
    """Tracks with silences around the least length, long ones, ties, repeats, and positions on round hours and midnights."""
    tracks = {}
    for v in range(4):
        t, track = rng.uniform(-30, 60), []
        while t < last_day * 24:
            track += [at(t, f"{v}-{len(track)}-{rng.randrange(100)}", lat=rng.uniform(-80, 80)) for _ in range(rng.choice([1, 1, 1, 2]))]
            silence = rng.choice([rng.uniform(0.1, 7), 6, 6 - 1e-6, rng.uniform(6, 60), 24 - t % 24])
            t = math.ceil(t + silence) if rng.random() < 0.2 else t + silence
        track += rng.choices(track, k=3) if track else []
        rng.shuffle(track)
        tracks[str(v)] = track
    return tracks


def result(tracks, runs):
    table = MemoryTable()
    for start, end, *mutated in runs:
        source = {v: t for v, t in tracks.items() if not mutated or v in "02"}
        table.detect(source, days(start, end))
    return table.rows()


@pytest.mark.parametrize("seed", range(300))
def test_any_split_gives_the_same_gaps(seed):
    rng = random.Random(seed)
    end = rng.randint(3, 10)
    tracks = random_tracks(rng, end + 1)
    whole = result(tracks, [(0, end)])
    cuts = sorted(rng.sample(range(1, end), rng.randint(1, min(4, end - 1))))
    bounds = [0, *cuts, end]
    assert result(tracks, list(zip(bounds, bounds[1:], strict=False))) == whole, f"cut at {cuts}"

    # Runs that start anywhere in what is done, go anywhere, and in the end reach the end.
    done, runs = cuts[0], [(0, cuts[0])]
    while done < end or rng.random() < 0.7:
        start = rng.randint(0, min(done, end - 1))
        done = rng.randint(start + 1, end)
        runs.append((start, done))
    assert result(tracks, runs) == whole, runs


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("back", [1, 2, 4])
def test_the_four_trigger_patterns_agree(seed, back):
    tracks = random_tracks(random.Random(seed), 11)
    start, end, tail = 1, 10, 3
    mid = end - tail
    dailies = [(e - back, e) for e in range(mid + 1, end + 1)]
    backfill = result(tracks, [(start, end)])
    assert result(tracks, [(start, mid), *dailies]) == backfill
    assert result(tracks, [(start, end), *dailies]) == backfill
    assert result(tracks, [(start, mid), *((s, e, "mutated") for s, e in dailies), *dailies]) == backfill


def test_versions_lie_in_the_run_that_wrote_them():
    table = MemoryTable()
    tracks = random_tracks(random.Random(1), 8)
    for day in range(8):
        before = len([g for g in table.gaps if g.version < EPOCH + day * DAY])
        table.detect(tracks, days(day, day + 1))
        assert all(EPOCH + day * DAY <= g.version < EPOCH + (day + 1) * DAY for g in table.gaps[before:])


def test_a_gap_older_than_anything_read_is_closed_from_the_table():
    table = MemoryTable()
    tracks = {"v": [at(3, "a"), at(20 * 24 + 1, "b")]}
    for day in range(21):
        table.detect(tracks, days(day, day + 1))
    [row] = [r for r in table.rows() if r["is_closed"]]
    assert (row["start_msgid"], row["end_msgid"]) == ("a", "b")
