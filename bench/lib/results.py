"""What was measured, as files: the latest run, which git ignores, and the baseline, which it keeps."""
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
LATEST = BENCH / "results/latest.json"
BASELINE = BENCH / "baseline.json"
PAGE = BENCH.parent / "docs/performance.md"
FROM, TO = "<!-- bench/run --keep writes from here -->\n", "<!-- to here -->\n"


@dataclass
class Results:
    """Samples of workloads by row and proxy, values of the control plane by figure, and the machine they are from."""

    machine: dict
    day: str = field(default_factory=lambda: date.today().isoformat())
    rows: dict = field(default_factory=dict)
    control: dict = field(default_factory=dict)
    failed: list = field(default_factory=list)

    @contextmanager
    def tolerating(self, name):
        """A row that cannot be measured is told, and the others go on. What there is, is written after each."""
        try:
            yield
            self.write()
        except (RuntimeError, subprocess.TimeoutExpired) as fault:
            print(f"bench: {name}: {fault}", file=sys.stderr)
            self.failed.append(name)

    def write(self, path=LATEST):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, default=float) + "\n")


def baseline():
    return Results(**json.loads(BASELINE.read_text())) if BASELINE.exists() else Results({})


def keep(measured):
    """Puts new rows in place of the baseline's; the others stay."""
    old = baseline()
    new = Results(measured.machine, measured.day, old.rows | measured.rows, old.control | measured.control)
    new.write(BASELINE)
    return new


def publish(kept, tables):
    """Writes a baseline's tables into the documentation."""
    machine = kept.machine
    words = (f"Measured {kept.day} on {machine['cpu']}, {machine['memory']}, {machine['kernel']}; {machine['java']}; "
             f"{machine['haproxy']}; {machine['nginx']}; {machine['descriptors']:,} file descriptors a process. "
             f"Load of the machine before it began: {machine['load']:.1f}.")
    before, rest = PAGE.read_text().split(FROM)
    after = rest.split(TO)[1]
    PAGE.write_text("\n".join([before + FROM, words, "", "![ratios](performance.svg)", "", *tables, TO]) + after)
