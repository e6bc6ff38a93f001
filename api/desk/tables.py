"""Tables as files for a spreadsheet."""

from __future__ import annotations

from starlette.responses import Response


def csv_file(text: str, name: str) -> Response:
    """The text as a download; ``name`` in ASCII."""
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
