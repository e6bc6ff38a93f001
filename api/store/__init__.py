"""The application database.

tables        what is stored, as SQLAlchemy classes; desk_tables, board_tables: what officers work with;
              training_tables: courses and rooms
connect       opening it; migrations/ (alembic) bring older ones up to date
records       what it gives back
store         what the application does with it
"""

import api.store.board_tables
import api.store.desk_tables
import api.store.release_tables
import api.store.training_tables
import api.store.writing_tables  # noqa: F401  (the metadata has all tables, whoever reads it: a backup, a migration)
from api.store.codes import ALPHABET, new_code, read_code
from api.store.records import StoredAnswer
from api.store.store import Store

__all__ = ["ALPHABET", "Store", "StoredAnswer", "new_code", "read_code"]
