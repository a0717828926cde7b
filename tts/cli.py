"""The command line `tts`: reads arguments, imports only the command asked for, turns errors into one line.

Exit status: 0, 1 for a self-test that fails, 2 for a mistake of the user, 130 after Ctrl-C.
"""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from tts import __version__
from tts.errors import TtsError

MISTAKE = 2
INTERRUPTED = 130
TERMINATED = 143
PIPE_CLOSED = 141  # what a shell reports of a program that dies of a closed pipe


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        self.exit(MISTAKE, f"tts: error: {one_line(message)} (see {self.prog} --help)\n")


def one_line(message: object) -> str:
    """A message without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else repr(c)[1:-1] for c in str(message)).split())


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="tts", description="Speech from English and Malay text, as it is needed.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"tts {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_say(_command(commands, "say", "tts.commands.say", "speak a text: play it, or write a file"))
    for name, result in (("normalize", "in words"), ("phonemize", "in phones")):
        command = _command(commands, name, "tts.commands.front", f"print what will be spoken, {result}")
        command.set_defaults(show=name)
        _add_text(command)
        command.add_argument("--json", action="store_true", help="with offsets into the text")
    voices = _command(commands, "voices", "tts.commands.voices", "list the voices")
    voices.add_argument("--json", action="store_true", help="as JSON")
    doctor = _command(commands, "doctor", "tts.doctor", "check the installation: versions, audio devices, a self-test")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    _add_serve(_command(commands, "serve", "tts.commands.serve", "serve clients over websockets and HTTP"))
    _add_bench(_command(commands, "bench", "tts.bench", "measure speed on this machine"))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: arguments without the program's name; None takes the process's.

    Returns:
        The exit status.
    """
    try:
        args = build_parser().parse_args(argv)
        _prepare_process()
        remote = getattr(args, "server", None) is not None
        module = "tts.commands.remote" if remote else args.module
        status = int(importlib.import_module(module).run(args))
        if sys.stdout is not None:
            sys.stdout.flush()  # here a full disk can still be reported
        return status
    except TtsError as error:
        print(f"tts: error: {one_line(error)}", file=sys.stderr)
        return MISTAKE
    except SystemExit as stop:  # argparse, and SIGTERM
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has gone; without this the interpreter complains once more when it flushes at exit
        _discard_output()
        return PIPE_CLOSED
    except OSError as error:
        _discard_output()
        print(f"tts: error: {error.filename or 'standard output'}: {error.strerror or error}", file=sys.stderr)
        return MISTAKE


def _discard_output() -> None:
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_process() -> None:
    if sys.stderr is None:  # the caller has closed it; print() would use standard output instead
        sys.stderr = open(os.devnull, "w")
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if encoding.lower().replace("-", "") != "utf8":  # phones cannot be printed in a Windows code page
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        signal.signal(signal.SIGTERM, _terminate)
    except ValueError:
        pass  # main() was called from a thread of somebody's program: the signals are theirs


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED)  # unlike the default, this lets half-written files be removed


def _command(
    commands: "argparse._SubParsersAction[Parser]", name: str, module: str, description: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=description, description=description.capitalize() + ".", allow_abbrev=False
    )
    command.set_defaults(module=module)
    return command


def _add_text(command: argparse.ArgumentParser) -> None:
    command.add_argument("text", metavar="TEXT", nargs="?", help="the text; - reads standard input")
    command.add_argument("-f", "--file", metavar="FILE", help="read the text from a UTF-8 file")
    command.add_argument("--lang", default="auto", help="en, ms, or auto: word by word (default)")


def _add_say(command: argparse.ArgumentParser) -> None:
    _add_text(command)
    command.add_argument("--voice", metavar="NAME", help="see tts voices")
    command.add_argument("--speed", type=float, default=1.0, help="0.5 to 2 (default 1)")
    command.add_argument("--pitch", type=float, default=1.0, help="0.5 to 2 (default 1)")
    command.add_argument("--energy", type=float, default=1.0, help="0.25 to 4 (default 1)")
    command.add_argument("--depth", type=int, default=32, help="levels of codes used, 1 to 32 (default)")
    command.add_argument("--seed", type=int, default=0, help="same seed, same bytes (default 0)")
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write .wav .flac .ogg .opus or .mp3; - writes WAV to standard output"
    )
    command.add_argument("--force", action="store_true", help="replace FILE if it exists")
    command.add_argument("--json", action="store_true", help="print timings and word times")
    command.add_argument("--server", metavar="URL", help="let a server speak (tts serve)")
    command.add_argument("--api-key", metavar="KEY", help="the key that server wants")


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    command.add_argument("--port", type=int, default=8000, help="0 takes any free one (default 8000)")
    command.add_argument("--api-key", metavar="KEY", help="clients must send it; needed where others can reach HOST")


def _add_bench(command: argparse.ArgumentParser) -> None:
    kinds = command.add_subparsers(metavar="WHAT", required=True, parser_class=Parser)
    for name, runs, description in (
        ("say", 50, "time to the first block, real-time factor and leading silence, in process"),
        ("start", 10, "from process start to the first sample, and memory"),
    ):
        kind = kinds.add_parser(name, help=description, description=description.capitalize() + ".", allow_abbrev=False)
        kind.set_defaults(bench=name)
        kind.add_argument("--voice", metavar="NAME", help="see tts voices")
        kind.add_argument("--runs", type=int, default=runs, help=f"how often (default {runs})")
        kind.add_argument("--json", action="store_true", help="as JSON")
