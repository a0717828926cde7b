"""Addresses of servers: which reach this machine only, and how a URL of one becomes that of its websocket."""

import ipaddress
from urllib.parse import urlsplit

from tts.errors import ConfigError

STREAM_PATH = "/v1/stream"
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def is_loopback(host: str) -> bool:
    """Whether a host name or address reaches this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def websocket_url(url: str) -> str:
    """The websocket of the server at `url`: http, https, ws or wss, or HOST:PORT alone; a path is a prefix.

    Raises:
        ConfigError: it is no such URL.
    """
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
        host, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        host = None
    if not host or parts.scheme not in _SCHEMES or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"not the URL of a server: {url!r}; expected for example http://127.0.0.1:8000")
    path = parts.path.rstrip("/")
    path = path if path.endswith(STREAM_PATH) else path + STREAM_PATH
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{path}"
