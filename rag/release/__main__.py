"""``python -m rag.release``: one job from standard input."""

import sys

from rag.release.job import Job, run

if __name__ == "__main__":
    sys.exit(run(Job.model_validate_json(sys.stdin.buffer.read())))
