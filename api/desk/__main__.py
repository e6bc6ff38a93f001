"""``python -m api.desk``: the list of the desk; ``python -m api.desk user …``: accounts."""

import sys

from api.desk import commands, report

if sys.argv[1:2] == ["user"]:
    sys.exit(commands.main(sys.argv[2:]))
sys.exit(report.main())
