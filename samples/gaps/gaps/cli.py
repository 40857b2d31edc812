"""The command line: gaps detect --date-range 2024-01-01,2024-01-02 ..."""

import argparse
import logging
import re
import sys
import warnings
from collections.abc import Sequence
from datetime import date

from gaps.run import Run

TABLE = re.compile(r"[A-Za-z0-9:._-]+\.\w+\.[\w-]+")
DATASET = re.compile(r"([A-Za-z0-9:._-]+\.)?\w+")
SSVID = re.compile(r"[\w-]+")


def date_range(text: str) -> tuple[date, date]:
    try:
        start, end = map(date.fromisoformat, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not START,END with dates as YYYY-MM-DD") from None
    if start >= end:
        raise argparse.ArgumentTypeError(f"{start} is not before {end}; the range is half-open")
    return start, end


def matching(pattern: re.Pattern, want: str):
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise argparse.ArgumentTypeError(f"{text!r} is not {want}")
        return text

    return check


def hours(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 24 * 366:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 hours and a year")
    return value


def ssvids(text: str) -> list[str]:
    return sorted({matching(SSVID, "a vessel's number")(s.strip()) for s in text.split(",") if s.strip()})


def parser() -> argparse.ArgumentParser:
    # Abbreviations are off: an option meant for Beam must not be taken for one of ours.
    p = argparse.ArgumentParser(prog="gaps", allow_abbrev=False)
    detect = p.add_subparsers(dest="command", required=True).add_parser(
        "detect", allow_abbrev=False, help="find gaps", epilog="Any other option goes to Apache Beam."
    )
    table = matching(TABLE, "project.dataset.table")
    add = detect.add_argument
    add("--date-range", required=True, type=date_range, metavar="START,END", help="days to process, [START, END)")
    add("--input-messages", required=True, type=table, metavar="TABLE", help="positions: project.dataset.table")
    add("--input-segments", required=True, type=table, metavar="TABLE", help="segments; only good ones count")
    add("--output", required=True, type=table, metavar="TABLE", help="gaps; created, with its view, when missing")
    add("--project", required=True, help="project that runs the queries and jobs")
    add("--min-gap-length", type=hours, default=6.0, metavar="HOURS", help="least silence that is a gap (default 6)")
    add("--n-hours-before", type=hours, default=12.0, metavar="HOURS", help="count positions this long before (default 12)")
    add("--ssvids", type=ssvids, default=[], metavar="A,B", help="only these vessels")
    add("--temp_dataset", type=matching(DATASET, "a dataset"), help="existing dataset for temporary tables of reads")
    add("--no-wait", action="store_true", help="end once a job is submitted, on a runner that has jobs")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 the pipeline did not succeed; argparse exits with 2 for bad arguments."""
    p = parser()
    args, beam_args = p.parse_known_args(argv)
    if args.min_gap_length == 0:
        p.error("--min-gap-length must be more than 0: every position would open a gap")

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("gaps").setLevel(logging.INFO)
    logging.getLogger("gaps").info("gaps in [%s, %s), from %s to %s", *args.date_range, args.input_messages, args.output)
    warnings.filterwarnings("ignore", category=FutureWarning, module="google")  # of versions that the lock has chosen
    from gaps import pipeline  # Importing Beam takes seconds: only once the arguments are known to be good.

    ok = pipeline.execute(
        pipeline.Job(
            run=Run.over(*args.date_range, args.min_gap_length, args.n_hours_before),
            project=args.project,
            messages=args.input_messages,
            segments=args.input_segments,
            output=args.output,
            temp_dataset=args.temp_dataset,
            ssvids=args.ssvids,
            beam_args=beam_args,
            wait=not args.no_wait,
        )
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
