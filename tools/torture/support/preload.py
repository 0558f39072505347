"""The library that meddles with the system's calls, and the environment that asks it to."""

import errno
import pathlib
import shutil
import subprocess

from support.tally import Unable

SOURCE = pathlib.Path(__file__).with_name("interpose.c")

# Calls that change something on the disk, and all that can fail.
WRITING = ("open", "write", "fsync", "rename", "close", "link", "unlink", "mkdir", "flock")
ALL = WRITING + ("read", "mmap")


class Preload:
    """The compiled library."""

    def __init__(self, folder: pathlib.Path):
        self.path = folder / "interpose.so"
        compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
        if compiler is None:
            raise Unable("no C compiler found: install gcc or clang")
        built = subprocess.run(
            [compiler, "-O1", "-shared", "-fPIC", "-o", self.path, SOURCE, "-ldl"],
            capture_output=True, text=True)
        if built.returncode != 0:
            raise Unable(f"{compiler} cannot build {SOURCE}:\n{built.stderr}")

    def _environment(self, **settings) -> dict[str, str]:
        names = {f"TORTURE_{name.upper()}": str(value) for name, value in settings.items()}
        return {"LD_PRELOAD": str(self.path), **names}

    def counting(self, calls, log) -> dict[str, str]:
        return self._environment(calls=",".join(calls), log=log)

    def killing(self, calls, at: int) -> dict[str, str]:
        return self._environment(calls=",".join(calls), at=at, action="kill")

    def killing_half_done(self, at: int) -> dict[str, str]:
        """A kill in the middle of a write."""
        return self._environment(calls="write", at=at, action="half")

    def failing(self, calls, at: int, error: str) -> dict[str, str]:
        """A call that fails; `error` is a name such as EIO, `at` 0 means every one."""
        number = getattr(errno, error)
        return self._environment(calls=",".join(calls), at=at, action="fail", number=number)

    def failing_from(self, calls, at: int, error: str) -> dict[str, str]:
        """Calls that fail from one on, as those on a disk that has died."""
        return {**self.failing(calls, at, error), "TORTURE_ONWARD": "1"}

    def shortening(self, calls) -> dict[str, str]:
        """Reads and writes of half of what was asked for."""
        return self._environment(calls=",".join(calls), at=0, action="short")

    def delaying(self, calls, microseconds: int) -> dict[str, str]:
        return self._environment(calls=",".join(calls), at=0, action="delay", number=microseconds)

    def limited_space(self, byte_count: int) -> dict[str, str]:
        return self._environment(space=byte_count)

    def denying(self, start: str) -> dict[str, str]:
        return self._environment(deny=start)
