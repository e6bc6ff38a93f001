"""Counting requests in the database, so that several processes share one limit."""

from __future__ import annotations

import datetime as dt
import math

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.store.tables import HitRow


def count_hit(session: Session, client: str, limit: int, window: float) -> int:
    """Count a hit of ``client`` if there were fewer than ``limit`` in the last ``window`` seconds. PostgreSQL only.

    Processes take turns per client (an advisory lock until the end of the transaction), and the database's clock counts,
    not that of the machine a process runs on. Hits outside the window are deleted on the way.

    Returns:
        0 if it is allowed, else the whole seconds to wait.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(client, 0))))
    start = _now(session) - dt.timedelta(seconds=window)
    session.execute(delete(HitRow).where(HitRow.client == client, HitRow.at <= start))
    wait = look_at_hits(session, client, limit, window)
    if not wait:
        session.add(HitRow(client=client, at=func.clock_timestamp()))
    return wait


def look_at_hits(session: Session, client: str, limit: int, window: float) -> int:
    """What `count_hit` would say, nothing counted."""
    start = _now(session) - dt.timedelta(seconds=window)
    mine = select(func.count(), func.min(HitRow.at)).where(HitRow.client == client, HitRow.at > start)
    count, oldest = session.execute(mine).one()
    return max(1, math.ceil((oldest - start).total_seconds())) if count >= limit else 0


def _now(session: Session) -> dt.datetime:
    now: dt.datetime = session.scalars(select(func.clock_timestamp())).one()
    return now
