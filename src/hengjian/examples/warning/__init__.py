"""澜江市, an invented city: four groups through four layers of ownership, what they file, and where it goes wrong.

`enterprises.csv`, `businesses.csv` and `fates.csv` are the city; `books` keeps the accounts month by month and adds
them up through the layers, `reports` lays them out, `watch` fills in the risk forms, `registers` says who holds and
guarantees whom and which risks are known, `story` tells it as steps. Equal programs make equal bytes: chance is a hash,
and amounts are whole hundreds of yuan.
"""
