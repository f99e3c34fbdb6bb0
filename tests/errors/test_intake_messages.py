"""Every message about a filed table: what provokes it, where it is placed, what it says and how to mend it."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from intake_desk import Desk

TITLES = {
    "observations": "entity,measure,period,value,unit,scope,basis,known_from",
    "wide": "entity,period,total_assets,net_profit",
    "entities": "entity,type,name,valid_from,industry,capital,founded,model",
    "links": "link,from,to,valid_from,valid_to,share",
}


def said(content: str | bytes, form: str) -> list[str]:
    """Each fault as commands print it, its hint after a bar."""
    _, issues = Desk().read(content, form, archive=True, latest_known_from=date(2026, 3, 31))
    return [str(issue).replace("\n  hint:", " |") for issue in issues]


#: Form, rows under its titles, and what is said of them.
ROWS = [
    (
        "observations",
        "E3,total_assets,2019-Q4,1,,,,",
        "a.csv, row 2, column 1: no entity 'E3' is registered | register it first with the form entities",
    ),
    (
        "observations",
        "北方电力,total_assets,2019-Q4,1,,,,",
        "a.csv, row 2, column 1: no entity '北方电力' is registered | register it first with the form entities",
    ),
    (
        "observations",
        ",total_assets,2019-Q4,1,,,,",
        "a.csv, row 2, column 1: the cell names no entity | write its registered id",
    ),
    (
        "observations",
        "E1,total_asets,2019-Q4,1,,,,",
        "a.csv, row 2, column 2: no measure is called 'total_asets' | did you mean total_assets?",
    ),
    (
        "observations",
        "E1,资产总计,2019-Q4,1,,,,",
        (
            "a.csv, row 2, column 2: no measure is called '资产总计'"
            " | that is the label of total_assets: write total_assets"
        ),
    ),
    (
        "observations",
        "E1,zzz,2019-Q4,1,,,,",
        "a.csv, row 2, column 2: no measure is called 'zzz' | a pack declares measures in its measures.yaml",
    ),
    (
        "observations",
        "E1,,2019-Q4,1,,,,",
        "a.csv, row 2, column 2: the cell names no measure | a pack declares measures in its measures.yaml",
    ),
    (
        "observations",
        "E1,load,2019-12-31,1,,,,",
        (
            "a.csv, row 2, column 1: 'E1' is of type enterprise, load belongs to meter"
            " | is the entity or the measure the right one?"
        ),
    ),
    (
        "observations",
        "E1,total_assets,,1,,,,",
        "a.csv, row 2, column 3: the cell names no period | write it as 2019-Q4",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q5,1,,,,",
        "a.csv, row 2, column 3: '2019-Q5' is not a period | its periods are written like 2019-Q4",
    ),
    (
        "observations",
        "E1,total_assets,2019/12/31,1,,,,",
        "a.csv, row 2, column 3: '2019/12/31' is not a period | write 2019-12-31",
    ),
    (
        "observations",
        "E1,total_assets,2019年3季度,1,,,,",
        "a.csv, row 2, column 3: '2019年3季度' is not a period | write 2019-Q3",
    ),
    (
        "observations",
        "E1,total_assets,2019年3月,1,,,,",
        "a.csv, row 2, column 3: '2019年3月' is not a period | write 2019-03",
    ),
    (
        "observations",
        "E1,total_assets,2019-02-30,1,,,,",
        "a.csv, row 2, column 3: '2019-02-30' is not a period | the calendar has no such day",
    ),
    (
        "observations",
        "E1,total_assets,2019-11,1,,,,",
        (
            "a.csv, row 2, column 3: the measure is reported by quarter, and no quarter ends with 2019-11"
            " | 2019-11 lies in 2019-Q4"
        ),
    ),
    (
        "observations",
        "E1,investment,2019,1,,,,",
        (
            "a.csv, row 2, column 3: the measure is a flow of single quarters, and 2019 may mean a longer time"
            " | if the quarter is meant, write 2019-Q4"
        ),
    ),
    (
        "observations",
        "E1,power_used,2019-Q4,1,,,,",
        (
            "a.csv, row 2, column 3: the measure is reported by month, and 2019-Q4 is a quarter"
            " | if the month is meant, write 2019-12"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,,,,,",
        (
            "a.csv, row 2, column 4: the row has no value"
            " | leave the row out when nothing is reported; write #withdrawn to take a figure back"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,—,,,,",
        (
            "a.csv, row 2, column 4: '—' is not a number"
            ' | leave the cell empty for "not reported", in a list of observations leave the row out'
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,N/A,,,,",
        (
            "a.csv, row 2, column 4: 'N/A' is not a number"
            ' | leave the cell empty for "not reported", in a list of observations leave the row out'
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,a lot,,,,",
        (
            "a.csv, row 2, column 4: 'a lot' is not a number"
            " | write digits, at most one point, and thousands in groups of three: -1,234.5"
        ),
    ),
    (
        "observations",
        'E1,total_assets,2019-Q4,"(1,234)",,,,',
        ("a.csv, row 2, column 4: '(1,234)' is not a number | a negative number is written with a minus: -1,234"),
    ),
    (
        "observations",
        'E1,total_assets,2019-Q4,"12,34",,,,',
        (
            "a.csv, row 2, column 4: '12,34' is not a number"
            " | commas part thousands only, in groups of three: 1,234,567.89"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,−5,,,,",
        "a.csv, row 2, column 4: '−5' is not a number | write the minus as -: -5",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,12万元,,,,",
        (
            "a.csv, row 2, column 4: '12万元' is not a number"
            " | the unit belongs in the column unit, the cell holds the number alone"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,10²,,,,",
        (
            "a.csv, row 2, column 4: '10²' is not a number"
            " | write digits, at most one point, and thousands in groups of three: -1,234.5"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1e400,,,,",
        "a.csv, row 2, column 4: '1e400' is too large to be kept | is the exponent or the unit right?",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1e-400,,,,",
        "a.csv, row 2, column 4: '1e-400' is too small to be told from 0 | write 0, or mend the exponent",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,12%,,,,",
        (
            "a.csv, row 2, column 4: '12%' is a share, but the figure is measured in CNY"
            " | leave the % out, or mend the unit"
        ),
    ),
    (
        "observations",
        f"E1,total_assets,2019-Q4,{'7' * 401},,,,",
        "a.csv, row 2, column 4: a cell of 401 characters is no number | write digits only",
    ),
    (
        "observations",
        "E1,headcount,2019-Q4,1,persn,,,",
        "a.csv, row 2, column 5: no unit is called 'persn' | did you mean person?",
    ),
    (
        "observations",
        "E1,headcount,2019-Q4,1,furlong,,,",
        (
            "a.csv, row 2, column 5: no unit is called 'furlong'"
            " | known are ratio, %, times, 倍, pp, CNY, person, share, day, year, kWh, tCO2e, m3,"
            " 元, 人, 股, 年, 万元, 亿元"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,person,,,",
        (
            "a.csv, row 2, column 5: total_assets is measured in CNY, which 'person' does not measure"
            " | mend the unit or the measure; leave the unit empty for the measure's own"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,group,,",
        (
            "a.csv, row 2, column 6: 'group' is none of consolidated, 合并, parent, 单体"
            " | write one of consolidated, 合并, parent, 单体"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,audit,",
        (
            "a.csv, row 2, column 7: 'audit' is none of flash, 快报, audited, 审计, assessed, 考核"
            " | did you mean audited?"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,,soon",
        "a.csv, row 2, column 8: 'soon' is not a date | write year, month and day: 2019-12-31",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,,2020/4/30",
        "a.csv, row 2, column 8: '2020/4/30' is not a date | write 2020-04-30",
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,,2999-01-01",
        (
            "a.csv, row 2, column 8: known_from 2999-01-01 is later than 2026-03-31, the day of this filing"
            " | an archive was known before it is filed here"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,,\nE1,total_assets,2019-12-31,1,,,,",
        ("a.csv, row 3, column 4: total_assets of 'E1' in 2019-Q4 stands in row 2 already | leave one of the two out"),
    ),
    (
        "observations",
        "E1,total_assets",
        (
            "a.csv, row 2, column 3: the row has 2 cells, the header 8"
            " | a cell that holds a comma stands in quotes; an empty cell keeps its comma"
        ),
    ),
    (
        "observations",
        "E1,total_assets,2019-Q4,1,,,,,",
        (
            "a.csv, row 2, column 9: the row has 9 cells, the header 8"
            " | a cell that holds a comma stands in quotes; an empty cell keeps its comma"
        ),
    ),
    (
        "observations",
        'E1,total_assets,2019-Q4,"1,,,,',
        ('a.csv, row 2: a quote is opened in this row and never closed | a quote inside a quoted cell is written ""'),
    ),
    (
        "observations",
        'E1,total_assets,2019-Q4,"1"2,,,,',
        ('a.csv, row 2: a closing quote is not followed by a comma | a quote inside a quoted cell is written ""'),
    ),
    (
        "observations",
        "E1,total\r_assets,2019-Q4,1,,,,",
        (
            "a.csv, row 2: a carriage return (CR) stands by itself"
            " | end lines with LF or CR LF; put a cell of several lines in quotes"
        ),
    ),
    ("wide", "E1,,1,", "a.csv, row 2, column 2: the cell names no period | write it as 2019-Q4"),
    (
        "wide",
        "E1,2019-Q4,much,",
        (
            "a.csv, row 2, column 3: 'much' is not a number"
            " | write digits, at most one point, and thousands in groups of three: -1,234.5"
        ),
    ),
    (
        "wide",
        "E1,2019-Q4,1,\nE1,2019,2,",
        (
            "a.csv, row 3, column 3: total_assets of 'E1' in this period stands in row 2 already"
            " | leave one of the two out"
        ),
    ),
    (
        "wide",
        "E1,2019-11,1,",
        (
            "a.csv, row 2, column 2: the measure is reported by quarter, and no quarter ends with 2019-11"
            " | 2019-11 lies in 2019-Q4"
        ),
    ),
    (
        "entities",
        ",enterprise,甲,,,,,",
        "a.csv, row 2, column 1: the cell names no entity | give it a stable id of its own",
    ),
    (
        "entities",
        "E,enterprise,甲,,,,,",
        "a.csv, row 2, column 1: 'E\\x07' holds control characters | type the text again, do not paste it",
    ),
    (
        "entities",
        f"{'E' * 201},enterprise,甲,,,,,",
        "a.csv, row 2, column 1: the text has 201 characters; at most 200 are taken | shorten it",
    ),
    (
        "entities",
        "E7,enterprize,甲,,,,,",
        "a.csv, row 2, column 2: no type is called 'enterprize' | did you mean enterprise?",
    ),
    (
        "entities",
        "E7,firm,甲,,,,,",
        "a.csv, row 2, column 2: no type is called 'firm' | declared are enterprise, meter",
    ),
    ("entities", "E7,,甲,,,,,", "a.csv, row 2, column 2: the cell names no type | declared are enterprise, meter"),
    (
        "entities",
        "E1,meter,甲,,,,,",
        (
            "a.csv, row 2, column 2: 'E1' is registered as enterprise; a type never changes"
            " | write enterprise, or give the other thing an id of its own"
        ),
    ),
    (
        "entities",
        "E7,enterprise,甲,,,,,\nE7,meter,甲,2020-01-01,,,,",
        (
            "a.csv, row 3, column 2: 'E7' is of type enterprise in row 2; a type never changes"
            " | mend the one that is wrong"
        ),
    ),
    ("entities", "E7,enterprise,,,,,,", "a.csv, row 2, column 3: the cell has no name | write what people call it"),
    (
        "entities",
        "E7,enterprise,撤回,,,,,",
        ("a.csv, row 2, column 3: only an observation can be withdrawn | file a later row that says what holds"),
    ),
    (
        "entities",
        "E7,enterprise,甲,2020-13-01,,,,",
        "a.csv, row 2, column 4: '2020-13-01' is not a date | the calendar has no such day",
    ),
    (
        "entities",
        "E7,enterprise,甲,,,many,,",
        (
            "a.csv, row 2, column 6: 'many' is not a number"
            " | write digits, at most one point, and thousands in groups of three: -1,234.5"
        ),
    ),
    (
        "entities",
        "E7,enterprise,甲,,,,1998年5月1日,",
        "a.csv, row 2, column 7: '1998年5月1日' is not a date | write 1998-05-01",
    ),
    (
        "entities",
        "E7,enterprise,甲,,,,,X1",
        "a.csv, row 2, column 8: enterprise has no attribute model | leave the cell empty, or mend the type",
    ),
    (
        "entities",
        "E7,enterprise,甲,,撤回,,,",
        ("a.csv, row 2, column 5: only an observation can be withdrawn | file a later row that says what holds"),
    ),
    (
        "entities",
        "E7,enterprise,甲,,,,,\nE7,enterprise,甲,,,,,",
        (
            "a.csv, row 3: 'E7' without valid_from stands in row 2 already"
            " | leave one of the two out, or give it its own valid_from"
        ),
    ),
    (
        "entities",
        "E7,enterprise,甲,2020-01-01,,,,\nE7,enterprise,甲,2020-01-01,,,,",
        (
            "a.csv, row 3: 'E7' from 2020-01-01 stands in row 2 already"
            " | leave one of the two out, or give it its own valid_from"
        ),
    ),
    ("links", "own,E1,E2,,,", "a.csv, row 2, column 1: no link is called 'own' | did you mean owns?"),
    ("links", ",E1,E2,,,", "a.csv, row 2, column 1: the cell names no link | declared are owns, reads"),
    ("links", "owns,E1,,,,", "a.csv, row 2, column 3: the cell names no entity | write its registered id"),
    (
        "links",
        "owns,E1,M1,,,",
        (
            "a.csv, row 2, column 3: 'M1' is of type meter; the link's to is of type enterprise"
            " | is it the right entity, and the right way round?"
        ),
    ),
    (
        "links",
        "reads,M1,M1,,,",
        (
            "a.csv, row 2, column 2: 'M1' is of type meter; the link's from is of type enterprise"
            " | is it the right entity, and the right way round?"
        ),
    ),
    ("links", "owns,E1,E1,,,", "a.csv, row 2, column 3: 'E1' is linked to itself | name two entities"),
    (
        "links",
        "owns,E1,E2,2020-01-01,2019-01-01,",
        (
            "a.csv, row 2, column 5: valid_to 2019-01-01 is not later than valid_from 2020-01-01"
            " | valid_to is the first day on which the link no longer holds"
        ),
    ),
    (
        "links",
        "owns,E1,E2,,,250%",
        (
            "a.csv, row 2, column 6: a share of 250% is not a part of the whole"
            " | write a fraction from 0 to 1, or a percentage"
        ),
    ),
    (
        "links",
        "owns,E1,E2,,,1/2",
        (
            "a.csv, row 2, column 6: '1/2' is not a number"
            " | write digits, at most one point, and thousands in groups of three: -1,234.5"
        ),
    ),
    (
        "links",
        "owns,E1,E2,,2020-01-01,\nowns,E1,E2,2019-12-31,,",
        (
            "a.csv, row 3: the same link stands in row 2 for days that this row states too"
            " | end the earlier row with valid_to on this row's valid_from"
        ),
    ),
]

#: Form, whole files, and all that is said of them.
FILES = [
    (
        "observations",
        "entity,measure,period,value,colour\n",
        [
            (
                "a.csv, row 1, column 5: no column is called 'colour'"
                " | the form has entity, measure, period, value, unit, scope, basis, place, known_from"
            )
        ],
    ),
    (
        "observations",
        "entity,mesure,period,value\n",
        [
            "a.csv, row 1: the column measure is missing | add a column with the title measure in the first row",
            "a.csv, row 1, column 2: no column is called 'mesure' | did you mean measure?",
        ],
    ),
    (
        "observations",
        "entity,measure,period,value,\n",
        ["a.csv, row 1, column 5: a column has no title | give it a title, or delete the column"],
    ),
    (
        "observations",
        "entity,measure,period,value,value\n",
        ["a.csv, row 1, column 5: the title 'value' stands in column 4 already | leave one of the two out"],
    ),
    (
        "observations",
        "measure,period,value\n",
        [
            (
                "a.csv, row 1: the column entity is missing"
                " | add a column with the title entity in the first row, or name the entity with --entity"
            )
        ],
    ),
    (
        "observations",
        "entity;measure;period;value\n",
        ["a.csv, row 1, column 1: the columns are parted by semicolons | part them by commas (CSV)"],
    ),
    (
        "wide",
        "entity,period\n",
        [("a.csv, row 1: no column holds one of the measures | add a column whose title is one of the measures")],
    ),
    (
        "wide",
        "entity,period,资产总计\n",
        [
            (
                "a.csv, row 1, column 3: no column is called '资产总计'"
                " | that is the label of total_assets: write total_assets"
            )
        ],
    ),
    (
        "wide",
        "entity,period,ttal_assets\n",
        ["a.csv, row 1, column 3: no column is called 'ttal_assets' | did you mean total_assets?"],
    ),
    ("observations", "", ["a.csv: the file is empty | its first row holds the titles of the columns"]),
    (
        "observations",
        "entity,measure,period,value\n",
        ["a.csv: the file has titles and no rows | add a row for each thing to be filed"],
    ),
    (
        "observations",
        b"\xff\xfee\x00n\x00t\x00i\x00t\x00y\x00,\x00m\x00e\x00a\x00s\x00u\x00r\x00e\x00,\x00p\x00e\x00r\x00i\x00o\x00d\x00,\x00v\x00a\x00l\x00u\x00e\x00\n\x00",
        ['a.csv: the file is written in UTF-16 | save the table as "CSV UTF-8"'],
    ),
    (
        "observations",
        b"entity\x00\n",
        [
            (
                "a.csv, row 1: byte 7 of the file is NUL: it is UTF-16 without a mark, or no text at all"
                ' | save the table as "CSV UTF-8"'
            )
        ],
    ),
    (
        "observations",
        b"\xe7\x94\xb2\xe4\xb9\x99\xe4\xb8\x99\xff",
        [
            (
                "a.csv, row 1: byte 10 is no valid UTF-8, though the text before it is"
                ' | the file is damaged or cut off; save the table as "CSV UTF-8" again'
            )
        ],
    ),
    (
        "observations",
        b"entity\n\xff",
        [('a.csv, row 2: the file is neither UTF-8 (byte 8) nor GB18030 (byte 8) | save the table as "CSV UTF-8"')],
    ),
    (
        "observations",
        b"PK\x03\x04",
        [
            (
                "a.csv: the file begins as a workbook does and is not a whole one"
                " | was it cut off? open it in Excel or WPS and save it again as .xlsx"
            )
        ],
    ),
    ("observation", "a", ["a.csv: no form is called 'observation' | did you mean observations?"]),
    (
        "sheet",
        "a",
        ["a.csv: no form is called 'sheet' | the forms are observations, wide, entities, links, ownership, bods"],
    ),
]


@pytest.mark.parametrize(("form", "rows", "expected"), ROWS)
def test_what_is_said_of_rows(form: str, rows: str, expected: str) -> None:
    assert said(f"{TITLES[form]}\n{rows}\n", form) == [expected]


@pytest.mark.parametrize(("form", "content", "expected"), FILES)
def test_what_is_said_of_files(form: str, content: str | bytes, expected: list[str]) -> None:
    assert said(content, form) == expected
