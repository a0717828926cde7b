"""`tts serve`: the server in the foreground."""

import argparse
import logging
import sys


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        ConfigError: an address that cannot be listened on, or one that others can reach and no key.
        CheckpointError: the weights are missing or damaged.
    """
    from streaming.access import check_key
    from streaming.server import listen, serve
    from tts.synthesizer import Synthesizer

    check_key(args.host, args.api_key)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with listen(args.host, args.port) as listener:
        synth = Synthesizer.load()
        host, port = listener.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        print(f"tts: serving on http://{name}:{port} (Ctrl-C stops)", file=sys.stderr, flush=True)
        serve(synth, listener, args.api_key)
    return 0
