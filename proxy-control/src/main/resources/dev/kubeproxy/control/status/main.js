// Wires the page: polls, filters, and shows what the address's fragment names. It only ever asks.

import { byteRate, drawSparkline, figure, sparkline } from "./format.js";
import { Store, SLOTS, fetchJson, findJson, matching } from "./store.js";
import { Table } from "./table.js";
import { Detail } from "./detail.js";
import { drawEvents, drawListeners } from "./panels.js";

const POLL_MILLIS = 1000;
const SLOW_POLLS = 5;

const at = id => document.getElementById(id);
const store = new Store();
const text = get => (cell, service) => { cell.textContent = get(service); };
const traffic = service => store.traffic(service);
const descending = get => (one, other) => get(other) - get(one);

const columns = [
  { title: "Namespace", className: "soft", fill: text(service => service.namespace) },
  { title: "Name", className: "name", fill: text(service => service.name),
    sort: (one, other) => one.key < other.key ? -1 : 1 },
  { title: "Type", className: "", fill: text(service => service.type) },
  { title: "Cluster IP", className: "mono", fill: text(service => service.clusterIPs) },
  { title: "Ports", className: "mono", fill: text(service => service.ports) },
  { title: "Endpoints", className: "number", fill: endpoints, sort: (one, other) => one.used - other.used },
  { title: "Open", className: "number", fill: text(service => figure(traffic(service).active)),
    sort: descending(service => traffic(service).active) },
  { title: "New/s", className: "number", fill: text(service => figure(traffic(service).rate)),
    sort: descending(service => traffic(service).rate) },
  { title: "In / out", className: "number", fill: text(bytes),
    sort: descending(service => traffic(service).in + traffic(service).out) },
  { title: "Bytes, last minute", className: "", make: sparkline,
    fill: (cell, service) => drawSparkline(cell.firstChild, traffic(service).history, SLOTS) },
];

function bytes(service) {
  const { in: received, out } = traffic(service);
  return received + out === 0 ? "–" : `${figure(received)} / ${figure(out)}B/s`;
}

function endpoints(cell, service) {
  cell.textContent = `${service.used} of ${service.endpoints}`;
  cell.classList.toggle("bad", service.used === 0);
}

let order = null;
const back = () => { location.hash = ""; };
const detail = new Detail(at("detail"), back);
const table = new Table(at("table"), columns, {
  onSort: by => { order = by; refilter(); },
  onOpen: service => { location.hash = service.key; },
});

/** Shows the Services that the filter leaves. */
function refilter() {
  let shown = matching(store.services, at("filter").value);
  if (at("busy").checked) shown = shown.filter(service => traffic(service).active + traffic(service).rate > 0);
  if (order) shown = shown.toSorted(order);
  at("shown").textContent = shown.length === store.services.length
    ? `${shown.length} Services` : `${shown.length} of ${store.services.length} Services`;
  table.show(shown);
}

function drawTotals() {
  const totals = store.totals;
  at("node").textContent = store.node ? `on ${store.node}` : "";
  at("total-services").textContent = store.services.length;
  at("total-active").textContent = figure(totals.active);
  at("total-rate").textContent = figure(totals.rate);
  at("total-bytes").textContent = `${byteRate(totals.in)} / ${byteRate(totals.out)}`;
}

/** The Service that the address names; people write addresses that name none. */
function opened() {
  const fragment = location.hash.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Shows the Service that the address names, if it names one. */
async function drawDetail() {
  const key = opened();
  document.querySelector("main").classList.toggle("open", key !== "");
  at("detail").hidden = key === "";
  if (key === "") return;
  const service = store.services.find(one => one.key === key);
  const answer = service ? await findJson(`/status/services/${key}`) : null; // it may go between the two
  if (opened() !== key) return;
  if (answer === null) {
    detail.missing(key);
  } else {
    detail.show(answer);
    detail.drawTraffic(traffic(service));
  }
}

let polls = 0;

async function poll() {
  try {
    const changed = await store.poll();
    if (changed || order || at("busy").checked) refilter();
    else table.draw();
    drawTotals();
    await drawDetail();
    if (polls++ % SLOW_POLLS === 0 || changed) {
      drawListeners(at("listeners"), at("total-listeners"), await fetchJson("/status/listeners"));
      drawEvents(at("events"), await fetchJson("/status/events"));
    }
    at("trouble").hidden = true;
  } catch (failure) {
    at("trouble").textContent = `The proxy does not answer; what is shown is old. Trying again. (${failure.message})`;
    at("trouble").hidden = false;
  }
  setTimeout(poll, POLL_MILLIS);
}

at("filter").addEventListener("input", refilter);
at("busy").addEventListener("change", refilter);
addEventListener("hashchange", async () => {
  await drawDetail().catch(() => {}); // the next poll tells
  if (opened() === "") at("table").focus();
  else at("detail").focus();
});
addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== at("filter")) {
    back();
    at("filter").focus();
    event.preventDefault();
  } else if (event.key === "Escape" && opened() !== "") {
    back();
  } else if (event.key === "Escape") {
    at("filter").value = "";
    refilter();
  } else if (event.key === "ArrowDown" && document.activeElement === at("filter")) {
    at("table").focus();
    event.preventDefault();
  }
});
poll();
