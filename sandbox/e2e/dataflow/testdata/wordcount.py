"""An ordinary Beam pipeline with counters. It knows nothing of a sandbox."""

import argparse
import logging
import sys

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import PipelineOptions


class Words(beam.DoFn):
    def __init__(self):
        self.lines = Metrics.counter("words", "lines")
        self.lengths = Metrics.distribution("words", "lengths")

    def process(self, line):
        self.lines.inc()
        for word in line.split():
            self.lengths.update(len(word))
            yield word


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True)
    known, rest = parser.parse_known_args(argv)
    p = beam.Pipeline(options=PipelineOptions(rest))
    (
        p
        | "Lines" >> beam.Create(["a bb a", "ccc a bb", "dddd"])
        | "Split" >> beam.ParDo(Words())
        | "Count" >> beam.combiners.Count.PerElement()
        | "Format" >> beam.MapTuple(lambda word, n: f"{word} {n}")
        | "Write" >> beam.io.WriteToText(known.output)
    )
    result = p.run()
    print("JOB", result.job_id(), flush=True)
    state = result.wait_until_finish()
    metrics = result.metrics().query()
    for kind in "counters", "distributions":
        for m in metrics[kind]:
            print("METRIC", m.key.step, m.key.metric.namespace, m.key.metric.name, m.attempted, m.committed, flush=True)
    names = {m.key.metric.name for m in result.metrics().all_metrics()}
    print("NAMES", sorted(names), flush=True)
    print("STATE", state, flush=True)


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.INFO)
    main(sys.argv[1:])
