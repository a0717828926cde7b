"""Who may use the server: the key, the page a browser's request comes from, and headers that keep browsers careful.

A page from elsewhere must not use a server on its visitor's machine. Its requests carry their origin, which is refused;
one that renamed itself to reach 127.0.0.1 (DNS rebinding) is known by the name it asks for.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streaming.address import is_loopback
from tts.errors import ConfigError

SUBPROTOCOL = "tts.v1"
KEY_PREFIX = "key."  # a subprotocol key.<base64url of the key>: browsers can set no header on a websocket
GUARDED = "/v1/"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": (
        "default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}


@dataclass(frozen=True)
class Refusal:
    """Why a request is not served."""

    status: int
    code: str
    message: str


def envelope(
    code: str | None, message: str, kind: str = "invalid_request_error", param: str | None = None
) -> dict[str, object]:
    """An error as OpenAI's API puts it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def check_key(host: str, key: str | None) -> None:
    """Checks that a server on `host` may run with this key.

    Raises:
        ConfigError: other machines can reach it and there is no key, or the key cannot be sent in a header.
    """
    if key is not None and (not key or not all("!" <= character <= "~" for character in key)):
        raise ConfigError("the API key must be one or more printable ASCII characters without blanks")
    if key is None and not is_loopback(host):
        raise ConfigError(f"other machines can reach {host}: give --api-key KEY, or listen on 127.0.0.1")


class Guard:
    """Stands before an ASGI application: refuses what may not use it, adds SECURITY_HEADERS to what it answers."""

    def __init__(self, app: ASGIApp, key: str | None) -> None:
        self._app = app
        self._key = None if key is None else key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        refusal = self.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
            return
        headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else {}
        body = envelope(refusal.code, refusal.message)
        await JSONResponse(body, refusal.status, headers)(scope, receive, send_with_headers)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why a request may not pass; None if it may."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._key is None and not is_loopback(_name(host)):
            return Refusal(403, "host_not_allowed", "this server is for its own machine: use 127.0.0.1 or localhost")
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host.lower():
            return Refusal(403, "origin_not_allowed", "this server does not serve pages from elsewhere")
        if self._key is not None and scope["path"].startswith(GUARDED) and not self._has_key(scope, headers):
            return Refusal(401, "invalid_api_key", "a valid API key is needed: Authorization: Bearer KEY")
        return None

    def _has_key(self, scope: Scope, headers: Headers) -> bool:
        assert self._key is not None
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._key):
            return True
        offered = [name for name in scope.get("subprotocols", ()) if name.startswith(KEY_PREFIX)]
        return any([hmac.compare_digest(_decode(name), self._key) for name in offered])


def key_subprotocol(key: str) -> str:
    """The subprotocol that carries a key."""
    return KEY_PREFIX + base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _decode(subprotocol: str) -> bytes:
    coded = subprotocol.removeprefix(KEY_PREFIX).encode("ascii", "replace")
    try:
        return base64.urlsafe_b64decode(coded + b"=" * (-len(coded) % 4))
    except binascii.Error:
        return b""


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
