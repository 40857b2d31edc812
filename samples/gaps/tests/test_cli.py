from datetime import date

import pytest

from gaps import cli, pipeline
from gaps.run import Run

GOOD = "detect --date-range 2024-01-02,2024-01-03 --input-messages p.d.m --input-segments p.d.s --output p.d.g --project p"


def run(monkeypatch, line, ok=True):
    jobs = []
    monkeypatch.setattr(pipeline, "execute", lambda job: jobs.append(job) or ok)
    return cli.main(line.split()), jobs[0]


def test_defaults(monkeypatch):
    code, job = run(monkeypatch, GOOD)
    assert code == 0
    assert job.run == Run.over(date(2024, 1, 2), date(2024, 1, 3), 6, 12)
    assert (job.messages, job.segments, job.output, job.project) == ("p.d.m", "p.d.s", "p.d.g", "p")
    assert (job.temp_dataset, job.ssvids, job.beam_args) == (None, [], [])


def test_options_that_are_not_ours_go_to_beam(monkeypatch):
    extra = "--temp_location gs://b/t --labels a=b --labels c=d --temp_dataset q.tmp --ssvids 7,5 --n-hours-before 0.5"
    _, job = run(monkeypatch, f"{GOOD} {extra}")
    assert job.beam_args == ["--temp_location", "gs://b/t", "--labels", "a=b", "--labels", "c=d"]
    assert (job.temp_dataset, job.ssvids, job.run.count_before) == ("q.tmp", ["5", "7"], 1_800_000_000)


def test_exit_code_tells_of_a_pipeline_that_did_not_succeed(monkeypatch):
    assert run(monkeypatch, GOOD, ok=False)[0] == 1


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("--date-range 2024-01-03,2024-01-03", "half-open"),
        ("--date-range 2024-01-03", "START,END"),
        ("--output gaps", "project.dataset.table"),
        ("--output p.d.g`;--", "project.dataset.table"),
        ("--min-gap-length 0", "more than 0"),
        ("--min-gap-length nan", "between"),
        ("--ssvids 1,'2", "vessel"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_done(capsys, extra, message):
    with pytest.raises(SystemExit) as e:
        cli.main(f"{GOOD} {extra}".split())
    assert e.value.code == 2
    assert message in capsys.readouterr().err
