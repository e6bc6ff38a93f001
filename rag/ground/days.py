"""The calendar the rules are read by."""

from __future__ import annotations

import datetime as dt

#: Beijing has no summer time.
BEIJING = dt.timezone(dt.timedelta(hours=8))
