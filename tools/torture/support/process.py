"""Runs the command and keeps how it ended."""

import dataclasses
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import threading

# A command that has not ended after this time hangs. No command of an attack takes a hundredth of it.
TIMEOUT_SECONDS = 300

# A crash is seen by its status; a backtrace takes seconds and may hang where calls fail.
QUICK_END = {"SWIFT_BACKTRACE": "enable=no"}


@dataclasses.dataclass
class Outcome:
    """How a process ended. A negative status is that of a signal, as in `subprocess`."""

    status: int
    out: str
    err: str
    timed_out: bool
    peak_bytes: int

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint that a training printed."""
        for line in self.out.splitlines():
            if line.startswith("fingerprint"):
                return line.split()[-1]
        return None

    @property
    def summary(self) -> str:
        if self.timed_out:
            return "did not end"
        how = f"signal {-self.status}" if self.status < 0 else f"status {self.status}"
        last = self.err.strip().splitlines()[-1:] or ["nothing on standard error"]
        return f"{how}, {last[0][:300]!r}"


class Started:
    """A process that is going on."""

    def __init__(self, words, env=None, cwd=None, preexec=None, stdout=None, stderr=None):
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            words, env={**os.environ, **QUICK_END, **(env or {})}, cwd=cwd, preexec_fn=preexec,
            stdin=subprocess.DEVNULL, stdout=self._out if stdout is None else stdout,
            stderr=self._err if stderr is None else stderr)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is None

    def send(self, number: int) -> None:
        """Sends a signal; nothing where the process has ended."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    @property
    def out_so_far(self) -> str:
        return os.pread(self._out.fileno(), 1 << 24, 0).decode(errors="replace")

    def finish(self, timeout: float = TIMEOUT_SECONDS) -> Outcome:
        """Waits for the end; a process that does not end is killed."""
        late = threading.Event()

        def end():
            late.set()
            self.send(signal.SIGKILL)

        timer = threading.Timer(timeout, end)
        timer.start()
        try:
            _, status, usage = os.wait4(self.pid, 0)
        finally:
            timer.cancel()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (self._out, self._err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
            file.close()
        return Outcome(
            self.process.returncode, texts[0], texts[1], late.is_set(), usage.ru_maxrss * 1024)


def shell_text(words, env=None) -> str:
    """The command as it would be typed."""
    settings = [f"{name}={shlex.quote(str(value))}" for name, value in (env or {}).items()]
    return " ".join(settings + [shlex.quote(str(word)) for word in words])


class Lockstep:
    """The command under test."""

    def __init__(self, binary: pathlib.Path):
        self.binary = str(binary)

    def start(self, *words, **options) -> Started:
        return Started([self.binary, *map(str, words)], **options)

    def run(self, *words, timeout: float = TIMEOUT_SECONDS, **options) -> Outcome:
        return self.start(*words, **options).finish(timeout)

    def run_with_pipes(self, *words, preexec=None) -> Outcome:
        """A run whose output goes into pipes instead of files."""
        process = subprocess.Popen(
            [self.binary, *map(str, words)], preexec_fn=preexec, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        late = False
        try:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            late = True
        return Outcome(process.returncode, out, err, late, 0)

    def text(self, *words, env=None) -> str:
        return shell_text([self.binary, *words], env)
