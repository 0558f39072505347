"""Mounts of one's own, where the system allows them: as root, or as root of a user namespace."""

import ctypes
import json
import os
import pathlib
import sys
import traceback

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_REMOUNT = 32
MS_REC = 16384
MS_PRIVATE = 1 << 18

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount_memory(folder: pathlib.Path, options: str, again: bool = False) -> None:
    """Mounts a file system in memory, or changes the limits of one."""
    flags = MS_REMOUNT if again else 0
    _check(_libc.mount(b"torture", os.fsencode(folder), b"tmpfs", flags, options.encode()))


def unmount(folder: pathlib.Path) -> None:
    _check(_libc.umount2(os.fsencode(folder), 2))


def _enter() -> None:
    user, group = os.getuid(), os.getgid()
    if user == 0:
        _check(_libc.unshare(CLONE_NEWNS))
    else:
        _check(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _check(_libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))


def inside(function):
    """Calls a function in a process with mounts of its own.

    Returns what it returns, as JSON keeps it. Raises OSError where the system does not allow it.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            try:
                _enter()
                answer = {"value": function()}
            except OSError as error:
                answer = {"errno": error.errno, "text": str(error)}
            with os.fdopen(writer, "w") as file:
                json.dump(answer, file)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    answer = json.loads(text or '{"errno": 5, "text": "the process in the namespace failed"}')
    if "value" not in answer:
        raise OSError(answer["errno"], answer["text"])
    return answer["value"]


def can_mount(folder: pathlib.Path) -> bool:
    """Whether file systems can be mounted here."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        inside(lambda: mount_memory(folder, "size=64k"))
    except OSError:
        return False
    return True
