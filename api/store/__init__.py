"""The application database.

tables        what is stored, as SQLAlchemy classes
connect       opening it; migrations/ (alembic) bring older ones up to date
store         what the application does with it
"""

from api.store.store import Miss, Store, StoredAnswer, Waiting

__all__ = ["Miss", "Store", "StoredAnswer", "Waiting"]
