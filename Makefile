# What .ci/run runs, one target each; first: pip install ".[test,train]"
.PHONY: check style types tests bench

check: style types tests

style:
	ruff check .

types:
	mypy

# pytest ends with an error when it collects no test
tests:
	python -m pytest -q

bench:
	python -m tts bench say
	python -m tts bench start
