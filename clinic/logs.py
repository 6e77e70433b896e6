"""What stays out of the logs."""

import logging
import re

# Whoever knows the last part of such an address may read what it leads to.
SECRET_ADDRESS = re.compile(r"(/calendars/|/book/manage/)[^/?#\s\"']+")


class NoSecretAddresses(logging.Filter):
    """Takes the secret out of the addresses that Django writes of requests it refused or could not answer."""

    def filter(self, record):
        words = record.getMessage()
        hidden = SECRET_ADDRESS.sub(r"\1…", words)
        if hidden != words:
            record.msg, record.args = hidden, ()
        return True
