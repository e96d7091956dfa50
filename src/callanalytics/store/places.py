"""What a store's place means for it: a sync service keeps what was deleted, a network's disk may not hold a lock."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # of Linux; elsewhere there is none, and the path alone tells
SYNCED = re.compile(
    r"onedrive|sharepoint|dropbox|google ?drive|icloud|mobile documents|cloudstorage|nextcloud|owncloud|seafile"
    r"|syncthing|egnyte|pcloud|box ?sync|^box$|^box-",
    re.IGNORECASE,
)
NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|afs|ceph|fuse\.(?:sshfs|glusterfs|rclone|davfs2?)|davfs2?|9p")


def warnings(root: Path) -> list[str]:
    """What a person should know of the place of a store; nothing of an ordinary folder.

    >>> warnings(Path("/home/ng/Dropbox (Alder)/calls"))[0][:40]
    'the store lies in Dropbox (Alder): a syn'
    """
    told = []
    if synced := next((part for part in root.parts if SYNCED.search(part)), ""):
        told.append(
            f"the store lies in {synced}: a sync service keeps what was deleted, and may mix two computers' rows"
        )
    if on_network(root):
        told.append(
            "the store lies on a network's disk: two computers that write at once may not see each other there, and a "
            "power cut may take what was said to be stored; a disk of this computer is safer"
        )
    return told


def on_network(root: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a folder lies on a disk of another computer, as far as this system tells."""
    if root.drive.startswith("\\\\"):  # \\server\share
        return True
    try:
        listed = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    told = (line.partition(" - ") for line in listed if " - " in line)
    places = [(Path(_unescaped(left.split()[4])), right.split()[0]) for left, _, right in told]
    here = [(len(place.parts), kind) for place, kind in places if place == root or place in root.parents]
    return bool(here) and bool(NETWORK.fullmatch(max(here)[1]))


def _unescaped(place: str) -> str:
    r"""A mount's place as a path: blanks and the like stand as octal numbers.

    >>> _unescaped(r"/mnt/firm\040files")
    '/mnt/firm files'
    """
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place)
