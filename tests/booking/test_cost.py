"""What it costs to list open times: at most three floors (one query and a Python set), and four queries."""

import pytest

from tests.benchmarks.open_times import SIZES, make_calendar, measure, queries_of

pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.promise("Listing open times costs at most 3 floors (one query and a set), in at most 4 queries"),
]


@pytest.mark.parametrize(("people", "days"), SIZES)
def test_listing_open_times_takes_at_most_four_queries_and_three_floors(full_size, people, days):
    if full_size:
        measured = measure(people, days)
        assert measured.queries <= 4
        assert measured.ratio <= 3, measured
    else:
        assert queries_of(make_calendar(min(people, 5), days)) <= 4
