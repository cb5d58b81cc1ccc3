"""A chart of ratios as SVG: a bar for each row, the goal and the peer marked."""
from statistics import median

from lib.report import measured, ratios

LEFT, RIGHT, ROW, TOP = 330, 60, 26, 50
WIDTH, END = 760, 2.0  # END: the ratio at the right border


def svg(workloads, rows):
    """This proxy's figure ÷ the better peer's: bars that end left of the line at 1 are wins."""
    shown = measured(workloads, rows)
    height = TOP + ROW * len(shown) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        '<text x="10" y="20" font-weight="bold">This proxy ÷ the better of HAProxy and nginx: less is better'
        '</text>',
        '<text x="10" y="38" fill="#666">bar: median of rounds; line: least to most; red: goal</text>',
    ]
    for i, workload in enumerate(shown):
        parts += row(workload, ratios(workload, rows[workload.name]), TOP + ROW * i)
    parts += [line(x(1), TOP - 4, x(1), height - 18, "#333", 1),
              f'<text x="{x(1)}" y="{height - 5}" text-anchor="middle">1.0</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def row(workload, values, top):
    middle, centre = median(values), top + ROW / 2
    colour = "#4a9" if middle <= workload.goal else "#fb6" if middle <= 1 else "#c88"
    return [
        f'<text x="10" y="{centre + 4}">{workload.name} {workload.title}</text>',
        f'<rect x="{LEFT}" y="{top + 5}" width="{x(middle) - LEFT:.1f}" height="{ROW - 10}" fill="{colour}"/>',
        line(x(min(values)), centre, x(max(values)), centre, "#333", 1),
        line(x(workload.goal), top + 2, x(workload.goal), top + ROW - 2, "#c00", 2),
        f'<text x="{WIDTH - RIGHT + 10}" y="{centre + 4}">{middle:.2f}</text>',
    ]


def line(x1, y1, x2, y2, colour, width):
    return f'<line x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}" stroke="{colour}" stroke-width="{width}"/>'


def x(ratio):
    return LEFT + min(ratio, END) / END * (WIDTH - LEFT - RIGHT)
