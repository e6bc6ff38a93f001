"""Run by alembic: works on the connection it is handed, or makes SQL for a new revision."""

from alembic import context

import api.store.board_tables
import api.store.desk_tables
import api.store.release_tables
import api.store.training_tables
import api.store.writing_tables  # noqa: F401  (their tables belong to the metadata)
from api.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
