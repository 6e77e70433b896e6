"""`make bench`: what things cost, as ratios to a floor that is measured in the same run."""

import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings.test"
    import django

    django.setup()
    from tests.benchmarks import bookings, open_times, pages

    print("Open times on a half-booked calendar…", flush=True)
    with open_times.own_database():
        print(f"\n{'people × days':<26}{'ms':>8}{'× floor':>16}{'queries':>10}")
        for size in open_times.SIZES:
            one = open_times.measure(*size)
            print(f"{f'{one.people} × {one.days}':<26}{one.listing:>8.1f}{one.ratio:>16.1f}{one.queries:>10}")

    print(f"\nBookings over HTTP, {bookings.CLIENTS} clients…", flush=True)
    print(f"\n{'':<26}{'a second':>10}{'p50, ms':>10}{'p99, ms':>10}")
    booked, bare = bookings.measure()
    for name, one in (("booking", booked), ("bare insert", bare)):
        print(f"{name:<26}{one.rate:>10.0f}{one.percentile(50):>10.1f}{one.percentile(99):>10.1f}")

    print("\nPages of a running clinic…", flush=True)
    measured = pages.measure()
    _, floor = measured[0]
    print(f"\n{'page':<26}{'ms':>8}{'× static file':>16}")
    for name, median in measured:
        print(f"{name:<26}{median:>8.1f}{median / floor:>16.1f}")


if __name__ == "__main__":
    sys.exit(main())
