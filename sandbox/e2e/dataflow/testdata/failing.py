"""A pipeline whose user code raises on one element."""

import sys

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


def check(number):
    if number == 3:
        raise ValueError(f"no good number: {number}")
    return number


with beam.Pipeline(options=PipelineOptions(sys.argv[1:])) as p:
    p | "Numbers" >> beam.Create(range(5)) | "Check" >> beam.Map(check)
