// The map of the front page: brings its parts together, and keeps what is shown, the controls and the address in step.
import { el } from "./elements";
import { Filters, filtered } from "./filters";
import { type Genealogy, type Link, type Method, line, load } from "./genealogy";
import "./map.css";
import { Panel, type Comparison } from "./panel";
import { LIGHT } from "./looks";
import { type Shown, asSvg } from "./picture";
import { FORMATS, save } from "./save";
import { Search } from "./search";
import { type State, address, isSamePick, read } from "./state";
import { View, rested, type Light } from "./view";
import { neighbours } from "./walk";
import { t } from "./words";

const SETTLED_MS = 250;

/** The width of a page across, at which names on paper are to be read. */
const PAPER_PX = 1_250;
const OPPOSITE: Record<string, string> = {
  ...{ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" },
  ...{ ArrowUp: "ArrowDown", ArrowDown: "ArrowUp" },
};

class Explorer {
  private state = read();
  private shown: { methods: Set<Method>; links: Set<Link> };
  private waits = false;
  private focus: Method | null = null;
  /** The last step by a key, which the opposite key takes back. */
  private came: { from: Method; arrow: string } | null = null;
  private isMoving = false;
  /** The rows of the list below the map. */
  private readonly listing: [HTMLElement, Method | undefined][];
  private readonly root: string;
  private readonly stage = el("div", {
    class: "map-stage",
    tabindex: "0",
    role: "application",
    "aria-label": t("picture"),
    "aria-describedby": "map-keys",
  });
  private readonly live = el("p", { class: "map-hidden", "aria-live": "polite" });
  private readonly paper = el("div", { class: "map-paper" });
  private readonly ring = el("div", { class: "map-ring", hidden: true });
  private view!: View;
  private readonly panel: Panel;
  private readonly filters: Filters;
  private readonly search: Search;

  constructor(
    private readonly place: HTMLElement,
    private readonly genealogy: Genealogy,
  ) {
    this.root = place.dataset.root ?? "/";
    this.panel = new Panel(genealogy, {
      root: this.root,
      pick: (method) => this.pick(method),
      close: () => this.change({ pick: "", with: "" }),
      compare: () => this.compare(),
      endComparison: () => this.change({ with: "" }),
    });
    this.filters = new Filters(genealogy, (part) => this.change(part));
    this.search = new Search(genealogy, this.root, (method) => this.pick(method));
    this.listing = [...document.querySelectorAll<HTMLElement>(".map-list [data-slug]")].map((link) => [
      link.closest("li")!,
      genealogy.bySlug.get(link.dataset.slug!),
    ]);
    this.shown = filtered(genealogy, this.state);
    this.build();
  }

  /** Draws the map into what was built, in steps between which the page can do other things. */
  async open(): Promise<void> {
    await rested();
    this.view = new View(this.stage, this.genealogy, (method) => (method ? this.pick(method) : this.blank()));
    await rested();
    this.listen();
    await this.follow(true);
  }

  private build(): void {
    const zoom = (label: string, sign: string, act: () => void) =>
      el("button", { type: "button", title: t(label), "aria-label": t(label), onclick: act }, sign);
    const body = el(
      "div",
      { class: "map-body" },
      this.stage,
      el(
        "div",
        { class: "map-zoom" },
        zoom("zoom.in", "+", () => this.view.zoomBy(1.4)),
        zoom("zoom.out", "−", () => this.view.zoomBy(1 / 1.4)),
        zoom("zoom.fit", "⤢", () => this.view.fit()),
      ),
      this.panel.element,
    );
    this.place.append(
      el("div", { class: "map-bar" }, this.search.element, this.filters.element, this.saving(), this.sharing()),
      this.paper,
      body,
      el("p", { id: "map-keys", class: "map-notes" }, t("keys")),
      this.live,
    );
    this.stage.append(this.ring);
  }

  private saving(): HTMLElement {
    const names: Record<string, string> = { svg: "SVG", png: "PNG", graphml: "GraphML", jsonld: "JSON-LD" };
    const buttons = Object.keys(FORMATS).map((format) =>
      el("button", { type: "button", "data-format": format, onclick: () => void this.save(format) }, names[format] ?? format),
    );
    return el("details", { class: "map-save" }, el("summary", {}, t("save")), el("div", {}, ...buttons));
  }

  private async save(format: string): Promise<void> {
    await this.view.fill();
    await save(format, this.seen(), this.view);
  }

  private seen(): Shown {
    const { methods, links } = this.shown;
    const isLit = (method: Method) => this.view.isLit(method);
    const isLitLink = (link: Link) => this.view.isLitLink(link);
    return { genealogy: this.genealogy, methods: [...methods], links: [...links], isLit, isLitLink };
  }

  /** A picture in place of the map, which would be cut where the screen ends. */
  private print(): void {
    const picture = asSvg(this.seen(), LIGHT, PAPER_PX);
    this.paper.replaceChildren(new DOMParser().parseFromString(picture, "image/svg+xml").documentElement);
  }

  private sharing(): HTMLElement {
    const button = el("button", { type: "button", class: "map-share" }, t("share"));
    button.addEventListener("click", async () => {
      history.replaceState(null, "", address({ ...this.state, at: this.view.place }));
      await navigator.clipboard?.writeText(location.href);
      button.textContent = t("shared");
      setTimeout(() => (button.textContent = t("share")), 2_000);
    });
    return button;
  }

  private listen(): void {
    addEventListener("popstate", () => {
      this.state = read();
      void this.follow(false);
    });
    addEventListener("beforeprint", () => this.shown.methods.size && this.print());
    let timer = 0;
    this.view.cy.on("viewport", () => {
      this.point();
      if (!this.isMoving) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => this.settle(), SETTLED_MS);
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("focus", () => this.point());
    this.stage.addEventListener("blur", () => (this.ring.hidden = true));
    for (const type of ["pointerdown", "wheel", "keydown"]) this.stage.addEventListener(type, () => (this.isMoving = true), { passive: true });
    document.querySelector(".map-list")?.addEventListener("click", (event) => this.listed(event as MouseEvent));
    document.addEventListener("keydown", (event) => {
      const isTyping = (event.target as HTMLElement).closest("input, select, textarea");
      if (event.key === "/" && !isTyping) {
        event.preventDefault();
        this.search.focus();
      }
    });
  }

  private settle(): void {
    this.state = { ...this.state, at: this.view.place };
    history.replaceState(null, "", address(this.state));
  }

  /** A plain click in the list picks on the map; with a modifier the link leads to the page, as links do. */
  private listed(event: MouseEvent): void {
    const slug = (event.target as HTMLElement).closest<HTMLElement>("[data-slug]")?.dataset.slug;
    const method = slug ? this.genealogy.bySlug.get(slug) : undefined;
    if (!method || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.pick(method);
    this.place.scrollIntoView();
    this.stage.focus({ preventScroll: true });
  }

  private pick(method: Method): void {
    this.focus = method;
    if (this.waits && this.state.pick && this.state.pick !== method.slug) this.change({ with: method.slug });
    else this.change({ pick: method.slug, with: "" });
  }

  private blank(): void {
    if (this.state.pick) this.change({ pick: "", with: "" });
  }

  private compare(): void {
    this.waits = true;
    this.inform();
    this.search.focus();
  }

  private change(part: Partial<State>): void {
    const before = this.state;
    this.state = { ...before, ...part };
    const isNew = !isSamePick(before, this.state) || !("at" in part);
    history[isNew ? "pushState" : "replaceState"](null, "", address(this.state));
    if ("pick" in part || "with" in part) this.waits = false;
    void this.follow(false);
  }

  /** Has everything show the state. */
  private follow(isFirst: boolean): Promise<void> {
    this.shown = filtered(this.genealogy, this.state);
    this.filters.show(this.state, this.shown.methods.size);
    this.view.show(this.shown.methods, this.shown.links);
    this.mirror();
    if (isFirst && this.state.at) this.view.place = this.state.at;
    else if (isFirst) this.view.open();
    this.inform();
    this.view.underlay.draw();
    return this.view.fill();
  }

  /** The list below the map holds what the map shows. */
  private mirror(): void {
    for (const [row, method] of this.listing) {
      const isHidden = !(method && this.shown.methods.has(method));
      if (row.hidden !== isHidden) row.hidden = isHidden;
    }
  }

  private inform(): void {
    const first = this.genealogy.bySlug.get(this.state.pick);
    const second = this.genealogy.bySlug.get(this.state.with);
    if (!first) {
      this.panel.close();
      this.view.shine(null);
    } else if (second) void this.compared(first, second);
    else void this.described(first);
  }

  private async described(method: Method): Promise<void> {
    const links = [...this.shown.links].filter((link) => link.standing === "Derivation");
    const [up, down] = [line(method, links, "parent"), line(method, links, "child")];
    this.view.shine({ ...dark(), picked: [method], up, down });
    const show = (details: unknown) => this.panel.show(method, details, { up: up.size, down: down.size }, this.waits);
    show(null);
    this.reveal(method);
    this.say(method);
    const details = await this.fetched(`architecture/${method.slug}.jsonld?frame=architecture&context=link`);
    if (details && this.state.pick === method.slug && !this.state.with) show(details);
  }

  private async compared(first: Method, second: Method): Promise<void> {
    const ask = (show: string) => this.fetched(`lineage/${first.slug}?with=${second.slug}&show=${show}`, true);
    this.view.shine({ ...dark(), picked: [first, second] });
    const [way, common] = await Promise.all([ask("line"), ask("common")]);
    if (!way || !common || this.state.pick !== first.slug || this.state.with !== second.slug) return;
    const place = new Map<string, number>(way.found.map((slug: string, n: number) => [slug, n]));
    const at = (edge: { child: string; parent: string }) => Math.min(place.get(edge.child) ?? 0, place.get(edge.parent) ?? 0);
    const found: Comparison = {
      line: [...way.derivations].sort((a, b) => at(a) - at(b)),
      found: way.found,
      common: common.found,
      nearest: common.nearest,
    };
    this.panel.compare(first, second, found);
    this.view.shine(this.lit(first, second, found));
    this.reveal(first);
  }

  private lit(first: Method, second: Method, found: Comparison): Light {
    const known = (slugs: string[]) => new Set(slugs.flatMap((slug) => this.genealogy.bySlug.get(slug) ?? []));
    return {
      ...dark(),
      picked: [first, second],
      line: known(found.found),
      common: known(found.common),
      steps: new Set(found.line.map((edge) => `${edge.child} ${edge.parent}`)),
    };
  }

  private async fetched(path: string, mayFail = false): Promise<any> {
    try {
      const answer = await fetch(this.root + path, { headers: { Accept: path.includes(".jsonld") ? "application/ld+json" : "application/json" } });
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      return await answer.json();
    } catch (problem) {
      if (mayFail && this.panel.element.hidden) this.panel.element.hidden = false;
      this.panel.fail(t("failed", { reason: (problem as Error).message }));
      return null;
    }
  }

  private reveal(method: Method): void {
    const isSide = matchMedia("(min-width: 56rem)").matches;
    const box = this.panel.element.getBoundingClientRect();
    this.view.reveal(method, { right: isSide ? box.width : 0, bottom: isSide ? 0 : box.height });
    this.focus = method;
    this.point();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      "+": () => this.view.zoomBy(1.25),
      "=": () => this.view.zoomBy(1.25),
      "-": () => this.view.zoomBy(0.8),
      "0": () => this.view.fit(),
      Enter: () => this.focus && (this.pick(this.focus), this.panel.element.focus()),
      c: () => this.state.pick && this.compare(),
      Escape: () => this.blank(),
    };
    const act = acts[event.key] ?? (event.key.startsWith("Arrow") ? () => this.walk(event.key) : null);
    if (!act) return;
    event.preventDefault();
    act();
  }

  private walk(arrow: string): void {
    const methods = [...this.shown.methods];
    const from = this.focus && this.shown.methods.has(this.focus) ? this.focus : null;
    const near = from ? (neighbours(from, methods, this.shown.links)[arrow] ?? []) : [];
    const back = this.came?.arrow === OPPOSITE[arrow] && near.includes(this.came!.from) ? this.came!.from : null;
    const next = from ? (back ?? near[0]) : methods.sort((a, b) => b.descendants - a.descendants)[0];
    if (!next) return;
    this.came = from && { from, arrow };
    this.focus = next;
    this.view.reveal(next, { right: 0, bottom: 0 });
    this.point();
    this.say(next);
  }

  /** The ring round the method that the keys are on. */
  private point(): void {
    const isOn = this.focus !== null && document.activeElement === this.stage && this.shown.methods.has(this.focus);
    this.ring.hidden = !isOn;
    if (!isOn) return;
    const { x, y } = this.view.onScreen(this.focus!);
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  private say(method: Method): void {
    const links = [...this.shown.links];
    const count = (end: "child" | "parent") => links.filter((link) => link[end] === method && link.standing === "Derivation").length;
    const band = this.genealogy.bands[method.band]?.name ?? "";
    this.live.textContent = [
      method.name,
      method.introduced,
      band,
      `${t("parents")}: ${count("child")}`,
      `${t("children")}: ${count("parent")}`,
    ].join(", ");
  }
}

function dark(): Light {
  return { picked: [], up: new Set(), down: new Set(), line: new Set(), common: new Set(), steps: null };
}

const place = document.getElementById("map");
if (place) {
  const loading = el("p", { class: "map-notes", role: "status" }, t("loading"));
  place.append(loading);
  load(place.dataset.source ?? "map.json")
    .then(async (genealogy) => {
      loading.remove();
      await rested();
      await new Explorer(place, genealogy).open();
      performance.mark("map-drawn");
      place.dataset.ready = "true";
    })
    .catch((problem: Error) => {
      loading.textContent = t("failed", { reason: problem.message });
      loading.setAttribute("role", "alert");
    });
}
