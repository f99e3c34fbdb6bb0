"""The roles that persons may have at a node; what each may do is the table of `people.roles`."""

from typing import Literal

Role = Literal[
    "viewer", "reporter", "reviewer", "analyst", "officer", "archivist", "administrator", "expert", "auditor"
]
