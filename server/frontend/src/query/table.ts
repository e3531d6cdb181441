// An answer as a table: a piece at a time, sorted by a column where its heading is pressed.

import type { Answer } from "./asking";
import { counted, make, t } from "./page";
import { numeric, plain, shown, type Term } from "./terms";

type Row = (Term | undefined)[];

const PIECE = 200;

/** The table of an answer. */
export function table(answer: Answer): HTMLElement {
  const body = make("tbody");
  const more = make("button", { type: "button", class: "query-more", click: () => extend() });
  let rows = answer.rows;
  let made = 0;

  function extend(): void {
    const next = rows.slice(made, made + PIECE);
    body.append(...next.map((row) => make("tr", {}, ...row.map((term) => make("td", kindOf(term), shown(term))))));
    made += next.length;
    more.hidden = made >= rows.length;
    more.textContent = t("rows.more", { count: counted(Math.min(PIECE, rows.length - made)) });
  }

  function sort(column: number, heading: HTMLElement): void {
    const isUp = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of head.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    rows = [...answer.rows].sort((one, other) => compare(one[column], other[column]) * (isUp ? 1 : -1));
    body.replaceChildren();
    made = 0;
    extend();
  }

  const head = make("tr", {}, ...answer.columns.map((name, column) => heading(name, column, sort)));
  extend();
  const all = make("table", {}, make("thead", {}, head), body);
  const region = { class: "query-table", tabindex: "0", role: "region", "aria-label": t("table") };
  return make("div", {}, make("div", region, all), more);
}

function heading(name: string, column: number, sort: (column: number, heading: HTMLElement) => void): HTMLElement {
  const press = make("button", { type: "button", title: t("sort", { name }), click: () => sort(column, cell) }, name);
  const cell = make("th", { scope: "col" }, press);
  return cell;
}

function kindOf(term: Term | undefined): Record<string, string> {
  return numeric(term) === null ? {} : { class: "number" };
}

/** Numbers by size, all else by letters; what is not there comes first. */
function compare(one: Row[number], other: Row[number]): number {
  const [a, b] = [numeric(one), numeric(other)];
  return a !== null && b !== null ? a - b : plain(one).localeCompare(plain(other), undefined, { numeric: true });
}
