"""The files that a comparison leaves."""

import json
import os
from pathlib import Path

from .problems import Problem


def write_record(record: dict, file: Path) -> None:
    """Writes a record so that the file is whole at every moment."""
    temporary = file.with_suffix(".part")
    temporary.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    os.replace(temporary, file)


def read_record(file: Path, kind: str) -> dict:
    """Reads what `write_record` wrote."""
    try:
        record = json.loads(file.read_text())
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}", Problem.NO_INPUT) from error
    except ValueError as error:
        raise Problem(f"{file}: expected JSON, found {error}", 65) from error
    if not isinstance(record, dict) or record.get("kind") != kind:
        raise Problem(f"{file}: expected a record of kind {kind}", 65)
    return record
