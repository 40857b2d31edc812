"""Of several requests that make the same dataset or table at once, one makes it.

The engine looks, then creates: two that look before either has created fail in the
commit, as an invalid query. The others must get 409, as from BigQuery.
"""

from local_bigquery.catalog import datasets, tables
from local_bigquery.engine import database

_dataset, _table = datasets.create, tables.create


def apply() -> None:
    datasets.create = dataset
    tables.create = table


def dataset(project_id: str, body):
    name = body.datasetReference and body.datasetReference.datasetId
    with database.writing(project_id, name or ""):
        return _dataset(project_id, body)


def table(project_id: str, dataset_id: str, body, translate):
    name = body.tableReference and body.tableReference.tableId
    with database.writing(project_id, dataset_id, name or ""):
        return _table(project_id, dataset_id, body, translate)
