"""The version of this program, as `pyproject.toml` and the CHANGELOG have it."""

VERSION = "1.0.0"
