// A grid of any number of rows, of which only those in sight are elements.

import { element } from "./format.js";

const HEIGHT = 34;
const MARGIN = 6;

export class Table {
  #root;
  #rows = element("div", "rows");
  #columns;
  #onOpen;
  #items = [];
  #pool = [];
  #selected = -1;

  /** columns: {title, className, make(), fill(cell, item), sort?}; onSort and onOpen are told of what the user does. */
  constructor(root, columns, { onSort, onOpen }) {
    this.#root = root;
    this.#columns = columns;
    this.#onOpen = onOpen;
    this.#rows.setAttribute("role", "rowgroup");
    root.append(this.#head(onSort), this.#rows);
    root.addEventListener("scroll", () => this.draw(), { passive: true });
    root.addEventListener("keydown", event => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(root);
  }

  #head(onSort) {
    const head = element("div", "row head");
    head.setAttribute("role", "row");
    for (const column of this.#columns) {
      const cell = element("div", column.className);
      cell.setAttribute("role", "columnheader");
      if (column.sort) {
        const button = element("button", "", column.title);
        button.addEventListener("click", () => {
          for (const other of head.children) other.removeAttribute("aria-sort");
          cell.setAttribute("aria-sort", "descending");
          onSort(column.sort);
        });
        cell.append(button);
      } else {
        cell.append(column.title);
      }
      head.append(cell);
    }
    return head;
  }

  /** Shows other items; the selected one stays selected where it is still there. */
  show(items) {
    const selected = this.#items[this.#selected]?.key;
    this.#items = items;
    this.#selected = selected === undefined ? -1 : items.findIndex(item => item.key === selected);
    this.#rows.style.height = `${items.length * HEIGHT}px`;
    this.#root.setAttribute("aria-rowcount", items.length + 1);
    this.draw();
  }

  /** Draws the rows in sight anew. */
  draw() {
    const first = Math.max(0, Math.floor(this.#root.scrollTop / HEIGHT) - MARGIN);
    const count = Math.min(this.#items.length - first, Math.ceil(this.#root.clientHeight / HEIGHT) + 2 * MARGIN);
    while (this.#pool.length < count) this.#pool.push(this.#row());
    this.#pool.forEach((row, i) => {
      row.hidden = i >= count;
      if (i < count) this.#fill(row, first + i);
    });
    if (this.#selected >= first && this.#selected < first + count) {
      this.#root.setAttribute("aria-activedescendant", `row-${this.#selected}`);
    } else {
      this.#root.removeAttribute("aria-activedescendant");
    }
  }

  #row() {
    const row = element("div", "row");
    row.setAttribute("role", "row");
    for (const column of this.#columns) {
      const cell = element("div", column.className);
      cell.setAttribute("role", "gridcell");
      if (column.make) cell.append(column.make());
      row.append(cell);
    }
    row.addEventListener("click", () => {
      this.#select(Number(row.dataset.index));
      this.#onOpen(this.#items[this.#selected]);
    });
    this.#rows.append(row);
    return row;
  }

  #fill(row, index) {
    row.id = `row-${index}`;
    row.dataset.index = index;
    row.style.transform = `translateY(${index * HEIGHT}px)`;
    row.setAttribute("aria-rowindex", index + 2);
    row.setAttribute("aria-selected", index === this.#selected);
    this.#columns.forEach((column, i) => column.fill(row.children[i], this.#items[index]));
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.#root.clientHeight / HEIGHT) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      this.#select(this.#selected + moves[event.key]);
    } else if (event.key === "Enter" && this.#selected >= 0 && event.target === this.#root) {
      this.#onOpen(this.#items[this.#selected]);
    } else {
      return;
    }
    event.preventDefault();
  }

  #select(index) {
    if (this.#items.length === 0) return;
    this.#selected = Math.min(Math.max(index, 0), this.#items.length - 1);
    const top = this.#selected * HEIGHT;
    const room = this.#root.clientHeight - 2 * HEIGHT; // the head covers a row
    if (top < this.#root.scrollTop) this.#root.scrollTop = top;
    if (top > this.#root.scrollTop + room) this.#root.scrollTop = top - room;
    this.draw();
  }
}
