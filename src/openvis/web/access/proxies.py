"""Where a request really came from: what a proxy says is believed of our own proxies only (`OPENVIS_PROXIES`).

Everything after this reads `REMOTE_ADDR`: rate limits, lock-out, the audit log, the list of sessions.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> list[Network]:
    """Addresses and networks, with commas between. Raises ValueError for what is neither."""
    return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]


def origin(peer: str, forwarded: str, ours: list[Network]) -> str:
    """The address nearest to us that is not one of our proxies; a list that is not addresses is not believed."""
    try:
        chain = [str(ipaddress.ip_address(part.strip())) for part in forwarded.split(",") if part.strip()]
    except ValueError:
        return peer
    for address in reversed(chain):
        if not _ours(address, ours):
            return address
    return chain[0] if chain else peer


def _ours(address: str, ours: list[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        # No address: a socket of this machine.
        return address == ""
    return any(found in network for network in ours)


class ProxyMiddleware:
    """Put the real address in its place, and take away what somebody else only claims."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.ours = networks(settings.OPENVIS_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer = request.META.get("REMOTE_ADDR", "")
        if self.ours and _ours(peer, self.ours):
            request.META["REMOTE_ADDR"] = origin(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), self.ours)
        else:
            for name in SAID:
                request.META.pop(name, None)
        return self.get_response(request)
