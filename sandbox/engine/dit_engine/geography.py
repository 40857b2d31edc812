"""ST_GEOGFROMWKB takes the argument `oriented`.

The engine's shapes are planar, where the order of a ring's points says nothing of what
is inside: the argument is taken and makes no difference.
"""

from local_bigquery.engine import database


def apply() -> None:
    database.execute(
        "CREATE OR REPLACE MACRO bq.main.st_geogfromwkb(wkb, oriented := FALSE) "
        "AS system.main.ST_GeomFromWKB(wkb)"
    )
