"""What the server allows, in one table; docs/server.md explains each line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on what clients can ask for.

    Attributes:
        clients: websocket connections and speech requests at a time.
        message_bytes: of one websocket message or one request body; the longest text fits, however it is escaped.
        utterance_chars: text of one utterance.
        queued_utterances: on one connection, the one being spoken included.
        refused_messages: on one connection; the next one closes it.
        idle_s: a connection on which nothing is spoken and nothing arrives.
        utterance_s: from the start of an utterance to its end, waiting for a slow reader included.
        pause_s: without new text, after which the whole words so far are spoken.
        reply_s: for which an answer may wait for the reader, and a request's body for its sender.
        shutdown_s: for utterances to finish when the server is told to stop.
    """

    clients: int = 64
    message_bytes: int = 1 << 18
    utterance_chars: int = 20_000
    queued_utterances: int = 8
    refused_messages: int = 50
    idle_s: float = 300.0
    utterance_s: float = 1800.0
    pause_s: float = 0.5
    reply_s: float = 10.0
    shutdown_s: float = 5.0
