"""Whether a folder is a safe home for a live shop file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_

CLOUD_FOLDERS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "mobile documents", "box sync")
NETWORK_SYSTEMS = ("nfs", "nfs4", "cifs", "smbfs", "smb3", "afpfs", "webdav", "davfs", "fuse.sshfs", "9p")


def require_safe(path: Path) -> None:
    """Raise EnvironmentFault when ``path`` lies on a network drive or in a folder a cloud program copies."""
    folder = path.expanduser().absolute().parent
    if is_cloud(folder):
        raise EnvironmentFault(
            N_("%(folder)s is copied by a cloud program, which damages a file in use."),
            N_("Keep the shop on this computer instead and back up to that folder."),
            folder=str(folder),
        )
    if _is_network(folder):
        raise EnvironmentFault(
            N_("%(folder)s is a network drive; a shop file in use is not safe there."),
            N_("Keep the shop on this computer instead and back up to that drive."),
            folder=str(folder),
        )


def is_cloud(folder: Path) -> bool:
    """Whether a cloud program copies what lies in ``folder``."""
    return any(part.lower().startswith(CLOUD_FOLDERS) for part in folder.parts)


def _is_network(folder: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        remote = 4  # DRIVE_REMOTE, GetDriveTypeW
        return str(folder).startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == remote
    return _mount_type(folder) in NETWORK_SYSTEMS


def _mount_type(folder: Path) -> str:
    """The file system a folder is on, from /proc/mounts; "" where there is none (macOS)."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best = ("", "")
    real = os.path.realpath(folder)
    for line in lines:
        _device, mount, kind, *_rest = line.split()
        if len(mount) > len(best[0]) and (real + "/").startswith(mount.rstrip("/") + "/"):
            best = (mount, kind)
    return best[1]
