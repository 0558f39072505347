"""Changed bits and cut files: refused with one line, or read as if nothing had happened."""

import pathlib
import shutil

from support import safetensors
from support.bench import FILE_STATUSES, Bench, Plan, remove
from support.tally import Tally, Unable


def attack(bench: Bench) -> list[Tally]:
    tiny = Plan(bench, 4, 2, bench.tiny_digits)
    model = tiny.undisturbed[0] / "model.safetensors"
    usual = bench.plan(epochs=1).undisturbed[0] / "model.safetensors"
    data = ("--data", bench.tiny_digits)
    flips = Tally("bits of models", "each bit of a small model, by info; a stride by evaluate")
    flipped(bench, flips, model, ["info"], [], 1 if not bench.quick else 997)
    flipped(bench, flips, model, ["evaluate"], data, 61 if not bench.quick else 4999)
    flipped(bench, flips, usual, ["info"], [], 499 if not bench.quick else 49999)
    cuts = Tally("lengths of models", "cut to each length, by info; and made longer")
    cut(bench, cuts, model, ["info"], [], 1 if not bench.quick else 499)
    cut(bench, cuts, usual, ["evaluate"], ("--data", bench.small_digits), 97 if not bench.quick else 9973)
    checkpoints = Tally("bits of checkpoints", "a stride of bits and lengths, by --resume")
    for plan in (tiny, careful(bench)):
        resumed(bench, plan, checkpoints)
    return [flips, cuts, checkpoints, texts(bench, tiny)]


def careful(bench: Bench) -> Plan:
    """A training whose checkpoint holds all that a checkpoint can."""
    plan = Plan(bench, 4, 2, bench.tiny_digits)
    plan.words[1:1] = ["--optimizer", "adamw", "--patience", "9"]
    return plan


def changed_bit(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def bits(content: bytes, stride: int) -> range:
    return range(0, 8 * len(content), stride)


def lengths(content: bytes, stride: int) -> list[bytes]:
    """Beginnings of a file, and the file with more behind it."""
    longer = [content + end for end in (b"\0", b" ", b"\0" * 8, content)]
    return [content[:length] for length in range(0, len(content), stride)] + longer


def flipped(bench, tally: Tally, model: pathlib.Path, before, after, stride: int) -> None:
    content = model.read_bytes()
    judge = Judge(bench, tally, before, after, content)
    for bit in bits(content, stride):
        judge.look(f"{len(content)} bytes, bit {bit % 8} of byte {bit // 8}", changed_bit(content, bit))


def cut(bench, tally: Tally, model: pathlib.Path, before, after, stride: int) -> None:
    content = model.read_bytes()
    judge = Judge(bench, tally, before, after, content)
    for part in lengths(content, stride):
        judge.look(f"{len(part)} of {len(content)} bytes", part)


class Judge:
    """Gives a command wrong versions of a model."""

    def __init__(self, bench: Bench, tally: Tally, before, after, content: bytes):
        self.bench = bench
        self.tally = tally
        self.path = bench.new_folder().with_suffix(".safetensors")
        self.path.write_bytes(content)
        self.words = [*before, self.path, *after]
        self.right = bench.lockstep.run(*self.words)
        if self.right.status != 0:
            raise Unable(f"{before[0]} of a good model: {self.right.summary}")

    def look(self, label: str, content: bytes) -> None:
        self.path.write_bytes(content)
        with self.tally.case(f"{self.words[0]}, {label}") as case:
            case.command = self.bench.lockstep.text(*self.words)
            outcome = self.bench.lockstep.run(*self.words)
            self.tally.saw(outcome)
            if outcome.status == 0:
                case.require(outcome.out == self.right.out, "another answer")
            else:
                require_refusal(case, outcome)


def require_refusal(case, outcome) -> None:
    case.require(not outcome.timed_out and outcome.status in FILE_STATUSES, outcome.summary)
    lines = outcome.err.splitlines()
    case.require(
        len(lines) == 1 and lines[0].startswith("lockstep: "), f"says {outcome.err[:300]!r}")


def resumed(bench: Bench, plan: Plan, tally: Tally) -> None:
    template = plan.interrupted()
    content = (template / "checkpoint.safetensors").read_bytes()
    changed = [
        (f"bit {bit % 8} of byte {bit // 8}", changed_bit(content, bit))
        for bit in bits(content, 13 if not bench.quick else 4999)]
    changed += [
        (f"{len(part)} bytes", part)
        for part in lengths(content, 17 if not bench.quick else 1009)]
    folder = None
    for label, part in changed:
        if folder is None:
            folder = bench.new_folder()
            shutil.copytree(template, folder)
        checkpoint = folder / "checkpoint.safetensors"
        checkpoint.write_bytes(part)
        with tally.case(f"{len(content)} bytes, {label}") as case:
            words = ["train", "--resume", folder]
            case.command = bench.lockstep.text(*words)
            outcome = bench.lockstep.run(*words)
            tally.saw(outcome)
            if outcome.status == 0:
                plan.require_finished(case, folder, "resumed")
            else:
                require_refusal(case, outcome)
                case.require(checkpoint.read_bytes() == part, "the checkpoint was changed")
        if outcome.status == 0:
            remove(folder)
            folder = None


# What may stand in a text file instead of what the command wrote.
GARBAGE = (
    ("nothing", b""), ("zeros", b"\0" * 5000), ("no UTF-8", b"\xff\xfe\xff" * 99),
    ("another kind", b"[1, 2, 3]\n"), ("an empty record", b"{}\n"),
    ("deep nesting", b"[" * 200_000 + b"\n"), ("deep objects", b'{"a":' * 200_000 + b"\n"),
    ("a long line", b"9" * 3_000_000), ("a huge number", b'{"epoch":1e999,"steps":-1}\n'),
    ("a far epoch", b'{"epoch":9223372036854775807,"steps":1,"learning_rate":1,"train_loss":1}\n'),
    ("lines", b"\n" * 100_000),
)


def texts(bench: Bench, plan: Plan) -> Tally:
    """Wrong text files of a run: --resume works, or says what is wrong."""
    tally = Tally("texts of runs", "run.json, log.jsonl, log.csv: cut, flipped, replaced, missing")
    template = plan.interrupted()
    for name in ("run.json", "log.jsonl", "log.csv"):
        content = (template / name).read_bytes()
        random = bench.random("texts", name)
        wrong = list(GARBAGE) + [("missing", None), ("a folder", None), ("a link to itself", None)]
        for _ in range(bench.count(150, 3)):
            bit = random.randrange(8 * len(content))
            wrong.append((f"bit {bit}", changed_bit(content, bit)))
        for _ in range(bench.count(50, 2)):
            length = random.randrange(len(content))
            wrong.append((f"{length} bytes", content[:length]))
        for label, replacement in wrong if not bench.quick else wrong[::3]:
            folder = bench.new_folder()
            shutil.copytree(template, folder)
            path = folder / name
            path.unlink()
            if label == "a folder":
                path.mkdir()
            elif label == "a link to itself":
                path.symlink_to(path)
            elif replacement is not None:
                path.write_bytes(replacement)
            with tally.case(f"{name}, {label}") as case:
                case.command = bench.lockstep.text("train", "--resume", folder)
                outcome = bench.lockstep.run("train", "--resume", folder)
                tally.saw(outcome)
                if outcome.status == 0:
                    plan.require_finished(case, folder, "resumed")
                else:
                    require_refusal(case, outcome)
                if (folder / "model.safetensors").exists():
                    found = safetensors.fingerprint(folder / "model.safetensors")
                    case.require(found == plan.fingerprint, f"fingerprint {found}")
            remove(folder)
    return tally
