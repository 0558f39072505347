"""Disks of too little room, and limits of the size of files."""

import pathlib
import resource

from support import namespace
from support.bench import (
    FILE_STATUSES, Bench, Plan, remove, require_status, require_whole, temporary_files)
from support.tally import Tally

PAGE = 4096


def attack(bench: Bench) -> list[Tally]:
    plan = bench.plan(epochs=3)
    # Computed before a process with mounts of its own needs it.
    plan.fingerprint
    tallies = []
    mounted = bench.work / "disk"
    if namespace.can_mount(mounted):
        full = Tally("full disk", "file systems in memory of 1 page to all that a run needs")
        full.add(namespace.inside(lambda: full_disks(bench, plan, mounted)))
        nodes = Tally("no free inodes", "file systems with room for 1 to 12 files")
        nodes.add(namespace.inside(lambda: few_files(bench, plan, mounted)))
        tallies += [full, nodes]
    # Checkpoints are written several times over, and a run ends with room to spare at the last level.
    written = sum(sizes(plan)) * 3
    tallies.append(limited_writes(bench, plan, written))
    largest = max(sizes(plan))
    tallies.append(limited_files(bench, plan, largest))
    return tallies


def sizes(plan: Plan) -> list[int]:
    """The sizes of an undisturbed run's files."""
    return [path.stat().st_size for path in plan.undisturbed[0].rglob("*") if path.is_file()]


def levels(bench: Bench, most: int, full: int, quick: int) -> list[int]:
    """Sizes from nearly nothing to all that is needed."""
    count = bench.count(full, quick)
    return [most * index // (count - 1) for index in range(count)]


def full_disks(bench: Bench, plan: Plan, mounted: pathlib.Path) -> list:
    tally = Tally("full disk")
    pages = sum(-(-size // PAGE) for size in sizes(plan)) + 40
    for size in sorted({max(1, level) for level in levels(bench, pages, 40, 6)}):
        on_disk(bench, plan, tally, mounted, f"size={size * PAGE}", "size=64m")
    return tally.counts


def few_files(bench: Bench, plan: Plan, mounted: pathlib.Path) -> list:
    tally = Tally("no free inodes")
    for count in range(1, 13, 1 if not bench.quick else 4):
        on_disk(bench, plan, tally, mounted, f"nr_inodes={count},size=64m", "nr_inodes=9999")
    return tally.counts


def on_disk(bench: Bench, plan: Plan, tally: Tally, mounted, options: str, more: str) -> None:
    """A run on a disk of its own, which then gets more room."""
    with tally.case(options) as case:
        namespace.mount_memory(mounted, options)
        try:
            folder = mounted / "run"
            case.command = (
                f"mount -t tmpfs -o {options} torture {mounted}; "
                + bench.lockstep.text(*plan.words, folder))
            outcome = bench.lockstep.run(*plan.words, folder)
            tally.saw(outcome)
            judge(bench, plan, case, folder, outcome)
            namespace.mount_memory(mounted, more, again=True)
            plan.go_on(case, folder)
            left = temporary_files(folder)
            case.require(not left, f"{', '.join(left)} left")
        finally:
            namespace.unmount(mounted)


def judge(bench: Bench, plan: Plan, case, folder: pathlib.Path, outcome) -> None:
    require_status(case, outcome, 0, *FILE_STATUSES)
    if outcome.fingerprint is not None:
        case.require(
            outcome.fingerprint == plan.fingerprint, f"fingerprint {outcome.fingerprint}")
    if outcome.status == 0:
        plan.require_finished(case, folder, "status 0")
    require_whole(case, bench, folder)


def limited_writes(bench: Bench, plan: Plan, most: int) -> Tally:
    """No space left after a number of bytes, without a disk of its own."""
    tally = Tally("no space left", "ENOSPC after a number of bytes")
    for size in levels(bench, most, 100, 8):
        folder = bench.new_folder()
        environment = bench.preload.limited_space(size)
        with tally.case(f"{size} bytes") as case:
            case.command = bench.lockstep.text(*plan.words, folder, env=environment)
            outcome = bench.lockstep.run(*plan.words, folder, env=environment)
            tally.saw(outcome)
            judge(bench, plan, case, folder, outcome)
            plan.go_on(case, folder)
        remove(folder)
    return tally


def limited_files(bench: Bench, plan: Plan, largest: int) -> Tally:
    """Limits of a file's size, beyond which the system sends SIGXFSZ."""
    tally = Tally("limit of file size", "ulimit -f: SIGXFSZ must not end the command")
    for size in levels(bench, largest + 4096, 60, 8):
        folder = bench.new_folder()

        def limit(size=size):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        with tally.case(f"{size} bytes") as case:
            case.command = f"prlimit --fsize={size} " + bench.lockstep.text(*plan.words, folder)
            # Standard output and error are no files here: the limit would hold for them, too.
            outcome = bench.lockstep.run_with_pipes(*plan.words, folder, preexec=limit)
            tally.saw(outcome)
            judge(bench, plan, case, folder, outcome)
            plan.go_on(case, folder)
        remove(folder)
    return tally
