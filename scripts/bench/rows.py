"""What a measurement returns, and how it is repeated."""
import dataclasses
import statistics
import sys


@dataclasses.dataclass
class Row:
    """One line of the report. `least` or `most` is the target; where both are None the line only informs."""
    what: str
    values: list
    unit: str = "×"
    least: float | None = None
    most: float | None = None

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def met(self):
        return not (self.least is not None and self.median < self.least or
                    self.most is not None and self.median > self.most)


def say(text):
    print(text, file=sys.stderr, flush=True)


def repeated(runs, once):
    """Calls once() so many times and returns its results column by column."""
    columns = None
    for run in range(runs):
        result = once()
        say(f"  run {run + 1}: " + ", ".join(f"{value:.3g}" for value in result))
        columns = [[] for _ in result] if columns is None else columns
        for column, value in zip(columns, result):
            column.append(value)
    return columns
