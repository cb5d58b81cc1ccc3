// What is known of Services and their traffic. The list is fetched when its revision changes or another run of the proxy
// answers; traffic, which names only Services that had some, at every poll. Rates are differences of two polls.

export const SLOTS = 60;

const NO_TRAFFIC = Object.freeze({ active: 0, rate: 0, in: 0, out: 0, failures: 0, history: Object.freeze([]) });

/** What stands there; null where there is nothing. */
export async function findJson(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(10000) });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

/** The same where a proxy always has something. */
export async function fetchJson(path) {
  const found = await findJson(path);
  if (found === null) throw new Error(`${path} is not there`);
  return found;
}

/** The rows of a table as objects. */
function objects(table) {
  return table.rows.map(row => Object.fromEntries(table.columns.map((column, i) => [column, row[i]])));
}

export class Store {
  services = [];
  node = "";
  totals = NO_TRAFFIC;
  #started = -1;
  #revision = -1;
  #traffic = new Map();
  #at = 0;

  /** Asks for what changed; true where the list of Services is another one. */
  async poll() {
    const traffic = await fetchJson("/status/traffic");
    if (traffic.started !== this.#started) this.#forget(traffic.started);
    const changed = traffic.revision !== this.#revision;
    if (changed) this.#take(await fetchJson("/status/services"));
    this.#count(traffic);
    return changed;
  }

  traffic(service) {
    return this.#traffic.get(service.key)?.shown ?? NO_TRAFFIC;
  }

  /** Another run counts its revisions, its traffic and its time anew. */
  #forget(started) {
    this.#started = started;
    this.#revision = -1;
    this.#at = 0;
    this.#traffic = new Map();
  }

  #take(list) {
    this.#revision = list.revision;
    this.node = list.node;
    this.services = objects(list).map(service => ({
      ...service,
      key: `${service.namespace}/${service.name}`,
      text: [service.namespace, service.name, service.type, service.clusterIPs, service.externalIPs, service.ports]
        .join(" ").toLowerCase(),
    }));
  }

  /** Goes over the rows as they are: objects of ten thousand Services a second would be felt. */
  #count(table) {
    const seconds = (table.atNanos - this.#at) / 1e9;
    const first = this.#at === 0;
    this.#at = table.atNanos;
    const column = Object.fromEntries(table.columns.map((name, i) => [name, i]));
    const now = new Map();
    const sum = { active: 0, rate: 0, in: 0, out: 0, failures: 0 };
    for (const row of table.rows) {
      const key = `${row[column.namespace]}/${row[column.name]}`;
      const before = this.#traffic.get(key);
      const rate = i => first ? 0 : Math.max(0, row[i] - (before?.row[i] ?? 0)) / seconds;
      const history = before?.history ?? [];
      const shown = {
        active: row[column.active],
        rate: rate(column.opened),
        in: rate(column.bytesFromClient),
        out: rate(column.bytesFromBackend),
        failures: rate(column.dialFailures),
        history,
      };
      history.push(shown.in + shown.out);
      if (history.length > SLOTS) history.shift();
      for (const name in sum) sum[name] += shown[name];
      now.set(key, { row, shown, history });
    }
    this.#traffic = now;
    this.totals = sum;
  }
}

/** The services that the words of a filter all occur in. */
export function matching(services, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(word => word);
  return words.length === 0 ? services : services.filter(service => words.every(word => service.text.includes(word)));
}
