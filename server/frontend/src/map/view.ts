// The picture itself: Cytoscape.js draws methods and links at the places that the server computed.
//
// Why Cytoscape.js: it draws on one canvas (no element a method), knows zoom, touch and hit testing, styles by
// selectors, and is well kept, without dependencies. Its layouts are not used: places come with the data.
import cytoscape from "cytoscape";
import { controls, passes, relative } from "./curve";
import type { Genealogy, Link, Method } from "./genealogy";
import { WEIGHT, darkness, radius } from "./looks";
import { type Side, type Sizes, named, sizesAt } from "./naming";
import { sheet } from "./sheet";
import { Underlay } from "./underlay";

/** Beyond so many links they are plain straight lines, except those of what was picked, and go while the map moves. */
const MANY = 2_500;

/** Below so many pixels of width, names of bands have no room of their own. */
const NARROW = 700;
const ZOOM_STEP = 1.18;

/** Room that `fit` leaves on each side, beside the names of bands, for the years and half a name. */
const AROUND = { left: 30, top: 40, right: 75, bottom: 30 };

/** How many elements are added at first at once, and how long the next may take, so that the page stays at hand. */
const PORTION = { first: 60, least: 20, ms: 16 };

/** Which methods and links stand out, and how. */
export interface Light {
  picked: Method[];
  up: Set<Method>;
  down: Set<Method>;
  line: Set<Method>;
  common: Set<Method>;
  /** Links of the line between two, as `child parent`; null where all within `up` or `down` light up. */
  steps: Set<string> | null;
}

export class View {
  readonly cy: cytoscape.Core;
  readonly underlay: Underlay;
  /** What stands on the map so far, by the number of the method or link; the rest is added when it is to be seen. */
  private readonly nodes: cytoscape.NodeSingular[] = [];
  private readonly edges: cytoscape.EdgeSingular[] = [];
  private readonly worn = new Map<cytoscape.SingularElementArgument, string>();
  private lacking: (Method | Link)[] = [];
  private filling: Promise<void> | null = null;
  private shown = new Set<Method>();
  private shownLinks = new Set<Link>();
  private light: Light | null = null;
  private bucket = NaN;
  private sizes: Sizes = sizesAt(1);
  private hovered: Method | null = null;
  private names = new Map<Method, Side>();
  private readonly numbers: Map<Link, number>;
  private readonly isArc: (link: Link) => boolean;
  private readonly isLarge: boolean;

  constructor(
    container: HTMLElement,
    readonly genealogy: Genealogy,
    onPick: (method: Method | null) => void,
  ) {
    this.isLarge = genealogy.links.length > MANY;
    this.isArc = passes(genealogy.methods);
    this.numbers = new Map(genealogy.links.map((link, number) => [link, number]));
    withoutStyleElement();
    cytoscape.warnings(false); // of lines that have no room between marks that touch
    this.cy = cytoscape({
      container,
      style: sheet(genealogy, this.isLarge),
      minZoom: 0.05,
      maxZoom: 5,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
      hideEdgesOnViewport: this.isLarge,
    });
    this.underlay = new Underlay(this.cy, genealogy);
    container.prepend(this.underlay.back);
    container.append(this.underlay.front);
    this.cy.on("tap", (event) => onPick(event.target === this.cy ? null : this.methodOf(event.target)));
    this.cy.on("mouseover", "node", (event) => event.originalEvent?.buttons || this.hover(this.methodOf(event.target)));
    this.cy.on("mouseout", "node", () => this.hover(null));
    this.cy.on("zoom", () => this.rename());
    darkness.addEventListener("change", () => this.repaint());
  }

  private methodOf(target: cytoscape.SingularElementArgument): Method | null {
    const number = target.isNode() ? Number(target.id().slice(1)) : NaN;
    return this.genealogy.methods[number] ?? null;
  }

  /** Shows these methods and links, and no others. */
  show(methods: Set<Method>, links: Set<Link>): void {
    [this.shown, this.shownLinks] = [methods, links];
    this.underlay.show(new Set([...methods].map((method) => method.band)));
    this.rename(true);
    this.dress();
    this.lacking = [
      ...[...methods].filter((method) => !this.nodes[method.number]).sort((a, b) => this.rank(b) - this.rank(a)),
      ...[...links].filter((link) => !this.edges[this.numbers.get(link)!]),
    ];
  }

  /** Lights up what belongs to what was picked; null puts all in the same light. */
  shine(light: Light | null): void {
    if (!light && !this.light) return;
    this.light = light;
    this.rename(true);
    this.dress();
  }

  /** Adds what is to be seen and is not on the map yet, a little at a time; the promise is kept when all is drawn. */
  fill(): Promise<void> {
    this.filling ??= this.filled().finally(() => (this.filling = null));
    return this.filling;
  }

  private async filled(): Promise<void> {
    await this.added("slug");
    performance.mark("map-methods");
    await this.added("kind");
  }

  /** Adds methods or links (what has such a property) in portions of some milliseconds, and draws them all at once. */
  private async added(property: "slug" | "kind"): Promise<void> {
    let portion = PORTION.first;
    let count = 0;
    while (this.lacking[0] && property in this.lacking[0]) {
      const began = performance.now();
      count += this.add(this.lacking.splice(0, portion));
      const spent = performance.now() - began;
      portion = Math.max(PORTION.least, Math.round(portion * Math.min(2, PORTION.ms / Math.max(spent, 1))));
      await rested();
    }
    if (count) await this.drawn();
  }

  /** Adds some of what is lacking, with styles and shapes computed now, and without a frame for each portion. */
  private add(lacking: (Method | Link)[]): number {
    const some = lacking.filter((one) => "slug" in one || (this.nodes[one.child.number] && this.nodes[one.parent.number]));
    this.unseen.noNotifications(() => {
      const added = this.cy.add(some.map((one) => ("slug" in one ? this.node(one) : this.edge(one))));
      some.forEach((one, n) => this.keep(one, added[n]!));
      added.boundingBox();
    });
    return some.length;
  }

  private keep(one: Method | Link, element: cytoscape.SingularElementArgument): void {
    if ("slug" in one) this.nodes[one.number] = element as cytoscape.NodeSingular;
    else this.edges[this.numbers.get(one)!] = element as cytoscape.EdgeSingular;
    this.wear(element, "slug" in one ? this.classesOf(one) : this.classesOfLink(one));
  }

  /** Has what was added drawn; the promise is kept when it stands on the screen. */
  private drawn(): Promise<void> {
    this.unseen.notify("add", this.cy.elements());
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }

  /** What Cytoscape.js itself uses to add many elements without a frame for each, and its types leave out. */
  private get unseen(): { noNotifications(act: () => void): void; notify(what: string, elements: cytoscape.Collection): void } {
    return this.cy as never;
  }

  private node(method: Method): cytoscape.ElementDefinition {
    return {
      data: {
        id: `n${method.number}`,
        name: method.name,
        band: method.band,
        shape: this.genealogy.bands[method.band]?.shape ?? "ellipse",
        isHarvested: method.isHarvested,
        ...this.sizesOf(method),
      },
      classes: this.classesOf(method),
      position: { x: method.x, y: method.y },
    };
  }

  private edge(link: Link): cytoscape.ElementDefinition {
    const points = controls(link.parent, link.child, this.isArc(link));
    return {
      data: {
        id: `e${this.numbers.get(link)}`,
        source: `n${link.parent.number}`,
        target: `n${link.child.number}`,
        kind: link.kind,
        certainty: link.certainty,
        standing: link.standing,
        band: link.parent.band,
        weight: this.weightOf(link),
        ...(this.isLarge ? {} : relative(link.parent, link.child, points)),
      },
      classes: this.classesOfLink(link),
    };
  }

  private sizesOf(method: Method): { font: number; size: number; rim: number } {
    const size = radius(method) * 2 * this.sizes.growth;
    return { font: this.sizes.font, size: method.isHarvested ? size * 0.86 : size, rim: size * 0.2 };
  }

  private weightOf(link: Link): number {
    return (WEIGHT[link.certainty] ?? 1) * (this.isLarge ? 1 : this.sizes.lines);
  }

  private classesOf(method: Method): string {
    if (!this.shown.has(method)) return "off";
    const side = this.names.get(method);
    const name = side ? `named ${side}` : method === this.hovered ? "named" : "";
    return this.light ? `${roleOf(method, this.light)} ${name}` : name;
  }

  private classesOfLink(link: Link): string {
    if (!this.shownLinks.has(link)) return "off";
    return this.light ? roleOfLink(link, this.light) : "";
  }

  /** Has everything on the map wear the classes of its present state. */
  private dress(): void {
    this.cy.batch(() => {
      this.nodes.forEach((node, n) => this.wear(node, this.classesOf(this.genealogy.methods[n]!)));
      this.edges.forEach((edge, n) => this.wear(edge, this.classesOfLink(this.genealogy.links[n]!)));
    });
  }

  private wear(element: cytoscape.SingularElementArgument, classes: string): void {
    if (this.worn.has(element) && this.worn.get(element) !== classes) element.classes(classes);
    this.worn.set(element, classes);
  }

  private hover(method: Method | null): void {
    const before = this.hovered;
    this.hovered = method;
    this.cy.container()!.classList.toggle("is-over", method !== null);
    for (const one of [before, method])
      if (one && this.nodes[one.number]) this.wear(this.nodes[one.number]!, this.classesOf(one));
  }

  /** Chooses the names that have room at this zoom: what is lit first, then who has the most descendants. */
  private rename(isForced = false): void {
    const zoom = this.cy.zoom();
    const bucket = Math.round(Math.log(zoom) / Math.log(ZOOM_STEP));
    const isResized = bucket !== this.bucket;
    if (!isResized && !isForced) return;
    this.bucket = bucket;
    this.sizes = sizesAt(zoom);
    const shown = [...this.shown];
    const candidates = shown.filter((method) => this.isLit(method));
    candidates.sort((a, b) => this.rank(b) - this.rank(a));
    this.names = named({ candidates, shown, ...this.sizes });
    this.cy.batch(() => {
      if (isResized) this.resize();
      this.nodes.forEach((node, n) => this.wear(node, this.classesOf(this.genealogy.methods[n]!)));
    });
  }

  /** Names keep their size on the screen, marks and lines some of theirs, when the map is seen from afar. */
  private resize(): void {
    this.nodes.forEach((node, n) => node.data(this.sizesOf(this.genealogy.methods[n]!)));
    if (!this.isLarge) this.edges.forEach((edge, n) => edge.data("weight", this.weightOf(this.genealogy.links[n]!)));
  }

  /** Whether a method is not in the dark beside what was picked. */
  isLit(method: Method): boolean {
    return !this.light || roleOf(method, this.light) !== "dim";
  }

  isLitLink(link: Link): boolean {
    return !this.light || roleOfLink(link, this.light) !== "dim";
  }

  private rank(method: Method): number {
    const isFirst = this.light?.picked.includes(method) || this.light?.line.has(method);
    return method.descendants + (isFirst ? 1e9 : 0) - method.number / 1e6;
  }

  /** Shows everything that is not filtered away. */
  fit(): void {
    const shown = [...this.shown];
    if (!shown.length) return;
    const [xs, ys] = [shown.map((method) => method.x), shown.map((method) => method.y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
    const gutter = AROUND.left + (this.cy.width() >= NARROW ? this.underlay.gutter() : 0);
    const [w, h] = [this.cy.width() - gutter - AROUND.right, this.cy.height() - AROUND.top - AROUND.bottom];
    const zoom = Math.min(w / Math.max(width, 1), h / Math.max(height, 1), 1.4);
    const pan = { x: gutter + (w - width * zoom) / 2 - left * zoom, y: AROUND.top + (h - height * zoom) / 2 - top * zoom };
    this.cy.viewport({ zoom, pan });
    this.rename();
  }

  /** At first: everything, but on a phone the busiest part, at a size that can be read. */
  open(): void {
    this.fit();
    const children = new Map<Method, number>();
    for (const { parent, standing } of this.genealogy.links)
      if (standing === "Derivation") children.set(parent, (children.get(parent) ?? 0) + 1);
    const busiest = [...this.shown].sort((a, b) => (children.get(b) ?? 0) - (children.get(a) ?? 0))[0];
    if (this.cy.width() < NARROW && this.cy.zoom() < 0.34 && busiest) {
      this.place = [busiest.x, busiest.y, 0.62];
    }
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.cy.zoom() * factor);
  }

  private zoomTo(level: number): void {
    this.cy.zoom({ level, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  /** Middle of the view and zoom. */
  get place(): [number, number, number] {
    const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];
    return [(this.cy.width() / 2 - pan.x) / zoom, (this.cy.height() / 2 - pan.y) / zoom, zoom];
  }

  set place([x, y, zoom]: [number, number, number]) {
    this.cy.viewport({ zoom, pan: { x: this.cy.width() / 2 - x * zoom, y: this.cy.height() / 2 - y * zoom } });
    this.rename();
  }

  /** Brings a method into sight, without moving where it is in sight already. */
  reveal(method: Method, hidden: { right: number; bottom: number }): void {
    const place = this.onScreen(method);
    const [right, bottom] = [this.cy.width() - hidden.right, this.cy.height() - hidden.bottom];
    if (this.cy.zoom() < 0.3) this.zoomTo(0.5);
    if (place.x > 40 && place.x < right - 40 && place.y > 40 && place.y < bottom - 40) return;
    const now = this.onScreen(method);
    this.cy.panBy({ x: right / 2 - now.x, y: bottom / 2 - now.y });
  }

  /** Where a method stands on the screen, from the corner of the map. */
  onScreen(method: Method): { x: number; y: number } {
    const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];
    return { x: method.x * zoom + pan.x, y: method.y * zoom + pan.y };
  }

  private repaint(): void {
    this.bucket = NaN;
    this.cy.style(sheet(this.genealogy, this.isLarge) as cytoscape.StylesheetJson);
    this.rename(true);
    this.underlay.draw();
  }
}

/** Cytoscape adds a style element unless one with this id is there; the page's policy allows none, and none is needed. */
function withoutStyleElement(): void {
  const id = "__________cytoscape_stylesheet";
  if (!document.getElementById(id)) document.head.append(Object.assign(document.createElement("meta"), { id }));
}

/** Kept when whatever else waits for the page had its turn. */
export function rested(): Promise<void> {
  const { scheduler } = window as { scheduler?: { yield?: () => Promise<void> } };
  return scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));
}

function roleOf(method: Method, light: Light): string {
  const roles = [
    light.picked.includes(method) && "picked",
    light.common.has(method) && "common",
    light.line.has(method) && "line",
    light.up.has(method) && "up",
    light.down.has(method) && "down",
  ].filter(Boolean);
  return roles.length ? roles.join(" ") : "dim";
}

function roleOfLink({ child, parent, standing }: Link, light: Light): string {
  if (standing !== "Derivation") return light.picked.includes(child) || light.picked.includes(parent) ? "" : "dim";
  if (light.steps?.has(`${child.slug} ${parent.slug}`)) return "line";
  const isUp = light.up.has(parent) && (light.up.has(child) || light.picked.includes(child));
  const isDown = light.down.has(child) && (light.down.has(parent) || light.picked.includes(parent));
  return isUp ? "up" : isDown ? "down" : "dim";
}
