"""The rows of a record: what was tried, how often, and whether it held."""

import datetime
import json
import os
import pathlib
import platform


def machine() -> str:
    """The processor, how many of them, and today's date."""
    name = platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    name = line.split(":", 1)[1].strip()
                    break
    except OSError:
        pass
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    noun = "processor" if count == 1 else "processors"
    return f"{name}, {count} {noun}, {datetime.date.today().isoformat()}"


def keep(path: pathlib.Path, rows: list[dict]) -> None:
    """Puts rows into a record, in the place of older ones of the same name."""
    old = json.loads(path.read_text()) if path.exists() else []
    new = {row["attack"]: row for row in rows}
    merged = [new.pop(row["attack"], row) for row in old] + list(new.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + f".{os.getpid()}")
    temporary.write_text(json.dumps(merged, indent=2, ensure_ascii=False) + "\n")
    temporary.replace(path)
