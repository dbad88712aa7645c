"""Figures as `make bench` prints them: small tables, and a line for each promise with its aim."""

from collections.abc import Sequence


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print `rows` under `head`: the first column to the left, numbers to the right. Columns hold plain ASCII."""
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *rest in lines:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        print("  ".join(["", first.ljust(widths[0]), *cells]), flush=True)


def print_aim(what: str, median: float, aim: float, unit: str, beside: str = "") -> None:
    """Print a promise: `what: median, aim, ok` or `over`; `beside` is what else there is to say of the figure."""
    digits = 0 if median >= 100 else 1
    said = f"{what}: median {median:.{digits}f} {unit}{f' ({beside})' if beside else ''}"
    print(f"{said}, aim {aim:g} {unit}, {'ok' if median <= aim else 'over'}", flush=True)
