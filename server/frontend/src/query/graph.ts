// Triples, or rows of two IRIs, as a graph; Cytoscape.js and the layout are loaded only when it is looked at.

import type { Core, ElementDefinition } from "cytoscape";
import type { Answer } from "./asking";
import { counted, make, t } from "./page";
import { compact, plain, target, type Term } from "./terms";

/** Beyond so many links nobody reads a graph. */
const MOST_EDGES = 300;

interface Ends {
  from: number;
  to: number;
}

/** The columns that lead from thing to thing; null where there are none. */
export function endsOf(answer: Answer): Ends | null {
  if (answer.form === "graph") return answer.rows.some((row) => row[2]?.type !== "literal") ? { from: 0, to: 2 } : null;
  const [from, to] = resources(answer);
  return from === undefined || to === undefined ? null : { from, to };
}

function resources(answer: Answer): number[] {
  const isOne = (term: Term | undefined) => !term || term.type === "uri" || term.type === "bnode";
  const columns = answer.columns.map((_, column) => column);
  return columns.filter((column) => answer.rows.every((row) => isOne(row[column])) && answer.rows.some((row) => row[column]));
}

interface Drawn {
  elements: ElementDefinition[];
  nodes: number;
  edges: number;
  all: number;
  kind: string;
}

/** The things and links of an answer; what a thing is called stands in the column `xName` beside `x`, or in its label. */
export function elementsOf(answer: Answer, { from, to }: Ends): Drawn {
  const names = answer.form === "graph" ? labels(answer) : namesBeside(answer, [from, to]);
  const rows = answer.rows.filter((row) => row[from] && row[to] && row[to].type !== "literal" && !isLabel(row[1]));
  const kind = answer.form === "graph" ? 1 : kindColumn(answer);
  const things = new Map<string, ElementDefinition>();
  const links = new Map<string, ElementDefinition>();
  for (const row of rows.slice(0, MOST_EDGES)) {
    const [source, end] = [idOf(row[from]!), idOf(row[to]!)];
    for (const id of [source, end]) things.set(id, box(id, names.get(id) ?? lastPart(id)));
    const label = kind < 0 ? "" : plain(row[kind]).replace(/^\w+:/, "");
    links.set(`${source} ${end} ${label}`, { data: { source, target: end, label } });
  }
  const kinds = new Set([...links.values()].map(({ data }) => data.label));
  const only = kinds.size === 1 && links.size > 1 ? [...kinds][0]! : ""; // said once, instead of at every link
  if (only) for (const { data } of links.values()) data.label = "";
  const elements = [...things.values(), ...links.values()];
  return { elements, nodes: things.size, edges: links.size, all: rows.length, kind: only };
}

const [FONT_SIZE, BOX_HEIGHT, WIDEST] = [12, 24, 190];

/** A box as wide as its words, roughly: Chinese characters are as wide as they are high. */
function box(id: string, label: string): ElementDefinition {
  const width = [...label].reduce((sum, letter) => sum + (letter > "\u2e80" ? FONT_SIZE : FONT_SIZE * 0.6), 18);
  return { data: { id, label, width: Math.min(width, WIDEST + 18) } };
}

function idOf(term: Term): string {
  return term.type === "uri" ? term.value : `_:${term.value}`;
}

function lastPart(id: string): string {
  return compact(id).replace(/^(architecture|paper|task|family|derivation)\//, "");
}

const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";

function isLabel(term: Term | undefined): boolean {
  return term?.value === LABEL;
}

function labels(answer: Answer): Map<string, string> {
  const own = answer.rows.filter((row) => isLabel(row[1]) && row[2]?.type === "literal");
  const preferred = [...own].sort((row) => (row[2]!["xml:lang"] === document.documentElement.lang ? 1 : -1));
  return new Map(preferred.map((row) => [idOf(row[0]!), row[2]!.value]));
}

function namesBeside(answer: Answer, columns: number[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const column of columns) {
    const own = answer.columns[column]!;
    const beside = answer.columns.findIndex((name) => name === `${own}Name` || name === `${own}Label`);
    for (const row of answer.rows) {
      if (row[column] && row[beside]) found.set(idOf(row[column]!), row[beside]!.value);
    }
  }
  return found;
}

function kindColumn(answer: Answer): number {
  return answer.columns.findIndex((name) => /^(kind|relation|property|predicate)$/i.test(name));
}

/** The graph of an answer, with the choice of its ends above it. */
export function graph(answer: Answer): HTMLElement {
  const found = endsOf(answer);
  if (!found) return make("p", {}, t("graph.missing"));
  const ends = found;
  const place = make("div", { class: "query-graph", role: "img" });
  const note = make("p", { class: "query-note" });
  let core: Core | undefined;

  async function draw(): Promise<void> {
    const drawn = elementsOf(answer, ends);
    place.setAttribute("aria-label", t("graph.label", { nodes: drawn.nodes, edges: drawn.edges }));
    const kind = drawn.kind ? t("graph.kind", { kind: drawn.kind }) + " " : "";
    const cut = drawn.all > MOST_EDGES ? t("graph.cut", { count: MOST_EDGES, all: counted(drawn.all) }) + " " : "";
    note.textContent = cut + kind + t("graph.hint");
    core?.destroy();
    core = await drawnIn(place, drawn.elements);
  }

  const columns = answer.form === "graph" ? [] : resources(answer);
  const select = (name: keyof Ends) => chooser(name, answer, columns, ends, () => void draw());
  const bar = columns.length > 2 ? [make("div", { class: "query-choices" }, select("from"), select("to"))] : [];
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => place.isConnected && void draw());
  requestAnimationFrame(() => void draw()); // a graph takes its size from its place in the page
  return make("div", {}, ...bar, place, note);
}

function chooser(name: keyof Ends, answer: Answer, columns: number[], ends: Ends, changed: () => void): HTMLElement {
  const change = () => {
    ends[name] = Number(select.value);
    changed();
  };
  const options = columns.map((column) =>
    make("option", { value: String(column), selected: column === ends[name] }, answer.columns[column]!),
  );
  const select: HTMLSelectElement = make("select", { change }, ...options);
  return make("label", {}, t(`graph.${name}`), " ", select);
}

/** Cytoscape.js adds a style element, which the page's policy refuses, unless there is one of this id: any will do. */
function standInForStyles(): void {
  const id = "__________cytoscape_stylesheet";
  if (!document.getElementById(id)) document.head.append(make("meta", { id, name: "cytoscape" }));
}

async function drawnIn(place: HTMLElement, elements: ElementDefinition[]): Promise<Core> {
  standInForStyles();
  const [{ default: cytoscape }, positions] = await Promise.all([import("cytoscape"), layered(elements, place.clientWidth)]);
  const style = getComputedStyle(document.getElementById("query")!);
  const colour = (name: string) => style.getPropertyValue(`--query-${name}`).trim();
  place.style.height = `${heightFor(positions, place.clientWidth)}px`;
  const core = cytoscape({
    container: place,
    elements,
    userZoomingEnabled: false,
    layout: { name: "preset", positions: (node: { id(): string }) => positions.get(node.id())!, padding: 20 } as never,
    style: [
      {
        selector: "node",
        style: {
          shape: "round-rectangle",
          width: "data(width)",
          height: BOX_HEIGHT,
          label: "data(label)",
          color: colour("ink"),
          "background-color": colour("raised"),
          "border-color": colour("accent"),
          "border-width": 1.2,
          "font-size": FONT_SIZE,
          "text-valign": "center",
          "text-wrap": "ellipsis",
          "text-max-width": `${WIDEST}px`,
        },
      },
      {
        selector: "edge",
        style: {
          label: "data(label)",
          color: colour("faint"),
          "font-size": 11,
          width: 1.4,
          "line-color": colour("faint"),
          "target-arrow-color": colour("faint"),
          "target-arrow-shape": "triangle",
          "arrow-scale": 0.8,
          "curve-style": "bezier",
          "text-background-color": colour("paper"),
          "text-background-opacity": 0.8,
        },
      },
    ],
  });
  core.on("tap", "node", (event) => {
    const href = target(event.target.id());
    if (href) location.assign(href);
  });
  place.onwheel = (event) => {
    core.userZoomingEnabled(event.ctrlKey || event.metaKey);
  };
  if (core.zoom() > 1.4) core.zoom(1.4).center();
  return core;
}

interface Place {
  x: number;
  y: number;
}

type Places = Map<string, Place>;

/** How far the places reach, with room for names. */
function extent(places: Places): { across: number; down: number } {
  const [xs, ys] = [[...places.values()].map(({ x }) => x), [...places.values()].map(({ y }) => y)];
  return { across: Math.max(...xs) - Math.min(...xs) + WIDEST, down: Math.max(...ys) - Math.min(...ys) + 3 * BOX_HEIGHT };
}

/** A height that fits what is drawn when it has the whole width, within reason. */
function heightFor(places: Places, width: number): number {
  const { across, down } = extent(places);
  return Math.min(Math.max(down * Math.min(width / across, 1.3), 160), MOST_HEIGHT);
}

const MOST_HEIGHT = 900;

/** Places in layers: from left to right, as lines of descent are drawn, or downwards where more is seen that way. */
async function layered(elements: ElementDefinition[], width: number): Promise<Places> {
  const dagre = await import("@dagrejs/dagre");
  const [lying, standing] = ["LR", "TB"].map((rankdir) => planned(dagre, elements, rankdir));
  const zoom = (places: Places) => Math.min(width / extent(places).across, MOST_HEIGHT / extent(places).down);
  return zoom(standing!) > zoom(lying!) * 1.2 ? standing! : lying!;
}

function planned(dagre: typeof import("@dagrejs/dagre"), elements: ElementDefinition[], rankdir: string): Places {
  const plan = new dagre.graphlib.Graph({ multigraph: true });
  plan.setGraph({ rankdir, nodesep: 12, ranksep: 70 });
  plan.setDefaultEdgeLabel(() => ({}));
  for (const [place, { data }] of elements.entries()) {
    if (data.id) plan.setNode(data.id, { width: data.width, height: BOX_HEIGHT });
    else plan.setEdge(data.source, data.target, {}, String(place));
  }
  dagre.layout(plan);
  return new Map(plan.nodes().map((id) => [id, { x: plan.node(id).x, y: plan.node(id).y }]));
}
