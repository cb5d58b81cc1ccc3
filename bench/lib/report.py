"""The tables: of each workload and proxy, of goals, and of what moved."""
from dataclasses import dataclass
from statistics import median

MOVED = 0.03  # less is noise


@dataclass(frozen=True)
class Spread:
    """The middle of some values, and their ends."""

    middle: float
    low: float
    high: float

    @staticmethod
    def of(values):
        return Spread(median(values), min(values), max(values))

    def __str__(self):
        return f"{number(self.middle)} ({number(self.low)}–{number(self.high)})"


def number(value):
    """Three digits that matter."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratios(workload, samples, peers=None):
    """This proxy's figure ÷ the best of the peers, round by round."""
    peers = peers or best_of(workload)
    return [ours["figure"] / min(samples[peer][i]["figure"] for peer in peers)
            for i, ours in enumerate(samples["kube-proxy"])]


def best_of(workload):
    """Memory is compared with nginx alone."""
    return workload.peers[:1] if workload.figure == "memory" else workload.peers


def figures_table(workloads, rows):
    lines = [["", "workload", "proxy", "figure", "unit", "this ÷ that", "per second", "p50 µs", "p99 µs"]]
    for workload in measured(workloads, rows):
        samples = rows[workload.name]
        for name in samples:
            first = name == "kube-proxy"
            lines.append([
                workload.name if first else "", workload.title if first else "", name,
                str(Spread.of([sample["figure"] for sample in samples[name]])), workload.unit,
                "" if first else str(Spread.of(ratios(workload, samples, [name]))),
                *(middle(samples[name], key) for key in ("rate", "p50", "p99")),
            ])
    return table(lines)


def goals_table(workloads, rows, baseline):
    """Ratio to the better peer, the goal, and what it was at the baseline."""
    lines = [["", "workload", "÷ better peer", "goal", "", "baseline", "moved"]]
    for workload in measured(workloads, rows):
        ratio = Spread.of(ratios(workload, rows[workload.name]))
        met = "met" if ratio.middle <= workload.goal else "missed"
        before = baseline.get(workload.name)
        lines.append([workload.name, workload.title, str(ratio), f"≤ {workload.goal:.2f}", met,
                      *against(ratio, before and Spread.of(ratios(workload, before)))])
    return table(lines)


def control_table(figures, rows, baseline):
    lines = [["", "control plane", "figure", "unit", "goal", "", "baseline", "moved"]]
    for figure in figures:
        if figure.name not in rows:
            continue
        now, before = Spread.of(rows[figure.name]), baseline.get(figure.name)
        met = "" if figure.goal is None else "met" if now.middle <= figure.goal else "missed"
        lines.append([figure.name, figure.title, str(now), figure.unit, "" if figure.goal is None
                      else f"≤ {number(figure.goal)}", met, *against(now, before and Spread.of(before))])
    return table(lines)


def against(now, before):
    """The baseline, and the change when it is outside of what was seen then."""
    if not before:
        return "–", ""
    change = now.middle / before.middle - 1
    moved = abs(change) > MOVED and not before.low <= now.middle <= before.high
    return str(before), f"{change:+.0%}" if moved else ""


def measured(workloads, rows):
    return [workload for workload in workloads if workload.name in rows]


def middle(samples, key):
    values = [sample[key] for sample in samples if sample[key] is not None]
    return number(median(values)) if values else "–"


def table(lines):
    """Markdown that is aligned to be read as it is; empty when there is only the head."""
    if len(lines) == 1:
        return ""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rows = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([rows[0], rule, *rows[1:], ""])
