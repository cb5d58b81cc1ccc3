// Figures as people read them, and elements without markup in strings: what a cluster names things is never parsed.

const UNITS = ["", "k", "M", "G", "T"];

/** 0, 7.5, 320, 1.2k: three digits or fewer. */
export function figure(value) {
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = value !== 0 && value < 10 && (unit > 0 || !Number.isInteger(value)) ? 1 : 0;
  return value.toFixed(digits) + UNITS[unit];
}

/** Bytes a second. */
export function byteRate(value) {
  return value < 1000 ? `${figure(value)} B/s` : `${figure(value)}B/s`;
}

/** 12s, 5m, 3h, 2d, as kubectl has it. */
export function age(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}

/** An element with a class and children, which are elements or text. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An empty sparkline. */
export function sparkline() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 60 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const kind of ["area", "line"]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", kind);
    path.setAttribute("vector-effect", "non-scaling-stroke");
    svg.append(path);
  }
  return svg;
}

/** Draws values, the newest at the right, between nothing and their greatest. */
export function drawSparkline(svg, values, slots) {
  const [area, line] = svg.children;
  if (values.length < 2) {
    area.removeAttribute("d");
    line.removeAttribute("d");
    return;
  }
  const top = Math.max(...values, 1e-9);
  const step = 60 / (slots - 1);
  const points = values.map((value, i) =>
    `${(60 - (values.length - 1 - i) * step).toFixed(1)} ${(19 - 18 * value / top).toFixed(1)}`);
  const start = (60 - (values.length - 1) * step).toFixed(1);
  line.setAttribute("d", `M${points.join("L")}`);
  area.setAttribute("d", `M${start} 20L${points.join("L")}L60 20Z`);
}
