"""The application database.

tables        what is stored, as SQLAlchemy classes; desk_tables, board_tables: what officers work with
connect       opening it; migrations/ (alembic) bring older ones up to date
records       what it gives back
store         what the application does with it
"""

import api.store.board_tables  # noqa: F401  (a backup holds its tables too)
from api.store.codes import read_code
from api.store.records import Miss, PageVoice, StoredAnswer, Waiting
from api.store.store import Store

__all__ = ["Miss", "PageVoice", "Store", "StoredAnswer", "Waiting", "read_code"]
