"""A batch pipeline with a grouping, and enough to do for a fault to come in between."""

import sys
import time

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


def slowly(number):
    time.sleep(0.05)
    return number % 3, number


with beam.Pipeline(options=PipelineOptions(sys.argv[1:])) as p:
    (
        p
        | "Numbers" >> beam.Create(range(100))
        | "Slowly" >> beam.Map(slowly)
        | "Group" >> beam.GroupByKey()
        | "Sum" >> beam.MapTuple(lambda key, numbers: (key, sum(numbers)))
    )
