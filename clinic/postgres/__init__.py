"""The embedded Postgres: a private server for one CLINIC_HOME, used when DATABASE_URL is not set.

It listens on a Unix socket only, in a folder that no other person can open, so it needs no password and no
port. The first process that calls `serve` starts it, later ones share it, and `keeper.py` stops it after the
last one has ended. Nothing here knows Django or the apps.
"""

from .installed import PostgresUnavailable
from .server import programs, release, running, serve, serving, where

__all__ = ["PostgresUnavailable", "programs", "release", "running", "serve", "serving", "where"]
