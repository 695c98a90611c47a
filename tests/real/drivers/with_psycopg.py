"""Runs a statement many times, prepared on the server, over connections that share few of it."""

import sys

import psycopg

with psycopg.connect(sys.argv[1], autocommit=True, prepare_threshold=0) as one:  # noqa: SIM117
    with psycopg.connect(sys.argv[1], autocommit=True, prepare_threshold=0) as other:
        for number in range(20):
            for connection in (one, other):
                row = connection.execute("SELECT %s::int + 1", (number,)).fetchone()
                assert row == (number + 1,), row
print("prepared")
