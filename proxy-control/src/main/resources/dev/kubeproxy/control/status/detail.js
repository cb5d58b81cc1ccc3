// One Service: which clients get which of its endpoints, and why.

import { byteRate, drawSparkline, element, figure, sparkline } from "./format.js";
import { SLOTS } from "./store.js";

function percent(share) {
  return share === 0 ? "–" : `${Math.round(share * 1000) / 10}%`;
}

function fact(name, value) {
  return element("div", "", element("dt", "", name), element("dd", "", value || "none"));
}

function table(titles, rows) {
  const head = element("tr", "", ...titles.map(title => element("th", "", title)));
  return element("table", "", element("thead", "", head), element("tbody", "", ...rows));
}

function endpointRow(endpoint) {
  const verdicts = Object.entries(endpoint.verdicts).map(([policy, verdict]) =>
    element("div", "",
      element("span", `share ${verdict.used ? "good" : "bad"}`, percent(verdict.share)),
      element("span", "soft", `${policy}: `),
      `${verdict.used ? "used:" : "not used:"} ${verdict.why}`));
  return element("tr", "",
    element("td", "mono", endpoint.address),
    element("td", "", endpoint.state),
    element("td", "", endpoint.local ? "this node" : endpoint.node || "–"),
    element("td", "", ...verdicts));
}

function port(account) {
  const title = `Port ${account.port || "without a name"}, ${account.protocol}, ${account.family}`;
  const clients = element("ul", "clients", ...account.clients.map(kind =>
    element("li", "", `${kind.who} `, element("span", "soft", `(${kind.policy}) `), kind.outcome)));
  const endpoints = account.endpoints.length === 0
    ? element("p", "soft", "No endpoints.")
    : table(["Endpoint", "State", "Node", "Share of new clients, and why"], account.endpoints.map(endpointRow));
  return [element("h3", "", title), clients, endpoints];
}

function listeners(all) {
  if (all.length === 0) return [];
  return [element("h3", "", "Listeners"), table(["Address", "State"], all.map(listener =>
    element("tr", "",
      element("td", "mono", listener.frontend),
      element("td", listener.state === "listening" ? "" : "bad",
        listener.why ? `${listener.state}: ${listener.why}` : listener.state))))];
}

export class Detail {
  #root;
  #rates = element("dd");
  #open = element("dd");
  #spark = sparkline();
  #back = element("button", "", "Back");
  #content = "";
  #shown = "";

  constructor(root, onBack) {
    this.#root = root;
    this.#back.addEventListener("click", onBack);
  }

  /** Builds the view anew only where its content is another, so that a selection of text survives; the focus always does. */
  #build(content, elements) {
    if (content === this.#content) return;
    this.#content = content;
    const focused = document.activeElement === this.#back;
    this.#root.replaceChildren(...elements());
    if (focused) this.#back.focus();
  }

  show(service) {
    this.#shown = `${service.namespace}/${service.name}`;
    this.#build(JSON.stringify(service), () => this.#service(service));
  }

  #service(service) {
    const facts = element("dl", "facts",
      fact("Type", service.type), fact("Cluster IP", service.clusterIPs), fact("External IP", service.externalIPs),
      fact("Affinity", service.affinity),
      ...(service.elsewhere ?? []).map(address => fact("Not served here", address)),
      element("div", "", element("dt", "", "Open"), this.#open),
      element("div", "", element("dt", "", "Traffic"), this.#rates),
      this.#spark);
    return [
      element("div", "title",
        element("h2", "", service.name), element("span", "soft", `namespace ${service.namespace}`), this.#back),
      facts, ...service.ports.flatMap(port), ...listeners(service.listeners)];
  }

  /** Tells one that was seen here and is deleted from one that never was. */
  missing(key) {
    const why = this.#shown === key ? "This Service is gone." : "There is no such Service here.";
    this.#build(`${key}: ${why}`, () => [
      element("div", "title", element("h2", "", key), this.#back), element("p", "soft", why)]);
  }

  drawTraffic(traffic) {
    this.#open.textContent = figure(traffic.active);
    this.#rates.textContent =
      `${figure(traffic.rate)} new/s, ${byteRate(traffic.in)} in, ${byteRate(traffic.out)} out`;
    drawSparkline(this.#spark, traffic.history, SLOTS);
  }
}
