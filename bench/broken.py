"""What no client of ours sends: values, bodies and headers for `bench.malformed`."""

from __future__ import annotations

from typing import Any

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "NONSENSE")
VALUES: tuple[bytes, ...] = (
    b"", b" ", b"\0", b"a\0b", b"\xed\xa0\x80", b"\xff\xfe", b"-1", b"0", b"1", b"9" * 30, b"9" * 5_000, b"1e309", b"NaN", b"true", b"null", b"[]",
    "１２".encode(), b"2026-02-30", b"0000-00-00", b"../../etc/passwd", b"..%2f..", b"<script>", b"'--", b"{{7*7}}", b"%s%n",
    "\u202e\u200b".encode(), b"\r\nX: y", b"a" * 20_000,
)  # fmt: skip
HUGE = "长".encode() * 400_000
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""), ("application/json", b"{"), ("application/json", b"null"), ("application/json", b"[]"),
    ("application/json", b"\xff"), ("application/json", b'"\\ud800"'), ("application/json", b"[" * 20_000),
    ("application/json", b'{"a":' * 5_000), ("application/json", b"1" * 5_000), ("application/json", b"NaN"),
    ("application/json; charset=utf-99", b"{}"), ("application/json; charset=utf-16", b"{}"), ("", b"{}"), ("x/y/z;;", b"{}"),
    ("application/x-www-form-urlencoded", b"a=%"), ("application/x-www-form-urlencoded", b"&=&=%00&" * 2_000),
    ("application/x-www-form-urlencoded", b"a=" + HUGE), ("application/x-www-form-urlencoded; charset=utf-99", b"a=%ff"),
    ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"--\r\n"), ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n1\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\0\"\r\n\r\n1\r\n--x--\r\n"),
    ("application/octet-stream", b"\0" * 5_000_000),
)  # fmt: skip
JSON_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "\0", "\ud800", "a\udfff", "长" * 30_000, [], {}, [None], {"a": {}}, ["x"] * 2_000,
)  # fmt: skip
HEADERS: tuple[dict[str, bytes], ...] = (
    {"cookie": b"hegui_desk=%00; hegui=\xff"}, {"if-none-match": b"\"\xff"}, {"if-modified-since": b"yesterday"}, {"range": b"bytes=9-1,-"},
    {"accept-language": b";q=x"}, {"last-event-id": b"-1\xff"}, {"accept-encoding": b"br;q=zz"}, {"x-forwarded-for": b"::::"}, {"host": b"[::"},
    {"forwarded": b"for=\xff"}, {"origin": b"null\xff"}, {"authorization": b"Bearer \xff"}, {"content-encoding": b"gzip"},
    {"x-forwarded-proto": b"\xff"}, {"referer": b"http://[::"}, {"sec-fetch-site": b"\xff"}, {"user-agent": b"\xff" * 8_000},
)  # fmt: skip
SPARED = (
    "/desk/logout", "/desk/me", "/desk/people/1", "/desk/people/{number}",
)  # the account that asks  # fmt: skip
