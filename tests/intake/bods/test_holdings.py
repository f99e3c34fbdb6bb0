"""Relationships as rows of `owns`, and records as entities."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from bods_desk import HOLDERS, PLACE, catalogue, entities, entity, interest, later, links, person, read, relation, said
from hypothesis import given
from hypothesis import strategies as st

from hengjian.model.declaration import Attribute, Label
from hengjian.model.filing import EntityRow, LinkRow

A, B, C, P, Q = entity("a"), entity("b"), entity("c"), person("p"), person("q")
NOMINATION = entity("n", "arrangement", "nomination")
ZEROS = "0" * 32
#: A social credit code whose check characters are right.
CODE = "91350100M000100Y43"


def warnings(*statements: object, **more: object) -> list[str]:
    """Messages alone, without their places."""
    return [line.partition(f"-{ZEROS}'")[2].partition(" | ")[0].lstrip(": ") for line in said(list(statements), **more)]


def test_a_relationship_is_a_row_with_shares_votes_dates_and_its_source() -> None:
    one = relation(
        "r", "p", "a", interest(share=23.5, startDate="2020-01-01", endDate="2025-01-01"),
        interest("votingRights", 40, startDate="2020-01-01", endDate="2025-01-01"),
        source={"description": "工商登记"},
    )  # fmt: skip
    rows, issues = read([A, P, one])
    assert issues == ()
    found, after = rows[2:]
    assert isinstance(found, LinkRow)
    assert found.record() == {
        "link": "owns", "from": "p", "to": "a", "valid_from": "2020-01-01", "valid_to": "2025-01-01",
        "attributes": {"share": "0.235", "voting": "0.4", "evidence": "工商登记"}, "file": "a.json",
        "sheet": f"r-{ZEROS}", "cell": "A3",
    }  # fmt: skip
    assert isinstance(after, LinkRow)
    assert (str(after.valid_from), after.valid_to, after.attributes) == ("2025-01-01", None, (("share", "0"),))


def test_an_interest_without_a_start_holds_from_the_day_of_the_statement() -> None:
    assert links([A, B, relation("r", "b", "a", interest(share=60))]) == [
        ("b", "a", "2024-05-01", None, {"share": "0.6"})
    ]


def test_the_evidence_is_the_source_or_the_statement() -> None:
    def evidence(**source: object) -> str:
        rows, _ = read([A, B, relation("r", "b", "a", interest(share=60), source=source)])
        return dict(rows[-1].attributes)["evidence"]  # type: ignore[union-attr]

    assert evidence(description="登记簿", url="https://x.example/1") == "登记簿"
    assert evidence(url="https://x.example/1") == "https://x.example/1"
    assert evidence() == f"r-{ZEROS}"


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ({"minimum": 25, "exclusiveMaximum": 50}, "shareholding >=25% <50%"),
        ({"exclusiveMinimum": 25.5, "maximum": 50}, "shareholding >25.5% <=50%"),
        (None, "shareholding"),
    ],
)
def test_a_share_that_is_not_known_exactly_is_no_number(share: object, told: str) -> None:
    statements = [A, B, relation("r", "b", "a", interest(share=share))]
    rows, issues = read(statements)
    assert dict(rows[-1].attributes) == {"evidence": f"r-{ZEROS} | {told}"}  # type: ignore[union-attr]
    (issue,) = issues
    assert issue.severity == "warning"
    assert issue.message == (
        f"statement 'r-{ZEROS}' at /recordDetails/interests/0/share: the shareholding has no exact share,"
        f" and is entered"
        " without one"
    )
    assert issue.hint == "nothing is counted for it; state an exact share"


def test_votes_alone_are_votes_alone() -> None:
    assert links([A, B, relation("r", "b", "a", interest("votingRights", 51))]) == [
        ("b", "a", "2024-05-01", None, {"voting": "0.51"})
    ]


@pytest.mark.parametrize("way", ["indirect", "unknown"])
def test_what_is_not_held_directly_is_not_entered(way: str) -> None:
    one = relation("r", "b", "a", {**interest(share=60), "directOrIndirect": way})
    assert links([A, B, one]) == []
    assert warnings(A, B, one) == [
        f"at /recordDetails/interests/0: the shareholding is {way}, not direct, and is not entered"
    ]


def test_what_does_not_say_whether_it_is_direct_is_entered_so() -> None:
    one = relation("r", "b", "a", {"type": "shareholding", "share": {"exact": 60}})
    assert links([A, B, one])[0][4] == {"share": "0.6"}
    assert warnings(A, B, one) == [
        "at /recordDetails/interests/0: the shareholding does not say whether it is direct, and is entered as direct"
    ]


def test_other_interests_stay_in_the_statements() -> None:
    one = relation("r", "p", "a", interest("boardMember"), interest("boardChair"), {"details": "?"})
    two = relation("s", "q", "a", interest("boardMember"), interest(share=5))
    assert len(links([A, P, Q, one, two])) == 1
    assert warnings(A, P, Q, one, two) == [
        "interests that are no shares and no votes are not entered: boardChair×1, boardMember×2, untyped×1"
    ]


def test_parties_that_nobody_states_are_told_and_left_out() -> None:
    one = relation("r", "x", "a", interest(share=60))
    assert links([A, one]) == []
    assert warnings(A, one) == [
        "at /recordDetails/interestedParty: the record 'x' is stated nowhere: the relationship is not entered"
    ]
    assert links([A, one], registered={"x": "fund"}) == [("x", "a", "2024-05-01", None, {"share": "0.6"})]


def test_a_holding_of_oneself_or_in_a_state_is_not_entered() -> None:
    assert warnings(A, relation("r", "a", "a", interest(share=5))) == [
        "at /recordDetails: 'a' holds itself: the relationship is not entered"
    ]
    state = entity("s", "state")
    assert warnings(A, state, relation("r", "a", "s", interest(share=5))) == [
        "at /recordDetails/subject: 's' is of type state_body: what is held is of type enterprise"
    ]
    unspecified = {"reason": "unknown"}
    assert warnings(A, relation("r", "a", unspecified, interest(share=5))) == [
        "at /recordDetails/subject: the subject is not specified (unknown): nothing is entered"
    ]


def test_a_holder_of_whom_only_a_reason_is_given() -> None:
    one = relation("r", {"reason": "interestedPartyHasNotProvidedInformation"}, "a", interest(share=30))
    name = "未指明的权益方（interestedPartyHasNotProvidedInformation）"
    assert entities([A, one])[1] == ("r:interestedParty", "enterprise", name)
    assert links([A, one]) == [("r:interestedParty", "a", "2024-05-01", None, {"share": "0.3"})]
    assert warnings(A, one) == [
        (
            "at /recordDetails/interestedParty: the holder of 'a' is not specified"
            " (interestedPartyHasNotProvidedInformation)"
        )
    ]
    nobody = relation("r", {"reason": "noBeneficialOwners"}, "a")
    assert links([A, nobody]) == []
    assert warnings(A, nobody) == [
        (
            "at /recordDetails/interestedParty: 'a' is said to have no beneficial owner (noBeneficialOwners):"
            " nothing is entered"
        )
    ]


class TestSuccession:
    """Statements of one record, one after the other."""

    ONE = relation("r", "b", "a", interest(share=60, startDate="2020-01-01"))

    def test_a_new_start_is_a_sale_or_a_purchase(self) -> None:
        two = later(relation("r", "b", "a", interest(share=40, startDate="2024-05-20")), "2024-06-01")
        assert links([A, B, self.ONE, two]) == [
            ("b", "a", "2020-01-01", "2024-05-20", {"share": "0.6"}),
            ("b", "a", "2024-05-20", None, {"share": "0.4"}),
        ]

    def test_the_same_start_with_another_share_holds_from_the_day_of_the_statement(self) -> None:
        two = later(relation("r", "b", "a", interest(share=40, startDate="2020-01-01")), "2024-06-01")
        assert links([A, B, self.ONE, two]) == [
            ("b", "a", "2020-01-01", "2024-06-01", {"share": "0.6"}),
            ("b", "a", "2024-06-01", None, {"share": "0.4"}),
        ]

    def test_a_confirmation_changes_nothing(self) -> None:
        assert links([A, B, self.ONE, later(self.ONE, "2024-06-01")]) == links([A, B, self.ONE])

    def test_a_correction_has_the_day_of_what_it_corrects(self) -> None:
        """Dates guidance, "An error correction": the same statementDate, and the right startDate."""
        two = later(relation("r", "b", "a", interest(share=60, startDate="2019-01-01")), "2024-05-01")
        assert links([A, B, self.ONE, two]) == [("b", "a", "2019-01-01", None, {"share": "0.6"})]

    def test_votes_that_are_given_up(self) -> None:
        both = relation("r", "b", "a", interest(share=60, startDate="2020-01-01"), interest("votingRights", 70))
        only = later(self.ONE, "2024-06-01")
        assert links([A, B, both, only]) == [
            ("b", "a", "2020-01-01", "2024-05-01", {"share": "0.6"}),
            ("b", "a", "2024-05-01", "2024-06-01", {"share": "0.6", "voting": "0.7"}),
            ("b", "a", "2024-06-01", None, {"share": "0.6"}),
        ]

    def test_an_end_that_is_told_later(self) -> None:
        ended = relation("r", "b", "a", interest(share=60, startDate="2020-01-01", endDate="2024-05-09"))
        assert links([A, B, self.ONE, later(ended, "2024-06-01")]) == [
            ("b", "a", "2020-01-01", "2024-05-09", {"share": "0.6"}),
            ("b", "a", "2024-05-09", None, {"share": "0"}),
        ]

    def test_a_closed_record_ends_on_its_day_or_on_that_of_its_interests(self) -> None:
        assert links([A, B, self.ONE, later(self.ONE, "2024-06-01", "closed")]) == [
            ("b", "a", "2020-01-01", "2024-06-01", {"share": "0.6"}),
            ("b", "a", "2024-06-01", None, {"share": "0"}),
        ]
        ended = relation("r", "b", "a", interest(share=60, startDate="2020-01-01", endDate="2024-05-09"))
        assert links([A, B, self.ONE, later(ended, "2024-06-01", "closed")])[1][2] == "2024-05-09"

    def test_the_row_that_ends_a_holding_stands_where_that_is_told(self) -> None:
        rows, _ = read([A, B, self.ONE, later(self.ONE, "2024-06-01", "closed")])
        assert [row.cell for row in rows] == ["A1", "A2", "A3", "A4"]

    def test_of_days_before_an_update_that_stands_alone_earlier_filings_tell(self) -> None:
        assert links([A, B, later(self.ONE, "2024-06-01")]) == [("b", "a", "2024-06-01", None, {"share": "0.6"})]
        assert links([A, B, later(self.ONE, "2024-06-01", "closed")]) == [
            ("b", "a", "2024-06-01", None, {"share": "0"})
        ]

    def test_one_owner_after_another(self) -> None:
        buyer = relation("s", "c", "a", interest(share=60, startDate="2024-05-20"), statementDate="2024-06-01")
        found = links([A, B, C, self.ONE, later(self.ONE, "2024-06-01", "closed"), buyer])
        assert [(source, start, said["share"]) for source, _, start, _, said in found] == [
            ("b", "2020-01-01", "0.6"), ("b", "2024-05-20", "0"), ("c", "2024-05-20", "0.6"),
        ]  # fmt: skip


def test_several_relationships_of_one_pair_are_one_holding() -> None:
    shares = relation("r", "b", "a", interest(share=60, startDate="2020-01-01"))
    votes = relation("s", "b", "a", interest("votingRights", 70, startDate="2021-01-01"))
    assert links([A, B, shares, votes]) == [
        ("b", "a", "2020-01-01", "2021-01-01", {"share": "0.6"}),
        ("b", "a", "2021-01-01", None, {"share": "0.6", "voting": "0.7"}),
    ]
    again = relation("t", "b", "a", interest(share=60, startDate="2020-01-01"))
    assert links([A, B, shares, again]) == links([A, B, shares])
    other = relation("t", "b", "a", interest(share=50, startDate="2020-01-01"))
    assert said([A, B, shares, other]) == [
        (
            f"a.json, row 4: statement 't-{ZEROS}' at /recordDetails/interests: statement 3 states another"
            f" share of the same"
            " holder for 2020-01-01 | state one relationship for each pair, or end one before the other begins"
        )
    ]


def test_several_shares_of_one_statement_are_no_sum() -> None:
    one = relation("r", "b", "a", interest(share=20), interest(share=30))
    assert links([A, B, one])[0][4] == {}
    assert warnings(A, B, one) == [
        (
            "at /recordDetails/interests: it states several shares or votes for 2024-05-01: which of them"
            " holds, or whether"
            " they add up, is open"
        )
    ]


class TestNominations:
    """Representing nominee arrangements: a nomination holds, its nominee is registered, its nominator is behind."""

    PARTIES = (
        A,
        P,
        Q,
        NOMINATION,
        relation("x", "p", "n", interest("nominee")),
        relation("y", "q", "n", interest("nominator")),
    )
    HELD = relation("r", "n", "a", interest(share=30))

    def test_the_nominee_holds_for_the_nominator(self) -> None:
        assert links([*self.PARTIES, self.HELD]) == [
            ("p", "a", "2024-05-01", None, {"share": "0.3", "kind": "nominee", "principal": "q"})
        ]
        assert [one for one, _, _ in entities([*self.PARTIES, self.HELD])] == ["a", "p", "q"]

    def test_a_nominator_who_is_not_told(self) -> None:
        statements = [one for one in self.PARTIES if one["recordId"] != "y"]
        assert links([*statements, self.HELD]) == [("p", "a", "2024-05-01", None, {"share": "0.3", "kind": "nominee"})]

    def test_a_nominee_that_holds_for_itself_too(self) -> None:
        """One pair has one row: the nomination stands as a holder of its own then."""
        own = relation("s", "p", "a", interest(share=10))
        assert links([*self.PARTIES, self.HELD, own]) == [
            ("n", "a", "2024-05-01", None, {"share": "0.3", "kind": "nominee", "principal": "q"}),
            ("p", "a", "2024-05-01", None, {"share": "0.1"}),
        ]
        assert ("n", "enterprise", "N") in entities([*self.PARTIES, self.HELD, own])

    def test_two_nominators_have_no_parts(self) -> None:
        more = [B, relation("z", "b", "n", interest("nominator"))]
        assert links([*self.PARTIES, *more, self.HELD])[0][4] == {"share": "0.3", "kind": "nominee"}
        assert warnings(*self.PARTIES, *more, self.HELD) == [
            "the nomination 'n' has 2 nominators, and no part for each"
        ]


def test_votes_in_concert() -> None:
    def concert(details: str) -> dict[str, object]:
        return {"type": "otherInfluenceOrControl", "directOrIndirect": "direct", "details": details}

    told = relation("r", "p", "a", interest(share=30), concert("一致行动 acting in concert with q"))
    assert links([A, P, Q, told])[0][4] == {"share": "0.3", "kind": "concert", "principal": "q"}
    assert said([A, P, Q, told]) == []
    loose = relation("r", "p", "a", interest(share=30), concert("Acts in concert with others"))
    assert links([A, P, Q, loose])[0][4] == {"share": "0.3", "kind": "concert"}


class TestEntities:
    """Which entity a record is."""

    def test_nothing_private_of_a_person_is_entered(self) -> None:
        one = person(
            "p", birthDate="1980-05-17", nationalities=[{"name": "China", "code": "CN"}],
            identifiers=[{"scheme": "CHN-IDCARD", "id": "110101198005170011"}],
            addresses=[{"type": "residence", "address": "某市某路 1 号"}], taxResidencies=[{"name": "China"}],
        )  # fmt: skip
        rows, _ = read([{**one, "declarationSubject": "p"}])
        assert [row.record() for row in rows] == [{
            "entity": "p", "type": "natural_person", "name": "P", "valid_from": None, "attributes": {},
            "file": "a.json", "sheet": f"p-{ZEROS}", "cell": "A1",
        }]  # fmt: skip

    def test_names_of_those_without(self) -> None:
        reason = {"reason": "interestedPartyExemptFromDisclosure"}
        found = entities([
            A, person("p", "anonymousPerson", unspecifiedPersonDetails=reason), person("q", "unknownPerson", names=[]),
            entity("b", "anonymousEntity", unspecifiedEntityDetails=reason), person("r", "knownPerson", names=[]),
            person("s", names=[{"fullName": "又名"}, {"type": "legal", "fullName": "本名"}]),
        ])  # fmt: skip
        assert [name for _, _, name in found[1:]] == [
            "匿名自然人（interestedPartyExemptFromDisclosure）", "未知自然人",
            "匿名单位（interestedPartyExemptFromDisclosure）", "r", "本名",
        ]  # fmt: skip

    def test_types_by_what_is_declared(self) -> None:
        statements = [
            A, P, entity("s", "stateBody"), entity("g", "state"), entity("t", "arrangement", "trust"),
            entity("f", "arrangement", entityType={"type": "arrangement", "details": "fund"}),
        ]  # fmt: skip
        kinds = [kind for _, kind, _ in entities(statements)]
        assert kinds == ["enterprise", "natural_person", "state_body", "state_body", "enterprise", "fund"]

    def test_types_that_are_not_declared(self) -> None:
        poor = catalogue()
        statements = [A, P, Q, entity("s", "stateBody")]
        assert {kind for _, kind, _ in entities(statements, known=poor)} == {"enterprise"}
        assert warnings(*statements, known=poor) == [
            "no type natural_person is declared: persons are registered as enterprise",
            "no type state_body is declared: states are registered as enterprise",
        ]

    def test_a_registered_entity_is_found_by_its_id_or_by_an_identifier(self) -> None:
        known = {"a": "fund", "91350100M000100Y43": "enterprise", "GB-COH-07": "enterprise"}
        one = entity("b", identifiers=[{"schemeName": "统一社会信用代码", "id": "91350100M000100Y43"}])
        two = entity("c", identifiers=[{"scheme": "GB-COH", "id": "07"}])
        found = entities([A, one, two], registered=known)
        assert found == [
            ("a", "fund", "A"),
            ("91350100M000100Y43", "enterprise", "B"),
            ("GB-COH-07", "enterprise", "C"),
        ]
        assert links([A, one, relation("r", "b", "a", interest(share=5))], registered={**known, "a": "enterprise"}) == [
            ("91350100M000100Y43", "a", "2024-05-01", None, {"share": "0.05"})
        ]

    def test_an_entity_is_found_by_its_social_credit_code(self) -> None:
        one = entity("b", identifiers=[{"scheme": "CN-X", "id": CODE.lower()}])
        stated = {"registered": {"甲": "enterprise", "乙": "enterprise"}}
        assert entities([one], **stated, entity_codes=lambda: {CODE: ["乙"]}) == [("乙", "enterprise", "B")]
        assert entities([one], **stated, entity_codes=lambda: {CODE: ["甲", "乙"]}) == [("b", "enterprise", "B")]

    def test_a_social_credit_code_is_entered_where_the_type_has_one(self) -> None:
        coded = replace(HOLDERS.types["enterprise"], attributes={
            "credit_code": Attribute(
                name="credit_code", label=Label(zh="代码", en="code"), kind="text", place=PLACE,
                format="social_credit_code",
            )
        })  # fmt: skip
        known = replace(HOLDERS, types={**HOLDERS.types, "enterprise": coded})
        for number, attributes in ((CODE, (("credit_code", CODE),)), (CODE[:-1] + "0", ())):
            one = entity("a", identifiers=[{"schemeName": "统一社会信用代码", "id": number}])
            rows, _ = read([one], known=known)
            assert [row.attributes for row in rows if isinstance(row, EntityRow)] == [attributes]
            rows, _ = read([one])
            assert [row.attributes for row in rows if isinstance(row, EntityRow)] == [()]

    def test_names_of_registered_entities_hold_from_the_day_of_the_statement(self) -> None:
        rows, _ = read(
            [A, later(entity("a", name="新名"), "2024-06-01"), later(entity("a", name="新名"), "2024-07-01")]
        )
        assert [(row.name, row.valid_from and str(row.valid_from)) for row in rows if isinstance(row, EntityRow)] == [
            ("A", None), ("新名", "2024-06-01"),
        ]  # fmt: skip
        rows, _ = read([A], registered={"a": "enterprise"})
        assert [str(row.valid_from) for row in rows if isinstance(row, EntityRow)] == ["2024-05-01"]

    @pytest.mark.parametrize(
        ("one", "registered", "words"),
        [
            (P, {"p": "enterprise"}, "'p' is registered as enterprise; a type never changes"),
            (A, {"a": "natural_person"}, "'a' is registered as natural_person; a type never changes"),
            ({**A, "recordId": " "}, {}, "the recordId is empty"),
            ({**A, "recordId": "x" * 201}, {}, "the text has 201 characters; at most 200 are taken"),
            ({**A, "recordId": "a\u202eb"}, {}, "'a\\u202eb' holds control characters"),
            (entity("a", name="a\tb"), {}, "'a\\tb' holds control characters"),
            (
                entity("a", identifiers=[{"scheme": "S", "id": "1"}, {"scheme": "S", "id": "2"}]),
                {"1": "enterprise", "S-2": "enterprise"},
                "its identifiers are those of '1' and 'S-2', two entities",
            ),
        ],
    )
    def test_records_that_are_no_entity(self, one: dict[str, object], registered: dict[str, str], words: str) -> None:
        rows, issues = read([{**one, "declarationSubject": one["recordId"]}], registered=registered)
        assert rows == ()
        assert [words in issue.message for issue in issues] == [True]


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 100), st.sampled_from(["updated", "closed"])),
        min_size=1,
        max_size=6,
    )
)
def test_rows_of_a_pair_never_overlap_and_reach_from_the_first_day_to_the_end(
    changes: list[tuple[int, int, str]],
) -> None:
    days = sorted(changes)
    series, status = [], "new"
    for place, (day, share, wanted) in enumerate(days):
        moment = f"20{20 + day // 300:02d}-{day % 12 + 1:02d}-{day % 28 + 1:02d}"
        one = relation("r", "b", "a", interest(share=share), statementDate=moment, recordStatus=status)
        series.append({**one, "statementId": f"{place}-{ZEROS}"})
        status = wanted
    series.sort(key=lambda one: one["statementDate"])
    for place, one in enumerate(series):
        one["recordStatus"] = (
            "new" if not place else "closed" if place == len(series) - 1 and status == "closed" else "updated"
        )
    found = links([A, B, *series], known=HOLDERS)
    assert all(end == begin for (_, _, _, end, _), (_, _, begin, _, _) in itertools.pairwise(found))
    assert found[-1][3] is None
    assert found[0][2] == series[0]["statementDate"]
    assert all(0 <= Decimal(said["share"]) <= 1 for *_, said in found)
