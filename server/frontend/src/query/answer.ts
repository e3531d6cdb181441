// The answer below the query: its views as tabs, its downloads, and the ways on from it.

import { LONGEST_ADDRESS, request, type Answer } from "./asking";
import { chart, suggestion } from "./chart";
import { endsOf, graph } from "./graph";
import { address, counted, element, given, make, t } from "./page";
import type { Chosen } from "./question";
import { table } from "./table";

interface View {
  name: string;
  make: () => HTMLElement;
}

/** Shows an answer; `chosen` is the published question that it answers, if any. */
export function show(answer: Answer, query: string, chosen: Chosen | null): void {
  element("shown").replaceChildren(...shown(answer, query), links(answer, query, chosen));
  const place = element("answer");
  place.hidden = false;
  const hidden = place.getBoundingClientRect().top - innerHeight * 0.6;
  if (hidden > 0) scrollBy({ top: hidden }); // so much of it comes into sight that nobody misses it
}

/** Takes the last answer away. */
export function clear(): void {
  element("shown").replaceChildren();
  element("answer").hidden = true;
}

/** The views that suit an answer, the one to begin with first. */
export function views(answer: Answer, query: string): View[] {
  const all: [boolean, View][] = [
    [true, { name: "table", make: () => table(answer) }],
    [suggestion(answer) !== null, { name: "chart", make: () => chart(answer) }],
    [endsOf(answer) !== null, { name: "graph", make: () => graph(answer) }],
    [true, { name: "raw", make: () => raw(answer, query) }],
  ];
  return all.filter(([suits]) => suits).map(([, view]) => view);
}

/** How much it is, and how long it took. */
export function summary(answer: Answer): string {
  const size = t(answer.form === "graph" ? "triples" : "rows", { count: counted(answer.rows.length) });
  if (answer.isTooLarge) return "";
  const took = t("took", { seconds: answer.seconds.toFixed(2) });
  return answer.form === "boolean" ? `${t(answer.boolean ? "true" : "false")} · ${took}` : `${size} · ${took}`;
}

function shown(answer: Answer, query: string): HTMLElement[] {
  if (answer.form === "boolean") return [make("p", { class: "query-boolean" }, t(answer.boolean ? "true" : "false"))];
  if (answer.isTooLarge) return [make("p", {}, t("large"))];
  if (!answer.rows.length) return [make("p", {}, t("empty"))];
  return tabs(views(answer, query));
}

/** Tabs as the ARIA practices have them: one in the order of focus, arrows between them. */
function tabs(all: View[]): HTMLElement[] {
  const panel = make("div", { id: "view", role: "tabpanel", tabindex: "-1" });
  const buttons = all.map(({ name }, place) =>
    make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "view", click: () => select(place) }, t(name)),
  );
  function select(place: number): void {
    for (const [other, button] of buttons.entries()) {
      button.setAttribute("aria-selected", String(other === place));
      button.tabIndex = other === place ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", buttons[place]!.id);
    panel.replaceChildren(all[place]!.make());
  }
  const turn = (event: Event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[(event as KeyboardEvent).key];
    if (!step) return;
    const place = (buttons.indexOf(event.target as HTMLButtonElement) + step + buttons.length) % buttons.length;
    select(place);
    buttons[place]!.focus();
  };
  select(0);
  return [make("div", { role: "tablist", "aria-label": t("views"), class: "query-tabs", keydown: turn }, ...buttons), panel];
}

const LARGEST_RAW = 200_000;

/** The answer as the server writes it, in a format of choice. */
function raw(answer: Answer, query: string): HTMLElement {
  const text = make("pre", { tabindex: "0", "aria-label": t("raw") });
  const load = async () => {
    const response = await request(query, {}, { format: select.value });
    const whole = await response.text();
    text.textContent = whole.length > LARGEST_RAW ? `${whole.slice(0, LARGEST_RAW)}…` : whole;
  };
  const options = given.formats[answer.form].map((name) => make("option", {}, name));
  const select: HTMLSelectElement = make("select", { change: () => void load(), "aria-label": t("raw") }, ...options);
  void load();
  return make("div", {}, make("div", { class: "query-choices" }, select), text);
}

function links(answer: Answer, query: string, chosen: Chosen | null): HTMLElement {
  const formats = given.formats[answer.form].map((format) => download(query, format, {}));
  if (answer.form === "bindings") formats.push(download(query, "csv", { spreadsheet: "1" }, t("spreadsheet")));
  const more = [make("a", { href: address("sparql/citation", { query }) }, t("cite"))];
  if (chosen && given.questions[chosen.name]!.explained) {
    more.push(make("a", { href: address(`queries/${chosen.name}`, { ...chosen.values, explain: "1" }) }, t("why")));
  }
  return make("p", { class: "query-links" }, make("span", {}, t("download"), " ", ...between(formats, " ")), ...more);
}

function between(parts: HTMLElement[], words: string): (HTMLElement | string)[] {
  return parts.flatMap((part, place) => (place ? [words, part] : [part]));
}

/** A link that saves the answer in a format; a query that is too long for an address is posted when it is followed. */
function download(query: string, format: string, more: Record<string, string>, words = format): HTMLElement {
  const href = address("sparql", { query, format, ...more });
  const name = `answer.${format}`;
  if (href.length <= LONGEST_ADDRESS) return make("a", { href, download: name }, words);
  const post = async (event: Event) => {
    event.preventDefault();
    const response = await request(query, {}, { format, ...more });
    const url = URL.createObjectURL(await response.blob());
    make("a", { href: url, download: name }).click();
    URL.revokeObjectURL(url);
  };
  return make("a", { href: address("sparql"), click: (event) => void post(event) }, words);
}
