"""The register of property rights: who holds each enterprise, down to companies that file no figures, and what changed.

`holders.csv` has owners who are none of the district's enterprises, `registered.csv` companies that stand in this
register only (`capital` in 万元), `holdings.csv` what is held by the former or in the latter, `changes.csv` what was
filed later. The shares of each company come to 100 %.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from hengjian.examples.district.books import opening
from hengjian.examples.district.chance import digits, sway
from hengjian.examples.district.enterprises import TEN_THOUSAND, enterprises, groups, read_table, stakes
from hengjian.examples.district.registers import OFFICE
from hengjian.examples.district.reports import table
from hengjian.examples.steps import File, Filing

#: The titles of the form `ownership` by the columns of the tables here.
_HOLDING: Mapping[str, str] = {
    "owner": "持股单位", "owned": "被投资企业", "share": "持股比例", "voting": "表决权比例", "kind": "持股性质",
    "principal": "实际权利人", "subscribed": "认缴出资额（万元）", "paid": "实缴出资额（万元）",
    "valid_from": "生效日期", "evidence": "依据", "known_from": "知悉日期",
}  # fmt: skip
_ENTITY = (
    "entity", "type", "name", "credit_code", "legal_form", "industry", "founded", "actual_control", "control_document",
    "holding_purpose", "valid_from",
)  # fmt: skip
BEGAN = date(2023, 1, 4)
#: Types of owners without a social credit code, and owners who have paid half of what they took over.
_WITHOUT_CODE, _HALF_PAID = ("natural_person", "fund"), ("P01", "P05")
#: The treasury of the district holds a tenth of these groups, the office the rest.
TREASURY, SHARED = "JCCZ", ("JC06", "JC10")
#: What else the register says of some.
_SAID: Mapping[str, Mapping[str, str]] = {
    "JC0505": {"holding_purpose": "战略性持有"},
    "JC050101": {"holding_purpose": "培育期"},
    "JC060301": {"holding_purpose": "培育期"},
    "JC070201": {"actual_control": "公司章程", "control_document": "公司章程：董事会半数以上由第一大股东提名"},
}
#: What minority holdings distributed in each year up to 2024, in yuan.
_DIVIDENDS: Mapping[str, tuple[int, ...]] = {
    "JC0505": (0, 0, 0, 0, 0), "JC0804": (0, 0, 0, 0, 0), "JC060301": (0, 0, 0), "JC100301": (0, 0, 300_000, 0, 0),
}  # fmt: skip


def ownership_files(actor: str) -> Iterator[Filing]:
    """The register as it began, what changed in it, and its yearly figures."""
    yield Filing(day=BEGAN, form="entities", files=(_entities(),), note="产权登记：主体", actor=actor)
    rows = [row | _amounts(row) for row in (*_stakes(), *read_table("holdings.csv"))]
    register = _register("产权登记表.csv", rows)
    yield Filing(day=BEGAN, form="ownership", files=(register,), note="产权登记：股权", actor=actor)
    for (day, note), changes in groupby(read_table("changes.csv"), key=lambda row: (row["day"], row["note"])):
        file = _register(f"产权变动-{day}.csv", list(changes))
        yield Filing(day=date.fromisoformat(day), form="ownership", files=(file,), note=note, actor=actor)
    yield Filing(day=date(2025, 9, 18), form="wide", files=(_yearly(),), note="产权登记年度数据", actor=actor)


def _stakes() -> Iterator[dict[str, str]]:
    """What the office and the treasury hold in the groups, and the district's enterprises in one another."""
    for group in groups():
        yield {"owner": OFFICE, "owned": group, "share": "90%" if group in SHARED else "100%"}
        if group in SHARED:
            yield {"owner": TREASURY, "owned": group, "share": "10%"}
    for owner in enterprises():
        for owned, share in stakes(owner).items():
            yield {"owner": owner, "owned": owned, "share": f"{share:.0%}"}


def _amounts(row: Mapping[str, str]) -> dict[str, str]:
    """What the holder took over of the capital, and what it has paid of that: all, but for some."""
    own = {one["id"]: int(one["capital"]) for one in read_table("registered.csv")}
    owned = row["owned"]
    capital = own[owned] if owned in own else round(opening(owned)["capital"] / TEN_THOUSAND)
    subscribed = round(capital * int(row["share"].rstrip("%")) / 100)
    return {"subscribed": str(subscribed), "paid": str(subscribed // 2 if row["owner"] in _HALF_PAID else subscribed)}


def _register(name: str, rows: list[dict[str, str]]) -> File:
    """Holdings as the form `ownership` has them."""
    return _file(
        name, tuple(_HOLDING.values()), [{_HOLDING[one]: row.get(one, "") for one in _HOLDING} for row in rows]
    )


def _entities() -> File:
    """Owners from outside, the companies of this register, and what it says of the enterprises that file figures."""
    rows = [
        {"entity": row["id"], **row, "credit_code": "" if row["type"] in _WITHOUT_CODE else credit_code(row["id"])}
        for row in read_table("holders.csv")
    ]
    rows += [_entity(row["id"], {**row, **_SAID.get(row["id"], {})}) for row in read_table("registered.csv")]
    rows += [_entity(one, {"legal_form": "有限责任公司", **_SAID.get(one, {})}) for one in enterprises()]
    return _file("产权登记主体.csv", _ENTITY, rows)


def _entity(entity: str, said: Mapping[str, str]) -> dict[str, str]:
    known = enterprises().get(entity)
    name = said["name"] if known is None else known.name
    return {"entity": entity, "type": "enterprise", "credit_code": credit_code(entity), **said, "name": name}


def _yearly() -> File:
    """Dividends of minority holdings, and what companies that file no statements state of themselves."""
    measures = ("dividends_paid", "registered_operating_income", "registered_net_profit", "registered_net_assets")
    found: dict[tuple[str, int], dict[str, str]] = {}
    for entity, amounts in _DIVIDENDS.items():
        for year, amount in enumerate(amounts, 2025 - len(amounts)):
            found[entity, year] = {"dividends_paid": str(amount)}
    for row in read_table("registered.csv"):
        capital = int(row["capital"]) * TEN_THOUSAND
        for year in (2023, 2024):
            shares = (1.4 + 0.3 * sway(row["id"], year, "income"), 0.05 + 0.07 * sway(row["id"], year, "profit"),
                      1.1 + 0.05 * (year - 2023))  # fmt: skip
            figures = {one: str(round(capital * share)) for one, share in zip(measures[1:], shares, strict=True)}
            found.setdefault((row["id"], year), {}).update(figures)
    rows = [{"entity": entity, "period": str(year), **said} for (entity, year), said in found.items()]
    return _file("产权登记年度数据-2024.csv", ("entity", "period", *measures), rows)


def _file(name: str, titles: tuple[str, ...], rows: list[dict[str, str]]) -> File:
    return File(name=name, data=table([titles, *([row.get(title, "") for title in titles] for row in rows)]))


def credit_code(entity: str) -> str:
    """A social credit code with its check characters (GB 32100-2015, GB 11714-1997), of a region that is none."""
    letters, inner = "0123456789ABCDEFGHJKLMNPQRTUWXY", digits(8, entity, "credit code")
    check = -sum(int(one) * weight for one, weight in zip(inner, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    code = f"91990100{inner}{'0123456789X'[check]}"
    total = sum(letters.index(one) * pow(3, place, 31) for place, one in enumerate(code))
    return code + letters[-total % 31]
