"""A streaming pipeline that never ends by itself, counts, and has a program of its own run beside it."""

import subprocess
import sys

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.periodicsequence import PeriodicImpulse


class Beat(beam.DoFn):
    def setup(self):
        self.beats = Metrics.counter("forever", "beats")
        subprocess.Popen(["sleep", "4711"])

    def process(self, element):
        self.beats.inc()
        yield element


p = beam.Pipeline(options=PipelineOptions(sys.argv[1:], streaming=True))
p | "Clock" >> PeriodicImpulse(fire_interval=0.2) | "Beat" >> beam.ParDo(Beat())
result = p.run()
print("STATE", result.wait_until_finish(), flush=True)
