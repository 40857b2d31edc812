"""Finds gaps in the position reports of vessels: times without a message, from BigQuery to BigQuery."""
