"""Where packs lie: folders, archives, and those that are shipped."""

import os
from pathlib import Path

from hengjian.load.archive import MAX_FILE_BYTES, MAX_FILES, is_declaration, unpack_archive
from hengjian.model.issue import Issue, Place, Refused, nearest, refuse

SHIPPED = Path(__file__).resolve().parent.parent / "packs"


def shipped_names() -> list[str]:
    """The names of the shipped packs."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/pack.yaml"))


def read_folder(path: Path) -> dict[str, bytes]:
    """The files of a pack's folder by their names inside it, with `/`. Hidden files, compiled ones and sample/ are left
    out; of files that are no declarations only the names are taken. Refused: links, files too large or unreadable."""
    files: dict[str, bytes] = {}
    issues: list[Issue] = []
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(one for one in inner if not one.startswith((".", "__")))
        here = Path(folder)
        if here == path and "sample" in inner:
            inner.remove("sample")
        for name in sorted(names):
            full = here / name
            inside = full.relative_to(path).as_posix()
            if name.startswith(".") or name.endswith((".pyc", "~")):
                continue
            found = _content(full, inside, issues)
            if found is not None:
                files[inside] = found
            if len(files) > MAX_FILES:
                raise refuse(f"the folder has more than {MAX_FILES} files", "is it a pack?", Place(file=str(path)))
    if issues:
        raise Refused(issues)
    return files


def _content(full: Path, inside: str, issues: list[Issue]) -> bytes | None:
    """The bytes of one file; nothing of those that are no declarations."""
    place = Place(file=str(full))
    if full.is_symlink():
        issues.append(Issue(place=place, message="this is a link", hint="a pack holds its files itself"))
        return None
    if not is_declaration(inside):
        return b""
    try:
        if full.stat().st_size > MAX_FILE_BYTES:
            message = f"the file has more than {MAX_FILE_BYTES:,} bytes"
            issues.append(Issue(place=place, message=message, hint="split it into several files"))
            return None
        return full.read_bytes()
    except OSError as error:
        hint = "look at its owner and rights"
        issues.append(Issue(place=place, message=f"the file cannot be read: {error.strerror}", hint=hint))
        return None


def find_pack(name_or_path: str) -> dict[str, bytes]:
    """The files of a pack: a shipped one by its name, else a folder or an archive by its path; else refused."""
    names = shipped_names()
    if name_or_path in names:
        return read_folder(SHIPPED / name_or_path)
    path = Path(name_or_path)
    try:
        if (path / "pack.yaml").is_file():
            return read_folder(path)
        if path.is_file():
            return unpack_archive(path.read_bytes(), str(path))
        is_folder = path.is_dir()
    except (OSError, ValueError):  # a name too long, or with a NUL
        is_folder = False
    if is_folder:
        raise refuse(
            "the folder has no pack.yaml", "is it the pack's own folder?", Place(file=f"{name_or_path}/pack.yaml")
        )
    hint = nearest(name_or_path, names, otherwise=f"shipped are {', '.join(names)}; else give a path")
    raise refuse(f"no pack is called {name_or_path!r}, and no folder or archive has that path", hint)
