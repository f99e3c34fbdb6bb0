"""A file of statements as rows: all its entities and all its holdings, which one filing enters together."""

from hengjian.intake.bods.document import Statement, read_document
from hengjian.intake.bods.holdings import Holdings
from hengjian.intake.bods.notes import StatementFaults
from hengjian.intake.bods.parties import Parties
from hengjian.intake.bods.rules import check_rules
from hengjian.intake.bods.schema import VERSION, schema_faults
from hengjian.intake.context import Context
from hengjian.intake.faults import Faults
from hengjian.model.filing import EntityRow, LinkRow


def read_statements(data: bytes, faults: Faults) -> list[Statement]:
    """The statements of a file that is valid by the standard, in their order; all its faults are told otherwise."""
    statements = read_document(data, faults)
    if any("statementType" in one.body and "recordType" not in one.body for one in statements):
        hint = f"convert it to version {VERSION}, which states records"
        faults.add("the file is written for version 0.3 of the standard, or an older one", hint)
        return []
    told = StatementFaults(faults)
    for statement in statements:
        for fault in schema_faults(statement.body):
            told.add(fault.message, fault.hint, statement, *fault.path)
    if not faults.count:
        check_rules(statements, told)
    return [] if faults.count else statements


def read_bods(data: bytes, context: Context, faults: Faults) -> list[EntityRow | LinkRow]:
    """The rows that a file of statements gives in a space: entities first.

    The statementId stands where workbooks have their sheet, the statement's number as the row of the cell.
    """
    statements = read_statements(data, faults)
    told = StatementFaults(faults)
    parties = Parties(statements, context, faults.file, told)
    holdings = Holdings(context, parties, faults.file, told)
    links = holdings.rows(statements)
    return [*parties.rows(holdings.used), *links]
