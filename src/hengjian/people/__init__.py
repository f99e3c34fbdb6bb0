"""Persons, their roles at nodes, and the one question: may this actor do this, there, on that day?"""

from hengjian.people.actor import Actor
from hengjian.people.reach import EVERYTHING, NOTHING, Reach
from hengjian.people.roles import ACTIONS, ROLES, Action, Role, Tree
from hengjian.people.standing import Grant, Person, Standing

__all__ = [
    "ACTIONS", "EVERYTHING", "NOTHING", "ROLES", "Action", "Actor", "Grant", "Person", "Reach", "Role", "Standing",
    "Tree",
]  # fmt: skip
