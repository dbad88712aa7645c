"""Measurements: `python -m bench` runs all, `python -m bench storm` one. They start their own servers on loopback."""
