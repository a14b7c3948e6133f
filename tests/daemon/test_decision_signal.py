"""Announcements of decisions by PostgreSQL."""

import os
from contextlib import closing

import psycopg
from holdback.daemon.decision_signal import DecisionSignal
from rig.postgresql import Cluster


def test_it_listens_on_a_direct_connection(cluster: Cluster) -> None:
    """Its connection stays open; one that gets no announcements is closed."""
    url = cluster.new_database()
    readable, written = os.pipe()
    # The descriptor is readable: no call waits for an announcement.
    os.write(written, b"x")
    with (
        closing(DecisionSignal(url)) as decisions,
        psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as another,
    ):
        decisions.wait(readable)
        found = another.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
        assert found.fetchall() == [(1,)]
    os.close(readable)
    os.close(written)
