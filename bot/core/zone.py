"""The one place on earth this service lives by."""

from datetime import timedelta, timezone

# A fixed offset rather than zoneinfo: mainland China has had no summer time since 1991, and
# zoneinfo would read files that small systems do not have.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
