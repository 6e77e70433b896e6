"""Keeps one embedded Postgres running while anybody uses it, and stops it after the last one has gone.

`server.py` starts this file as a program of its own, without Django and without site packages:

    python -I -S keeper.py USERS_FD UID GID PROGRAM ARGUMENT…

Every process that uses the server holds a shared lock on one file (here open as `USERS_FD`). The kernel
drops that lock however the process ends, `kill -9` included, and a forked child keeps it. So the exclusive
lock, for which this program waits, is free only when the last user has gone; while it is held, a newcomer
waits until the old server has stopped, and then starts a new one. A second file, locked by our starter and
left open to us, shows that a keeper lives.
"""

import fcntl
import os
import signal
import subprocess
import sys


def main(users: int, uid: int, gid: int, command: list[str]) -> None:
    """Run `command` (Postgres) as user `uid` and group `gid` until it ends or nobody uses it any more."""
    if os.fork():
        os._exit(0)  # we are nobody's child: our starter need not wait for us
    if os.geteuid() != uid:  # Postgres refuses to run as root
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGCHLD, lambda *_: sys.exit())  # Postgres has ended by itself
    server = subprocess.Popen(command)
    try:
        fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast" shutdown: open connections are closed, data are safe
            server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
