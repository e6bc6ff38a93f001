"""Run by alembic: works on the connection it is handed, or makes SQL for a new revision."""

from alembic import context

import api.store  # noqa: F401  (all tables belong to the metadata)
from api.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
