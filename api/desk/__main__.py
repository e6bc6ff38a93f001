"""``python -m api.desk``."""

import sys

from api.desk.report import main

sys.exit(main())
