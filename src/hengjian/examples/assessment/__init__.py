"""云桥区, an invented district: eleven enterprises under four functions, and their assessment for 2025.

The tables are the district: `enterprises.csv`, `letters.csv` and `tasks.csv` (what each is to reach), `ratings.csv`,
claims and awards. `books` makes statements of them, `registers` the files that the office enters, `handling` the steps
of cases, `story` tells it in order. Nothing is left to chance: equal programs make equal bytes.
"""
