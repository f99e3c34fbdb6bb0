"""What an analyst does to lines of statements with pandas, apart from the product's own kernels."""

import pandas as pd


class Lines:
    """Lines by name on a full run of periods, with what an analyst does to them. A line that nobody filed is empty.

    The table has a row an entity and period; `per_year` is how many periods a year has.
    """

    def __init__(self, table: pd.DataFrame, *, per_year: int) -> None:
        self._table = table
        self._per_year = per_year
        month = pd.Series(table.index.get_level_values(1).month, index=table.index)
        self._place = month * per_year // 12

    def __getattr__(self, name: str) -> pd.Series:
        if name in self._table:
            return self._table[name]
        return pd.Series(float("nan"), index=self._table.index)

    def ago(self, line: pd.Series, count: int) -> pd.Series:
        return line.groupby("entity").shift(count)

    def opening(self, line: pd.Series) -> pd.Series:
        """The balance at last year's end."""
        ends = [self.ago(line, count).where(self._place == count) for count in range(1, self._per_year + 1)]
        return pd.concat(ends).groupby(level=[0, 1]).first()

    def growth(self, line: pd.Series) -> pd.Series:
        base = self.ago(line, self._per_year)
        return line / base.where(base > 0) - 1

    def mean(self, line: pd.Series) -> pd.Series:
        """Of now and a year ago."""
        return (line + self.ago(line, self._per_year)) / 2

    def year(self, line: pd.Series) -> pd.Series:
        """The flow of twelve months out of flows from the year's start."""
        return line.where(self._place == self._per_year, line + self.opening(line) - self.ago(line, self._per_year))


def over(upper: pd.Series, lower: pd.Series) -> pd.Series:
    """A quotient; none over zero."""
    return upper / lower.where(lower != 0)


def over_positive(upper: pd.Series, lower: pd.Series) -> pd.Series:
    """A quotient; none over zero or less."""
    return upper / lower.where(lower > 0)
