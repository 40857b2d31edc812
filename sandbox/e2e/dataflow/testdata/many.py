"""A pipeline of many elements in many bundles at once, which counts them all."""

import sys

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import PipelineOptions

N = 200000


class Count(beam.DoFn):
    def __init__(self):
        self.seen = Metrics.counter("many", "seen")
        self.values = Metrics.distribution("many", "values")

    def process(self, n):
        self.seen.inc()
        self.values.update(n)
        yield n % 1000, n


def check(sums):
    if sum(sums) != N * (N - 1) // 2:
        raise ValueError(f"the sum of all is {sum(sums)}")


p = beam.Pipeline(options=PipelineOptions(sys.argv[1:]))
(
    p
    | "Numbers" >> beam.Create(range(N))
    | "Shuffle" >> beam.Reshuffle()
    | "Count" >> beam.ParDo(Count())
    | "Group" >> beam.GroupByKey()
    | "Sum" >> beam.MapTuple(lambda key, numbers: sum(numbers))
    | "Together" >> beam.combiners.ToList()
    | "Check" >> beam.Map(check)
)
result = p.run()
print("STATE", result.wait_until_finish(), flush=True)
for kind, metrics in result.metrics().query().items():
    for m in metrics:
        print("METRIC", m.key.metric.name, m.committed, flush=True)
