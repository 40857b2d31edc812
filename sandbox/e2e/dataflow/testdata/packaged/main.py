"""A pipeline with a package of its own: --setup_file."""

import argparse
import sys

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


def twice(n):
    from helper import twice
    return twice(n)


parser = argparse.ArgumentParser()
parser.add_argument("--output", required=True)
known, rest = parser.parse_known_args(sys.argv[1:])
with beam.Pipeline(options=PipelineOptions(rest)) as p:
    p | beam.Create([21]) | beam.Map(twice) | beam.io.WriteToText(known.output)
