"""A pipeline that needs the state of its main module on the workers: --save_main_session."""

import argparse
import sys

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

PREFIX = "unset"


def label(element):
    return f"{PREFIX} {element}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True)
    known, rest = parser.parse_known_args(sys.argv[1:])
    PREFIX = "set at run time"
    with beam.Pipeline(options=PipelineOptions(rest)) as p:
        p | beam.Create(["x"]) | beam.Map(lambda e: label(e)) | beam.io.WriteToText(known.output)
