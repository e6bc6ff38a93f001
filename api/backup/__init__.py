"""``hegui backup`` and ``hegui restore``: everything that cannot be made again, and what takes long to make.

manifest    what a backup consists of, file by file with digests; checked before anything is restored
databases   the application database into a file and back: SQLite's backup API, pg_dump and psql
save        a folder that is whole or not there, taken while the service runs
restore     back into place; what was there is moved aside, never deleted
"""

from api.backup.restore import restore
from api.backup.save import save

__all__ = ["restore", "save"]
