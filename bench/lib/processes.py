"""Processes that are started here, and what the kernel counts of them."""
import os
import signal
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A process in the background with all that it starts. Its output goes to a file, shown when it ends too early."""

    def __init__(self, name, argv, work):
        self.name = name
        self.log = Path(work) / f"{name}.out"
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, start_new_session=True)

    def pids(self):
        """This process and those below it."""
        found, ahead = [], [self.process.pid]
        while ahead:
            pid = ahead.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    ahead += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
            except FileNotFoundError:
                pass
        return found

    def cpu_seconds(self):
        """User and system time so far, of all threads, those that ended included."""
        return sum(ticks(f"/proc/{pid}/stat") for pid in self.pids()) / TICKS

    def cpu_seconds_by_thread(self):
        """The same for each living thread of the process: its name and number to seconds."""
        pid = self.process.pid
        return {(Path(f"/proc/{pid}/task/{task}/comm").read_text().strip(), task):
                ticks(f"/proc/{pid}/task/{task}/stat") / TICKS for task in os.listdir(f"/proc/{pid}/task")}

    def private_dirty(self):
        """Bytes of memory that would be free without these processes and can be on no disk."""
        return sum(kilobytes(f"/proc/{pid}/smaps_rollup", "Private_Dirty:") for pid in self.pids()) * 1024

    def private_dirty_within(self, low, high):
        """The same of a part of the first process's addresses; a mapping that reaches beyond counts by its share."""
        size, inside = 0, 0
        for line in Path(f"/proc/{self.process.pid}/smaps").read_text().splitlines():
            words = line.split()
            if "-" in words[0] and not words[0].endswith(":"):
                begin, end = (int(address, 16) for address in words[0].split("-"))
                inside = max(0, min(end, high) - max(begin, low)) / (end - begin)
            elif words[0] == "Private_Dirty:":
                size += int(words[1]) * inside
        return int(size * 1024)

    def resident(self):
        """Bytes of memory in use, shared pages included."""
        return sum(kilobytes(f"/proc/{pid}/status", "VmRSS:") for pid in self.pids()) * 1024

    def check(self):
        """Fails when the process has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")

    def await_true(self, what, condition, seconds=180):
        """Waits for a condition, and for so long at most."""
        end = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name}: {what}: not within {seconds} s:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.002)

    def stop(self):
        """Ends it now: what is measured keeps nothing worth saving."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def ticks(path):
    """User and system time of a stat file of /proc; 0 when the process has ended since."""
    try:
        fields = Path(path).read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) + int(fields[12])


def kilobytes(path, key):
    """A number of a status file of /proc; 0 when the process has ended since."""
    try:
        lines = Path(path).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)
