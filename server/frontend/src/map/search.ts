// The search box: suggestions from the server, by any name, in both languages; where there are none, names that are alike.
import { el } from "./elements";
import type { Genealogy, Method } from "./genealogy";
import { t } from "./words";

const PAUSE_MS = 150;
const MOST = 8;

interface Hit {
  method: Method;
  matched: string;
}

export class Search {
  private readonly input = el("input", {
    type: "search",
    id: "map-search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "map-hits",
    "aria-label": t("search"),
    placeholder: t("search.hint"),
    maxlength: 200,
  });
  private readonly list = el("ul", { id: "map-hits", role: "listbox", "aria-label": t("search"), hidden: true });
  private readonly status = el("p", { role: "status", class: "map-hidden" });
  readonly element = el("div", { class: "map-search", role: "search" }, this.input, this.list, this.status);
  private hits: Hit[] = [];
  private active = -1;
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly genealogy: Genealogy,
    private readonly root: string,
    private readonly pick: (method: Method) => void,
  ) {
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  private async ask(): Promise<void> {
    const words = this.input.value.trim();
    const number = (this.asked += 1);
    if (!words) return this.close();
    const exact = await this.named(words);
    const hits = exact.length ? exact : await this.alike(words);
    if (number !== this.asked) return;
    this.show(hits, exact.length ? "" : t(hits.length ? "search.similar" : "search.none"));
  }

  private async named(words: string): Promise<Hit[]> {
    const answer = await this.get(`search?q=${encodeURIComponent(words)}&limit=60`);
    return this.known((answer?.hits ?? []).map((hit: any) => [hit.id, hit.matched]));
  }

  private async alike(words: string): Promise<Hit[]> {
    const queries = JSON.stringify({ q: { query: words, type: "Method", limit: MOST } });
    const answer = await this.get(`reconcile?queries=${encodeURIComponent(queries)}`);
    return this.known((answer?.q?.result ?? []).map((hit: any) => [hit.id, hit.name]));
  }

  private async get(path: string): Promise<any> {
    try {
      const answer = await fetch(this.root + path, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // the network is gone: no suggestions
    }
  }

  private known(rows: [string, string][]): Hit[] {
    const hits = rows.flatMap(([id, matched]) => {
      const [folder, slug] = id.split("/");
      const method = folder === "architecture" ? this.genealogy.bySlug.get(slug ?? "") : undefined;
      return method ? [{ method, matched }] : [];
    });
    return hits.slice(0, MOST);
  }

  private show(hits: Hit[], note: string): void {
    this.hits = hits;
    this.active = hits.length ? 0 : -1;
    const rows = hits.map(({ method, matched }, n) =>
      el(
        "li",
        { role: "option", id: `map-hit-${n}`, onmousedown: () => this.take(n) },
        el("strong", {}, method.name),
        ` ${method.year}${matched && matched !== method.name ? ` · ${matched}` : ""}`,
      ),
    );
    const heading = note ? [el("li", { role: "presentation", class: "map-notes" }, note)] : [];
    this.list.replaceChildren(...heading, ...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.status.textContent = note || t("search.hits", { count: hits.length });
    this.mark();
  }

  private mark(): void {
    this.list.querySelectorAll("[role=option]").forEach((row, n) => {
      row.setAttribute("aria-selected", String(n === this.active));
      if (n === this.active) row.scrollIntoView({ block: "nearest" });
    });
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `map-hit-${this.active}`);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.hits.length) {
      this.active = (this.active + step + this.hits.length) % this.hits.length;
      this.mark();
    } else if (event.key === "Enter" && this.hits.length) this.take(Math.max(this.active, 0));
    else if (event.key === "Enter") void this.ask();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(number: number): void {
    const hit = this.hits[number];
    if (!hit) return;
    this.input.value = hit.method.name;
    this.close();
    this.pick(hit.method);
  }

  private close(): void {
    this.asked += 1;
    this.hits = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
