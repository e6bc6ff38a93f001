"""Days and weeks as Beijing counts them."""

from __future__ import annotations

import datetime as dt

from rag.ground import BEIJING


def start_of(day: dt.date) -> dt.datetime:
    """The moment ``day`` begins in Beijing."""
    return dt.datetime.combine(day, dt.time(), BEIJING)


def monday_of(moment: dt.datetime) -> dt.date:
    """The Monday of the week a moment lies in."""
    day = moment.astimezone(BEIJING).date()
    return day - dt.timedelta(days=day.weekday())
