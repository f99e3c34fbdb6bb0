"""The store: entities, links and observations with two clocks, derived from the ledger, kept in one DuckDB file."""

from hengjian.store.cells import Cell
from hengjian.store.entities import EntityState
from hengjian.store.events import Event
from hengjian.store.faults import Locked, Unusable
from hengjian.store.filed import Filed
from hengjian.store.filings import Filing
from hengjian.store.links import LinkState
from hengjian.store.select import Selection
from hengjian.store.store import Store

__all__ = ["Cell", "EntityState", "Event", "Filed", "Filing", "LinkState", "Locked", "Selection", "Store", "Unusable"]
