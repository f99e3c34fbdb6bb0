"""嘉城区, an invented district: its enterprises, what they earn and owe, what they file and when, and what goes wrong.

`enterprises.csv` and `natures.csv` are the district; `books` keeps the accounts of each enterprise month by month,
`groups` adds them up through the layers, `reports` and `filings` lay them out as files, `calendar` says who files when,
and `story` tells all of it as steps. Equal programs make equal bytes: chance is a hash, and amounts are whole yuan.
"""
