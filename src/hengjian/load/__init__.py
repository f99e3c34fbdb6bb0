"""YAML with places becomes the model: packs are found, read strictly, put together and archived."""

from hengjian.load.archive import is_declaration, pack_archive, unpack_archive
from hengjian.load.catalogue import assemble, shipped, with_required
from hengjian.load.folder import find_pack, read_folder, shipped_names
from hengjian.load.pack import LoadedPack, load_pack
from hengjian.load.schema import json_schema

__all__ = [
    "LoadedPack",
    "assemble",
    "find_pack",
    "is_declaration",
    "json_schema",
    "load_pack",
    "pack_archive",
    "read_folder",
    "shipped",
    "shipped_names",
    "unpack_archive",
    "with_required",
]
