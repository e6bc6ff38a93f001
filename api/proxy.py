"""Behind reverse proxies and below a path: the application sees the client's own address and paths from its own root."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BehindProxy:
    """Puts the client's address and scheme in place and takes the base path off.

    Args:
        hops: how many proxies of ours stand in front. Each appends to X-Forwarded-For the address it was asked from, so
            the client is the entry that many from the right; what stands left of it anyone may have made up.
        base: the folder of the public address, such as ``/hegui``. A proxy may have taken it off or not: both are served.
    """

    def __init__(self, app: ASGIApp, *, hops: int = 0, base: str = "") -> None:
        self.app = app
        self.hops = hops
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = dict(scope)
        headers = Headers(scope=scope)
        if address := _written(headers.get("x-forwarded-for", ""), self.hops):
            seen["client"] = (without_port(address), 0)
        if (scheme := _written(headers.get("x-forwarded-proto", ""), self.hops)) in ("http", "https"):
            seen["scheme"] = scheme
        if self.base and scope["path"] == self.base:
            await RedirectResponse(f"{self.base}/")(scope, receive, send)
            return
        if self.base and scope["path"].startswith(f"{self.base}/"):
            seen["path"] = scope["path"].removeprefix(self.base)
            seen["raw_path"] = scope.get("raw_path", b"").removeprefix(self.base.encode())
        await self.app(seen, receive, send)


def _written(value: str, hops: int) -> str:
    """What our outermost proxy wrote into a list header; the first entry if there are fewer than ``hops``."""
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    return entries[-min(hops, len(entries))] if hops and entries else ""


def without_port(address: str) -> str:
    """``1.2.3.4:5678`` and ``[2001:db8::1]:443`` as addresses; some proxies write the client's port, new each time."""
    address = address.strip('" ')
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def network_of(address: str) -> str:
    """What a limit counts by: an IPv4 address, or the /64 network that one IPv6 line gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
