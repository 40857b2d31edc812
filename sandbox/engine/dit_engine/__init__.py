"""local-bigquery, started and mended for the dit sandbox.

Each module mends one thing and says why. `patches.apply()` puts them in place;
they rest on the exact version that requirements.txt pins.
"""
