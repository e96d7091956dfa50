"""The steps of a commit, in the order that survives a kill, a full disk and a power cut.

====  ==================================================================================================
 1    sweep what an interrupted commit left under temporary names
 2    ``sources/<id>``: write, sync each file, sync the folder, give it its name, sync the name
 3    ``published/<version>``: the same, every table and the manifest, re-read before it gets its name
 4    ``CURRENT``: write, sync, replace, sync the name. **This is the commit**
 5    second names in the root for people; remade at the next opening if this is cut off
 6    remove versions beyond the newest three, and sources that none of these name
====  ==================================================================================================

Until step 4 a reader sees the old state, from it on the new one; no step leaves a third.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from callanalytics.store import layout, migrations
from callanalytics.store.disk import Disk


def sweep(root: Path, disk: Disk) -> None:
    """Remove what stands under temporary names. Only for the holder of the lock: no one else writes."""
    for folder in (root, root / layout.SOURCES, root / layout.PUBLISHED):
        for name in disk.names(folder):
            if layout.is_temporary(name):
                disk.remove(folder / name)


def write_folder(target: Path, files: dict[str, bytes], disk: Disk, check=None) -> None:
    """Write a folder of files that is there as a whole or not at all.

    ``check(folder)`` looks at what was written before the folder gets its name.
    """
    disk.make_folder(target.parent)
    draft = layout.temporary(target)
    disk.remove(draft)
    disk.make_folder(draft)
    for name, data in files.items():
        disk.write(draft / name, data)
    disk.sync_folder(draft)
    if check:
        check(draft)
    # A folder of that name that no version speaks of: a commit that was cut off before CURRENT.
    retire(target, disk)
    disk.replace(draft, target)
    disk.sync_folder(target.parent)


def write_file(target: Path, data: bytes, disk: Disk) -> None:
    """Put a file in place of another in one step."""
    draft = layout.temporary(target)
    disk.remove(draft)
    disk.write(draft, data)
    disk.replace(draft, target)
    disk.sync_folder(target.parent)


def point_current(root: Path, version: str, disk: Disk) -> None:
    """The commit point: from here on the version is in force."""
    write_file(root / layout.CURRENT, f"{version}\n".encode(), disk)


def links_are_fresh(root: Path, version: str, disk: Disk) -> bool:
    """Whether the stable names in the root show this version."""
    names = set(disk.names(root))
    if layout.LINKED not in names or not set(_tables(root, version, disk)) <= names:
        return False
    return disk.read(root / layout.LINKED).decode("utf-8", "replace").strip() == version


def link_stable(root: Path, version: str, disk: Disk) -> None:
    """Give the current version's tables their stable names: ``calls.parquet`` and the others in the root.

    A name that a table had in an earlier shape only would show the rows of a version that is gone.
    """
    shown_now = _tables(root, version, disk)
    for former in migrations.BEFORE_3.values():
        if f"{former}.parquet" not in shown_now:
            disk.remove(root / f"{former}.parquet")
    for name in shown_now:
        there, shown = root / layout.PUBLISHED / version / name, root / name
        # Replacing a name by another name of the same file does nothing and leaves both: so look first.
        if shown.exists() and shown.samefile(there):
            continue
        draft = layout.temporary(shown)
        disk.remove(draft)
        disk.link(there, draft)
        disk.replace(draft, shown)
    write_file(root / layout.LINKED, f"{version}\n".encode(), disk)


def _tables(root: Path, version: str, disk: Disk) -> list[str]:
    """The files of a version; one of an earlier shape may have others than today's."""
    return [name for name in disk.names(root / layout.PUBLISHED / version) if name.endswith(".parquet")]


def keep_newest(root: Path, version: str, keep: int, disk: Disk) -> None:
    """Remove versions older than the newest ``keep``, versions never committed, and sources no one names."""
    older = [v for v in layout.versions(root, disk) if layout.number_of(v) < layout.number_of(version)]
    kept = [*older[len(older) - min(keep - 1, len(older)) :], version]
    named = {source["id"] for v in kept for source in layout.manifest_of(root, v, disk)["sources"]}
    for folder, wanted in ((layout.PUBLISHED, kept), (layout.SOURCES, named)):
        _remove_all(root / folder, (n for n in disk.names(root / folder) if n not in wanted), disk)


def _remove_all(folder: Path, names: Iterable[str], disk: Disk) -> None:
    for name in names:
        if name.lower() not in layout.PASSING:
            retire(folder / name, disk)


def retire(path: Path, disk: Disk) -> None:
    """Remove a folder so that a cut-off leaves it whole or under a temporary name, never half of it."""
    if path.exists():
        doomed = layout.temporary(path.with_name(f"{path.name}.gone"))
        disk.remove(doomed)
        disk.replace(path, doomed)
        # Else a power cut may bring the name back and the files not.
        disk.sync_folder(path.parent)
        disk.remove(doomed)
