"""Delivery of speech as it is made; public names other than these are imported from their modules."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streaming.client import AsyncClient, Client
    from streaming.exchange import ServerError

__all__ = ["AsyncClient", "Client", "ServerError"]


def __getattr__(name: str) -> Any:
    """Import lazily: containers and the server have no use for the client."""
    if name in __all__:
        import streaming.client

        return getattr(streaming.client, name)
    raise AttributeError(f"module 'streaming' has no attribute {name!r}")
