"""The commands of `tts`, one module each with `run(args) -> int`; imported only when asked for."""
