"""CREATE TABLE … LIKE, COPY and CLONE keep the layout of their source:
partitioning, clustering, descriptions and labels."""

from sqlglot import exp

from local_bigquery.catalog import ddl, metadata, names
from local_bigquery.models import Table

KEPT = ("timePartitioning", "rangePartitioning", "clustering", "description", "labels", "schema")

_table = ddl._table


def apply() -> None:
    ddl._table = table


def of(reference: tuple[str, str, str]) -> dict:
    """The stored layout of a table; empty when it has none."""
    stored = metadata.load(Table, *reference)
    return {k: v for k, v in stored.dump().items() if k in KEPT} if stored else {}


def table(tree: exp.Create, reference: tuple, evaluate) -> dict:
    resource = _table(tree, reference, evaluate)
    source = _source(tree)
    if source is None:
        return resource
    return of(names.reference(source, *reference[:2])) | resource


def _source(tree: exp.Create) -> exp.Table | None:
    if clone := tree.args.get("clone"):
        return clone.this
    like = tree.find(exp.LikeProperty)
    return like.this if like is not None and isinstance(like.this, exp.Table) else None
