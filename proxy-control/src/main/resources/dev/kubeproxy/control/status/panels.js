// What is wrong, and what happened: listeners that fail, and recent events.

import { age, element } from "./format.js";

function fill(root, items, empty) {
  root.replaceChildren(items.length > 0 ? element("ul", "", ...items) : element("p", "empty", empty));
}

export function drawListeners(root, total, answer) {
  total.textContent = answer.failing === 0 ? `${answer.listening}` : `${answer.listening}, ${answer.failing} fail`;
  total.className = answer.failing === 0 ? "" : "bad";
  const items = answer.failures.map(listener =>
    element("li", "", element("span", "mono", listener.frontend), ` of ${listener.owner}: `,
      element("span", "bad", listener.why)));
  if (answer.failing > items.length) items.push(element("li", "soft", `and ${answer.failing - items.length} more`));
  fill(root, items, "None: all addresses are listened on.");
}

export function drawEvents(root, answer) {
  const items = answer.events.map(event =>
    element("li", "", element("span", "soft", `${age(event.ageMillis)} ago `),
      element("span", event.type === "Warning" ? "bad" : "", `${event.reason} `), `${event.about}: ${event.note}`));
  fill(root, items, "Nothing happened since the start.");
}
