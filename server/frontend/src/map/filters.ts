// What the map shows, and the controls that say so; the kinds with their lines are the legend as well.
import { el, svg } from "./elements";
import type { Band, Concept, Genealogy, Link, Method } from "./genealogy";
import { KINDS, OTHER_KIND, WEIGHT } from "./looks";
import { USUAL_CERTAINTY, type State } from "./state";
import { chosen, t } from "./words";

const CERTAINTIES = ["high", "medium", "disputed"];
const ALSO = ["rejected", "uses", "harvested"];
const ORIGINS = ["curated", "harvested"];
const USES = ["usesComponent", "usesBackbone"];

/** The methods and links that a state leaves on the map. */
export function filtered(genealogy: Genealogy, state: State): { methods: Set<Method>; links: Set<Link> } {
  const family = genealogy.families.findIndex((one) => one.id === `family/${state.family}`);
  const task = genealogy.tasks.findIndex((one) => one.id === `task/${state.task}`);
  const [from, to] = [Number(state.from) || -Infinity, Number(state.to) || Infinity];
  const methods = new Set(
    genealogy.methods.filter(
      (method) =>
        (!method.isUnplaced || state.also.includes("harvested")) &&
        (family < 0 || method.within.has(family)) &&
        (task < 0 || method.tasks.includes(task)) &&
        (!state.origin || method.isHarvested === (state.origin === "harvested")) &&
        method.year >= from &&
        method.year <= to,
    ),
  );
  const links = new Set(
    genealogy.links.filter((link) => methods.has(link.child) && methods.has(link.parent) && isShown(link, state)),
  );
  return { methods, links };
}

function isShown(link: Link, state: State): boolean {
  if (link.standing === "ComponentUse") return state.also.includes("uses");
  if (link.standing === "RejectedDerivation") return state.also.includes("rejected");
  return state.certainty.includes(link.certainty) && (!state.kinds || state.kinds.includes(link.kind));
}

/** The look of methods without a band of their own. */
const PLAIN: Band = { name: "", top: 0, bottom: 0, shape: "ellipse", light: "#6b7280", dark: "#a2acba" };

export class Filters {
  readonly element: HTMLElement;
  private readonly count = el("span", { class: "map-count", role: "status" });
  private readonly controls = new Map<string, HTMLSelectElement | HTMLInputElement>();

  constructor(
    private readonly genealogy: Genealogy,
    private readonly change: (part: Partial<State>) => void,
  ) {
    const years = genealogy.methods.map((method) => method.year);
    const [first, last] = [Math.min(...years), Math.max(...years)];
    this.element = el(
      "details",
      { class: "map-filters" },
      el("summary", {}, t("filters"), " · ", t("legend"), " ", this.count),
      el(
        "div",
        {},
        el(
          "div",
          {},
          this.select("family", named(genealogy.families)),
          this.select("task", named(genealogy.tasks)),
          this.select("origin", ORIGINS.map((value) => ({ value, words: t(`origin.${value}`) }))),
          el("fieldset", { class: "map-years" }, el("legend", {}, t("years")), this.year("from", first, last), "–", this.year("to", first, last)),
          this.boxes(t("certainty"), "certainty", CERTAINTIES, (one) => t(`certainty.${one}`), (one) => sample("extends", WEIGHT[one]!, one)),
          this.boxes(t("also"), "also", ALSO, (one) => t(`also.${one}`), alsoSample),
          el("button", { type: "button", onclick: () => this.clear() }, t("reset")),
        ),
        el("div", {}, this.boxes(t("kinds"), "kind", this.kinds(), (kind) => chosen(this.label(kind)), (kind) => sample(kind, 1.7)), ...notes()),
        this.bands(),
      ),
    );
  }

  /** Has the controls say what the state says. */
  show(state: State, shown: number): void {
    for (const name of ["family", "task", "origin", "from", "to"] as const) this.controls.get(name)!.value = state[name];
    const held: Record<string, string[]> = {
      kind: state.kinds ?? this.kinds(),
      certainty: state.certainty,
      also: state.also,
    };
    for (const box of this.element.querySelectorAll<HTMLInputElement>("input[type=checkbox]"))
      box.checked = held[box.name]!.includes(box.value);
    this.count.textContent = t("shown", { shown, all: this.genealogy.methods.length });
  }

  private clear(): void {
    this.change({ family: "", task: "", origin: "", from: "", to: "", kinds: null, certainty: USUAL_CERTAINTY, also: [] });
  }

  private kinds(): string[] {
    return this.genealogy.kinds.map((kind) => kind.id).filter((kind) => !USES.includes(kind));
  }

  private label(kind: string) {
    return this.genealogy.kinds.find((one) => one.id === kind)?.label;
  }

  private select(name: "family" | "task" | "origin", options: { value: string; words: string }[]): HTMLElement {
    const select = el(
      "select",
      { onchange: () => this.change({ [name]: select.value }) },
      el("option", { value: "" }, t("any")),
      ...options.map(({ value, words }) => el("option", { value }, words)),
    );
    this.controls.set(name, select);
    return el("label", {}, t(name), " ", select);
  }

  private year(name: "from" | "to", min: number, max: number): HTMLElement {
    const input = el("input", { type: "number", min, max, placeholder: name === "from" ? min : max, "aria-label": t(`years.${name}`) });
    input.addEventListener("change", () => this.change({ [name]: input.value }));
    this.controls.set(name, input);
    return input;
  }

  private boxes(
    title: string,
    name: "kind" | "certainty" | "also",
    values: string[],
    words: (value: string) => string,
    picture: (value: string) => Node,
  ): HTMLElement {
    const box = (value: string) =>
      el("label", {}, el("input", { type: "checkbox", name, value, onchange: () => this.boxed(name, values) }), picture(value), words(value) || value);
    return el("fieldset", {}, el("legend", {}, title), ...values.map(box));
  }

  private boxed(name: string, values: string[]): void {
    const checked = [...this.element.querySelectorAll<HTMLInputElement>(`input[name=${name}]:checked`)].map((box) => box.value);
    if (name === "kind") this.change({ kinds: checked.length === values.length ? null : checked });
    else this.change({ [name]: checked });
  }

  private bands(): HTMLElement {
    const row = (_: unknown, n: number) => {
      const band = this.genealogy.bands[n]!;
      return el("li", {}, mark(band), band.name);
    };
    return el("fieldset", {}, el("legend", {}, t("families")), el("ul", { class: "map-bands" }, ...this.genealogy.bands.map(row)));
  }
}

/** What else there is to know about marks. */
function notes(): HTMLElement[] {
  return [
    el("p", { class: "map-notes map-hollow" }, mark(PLAIN, true), t("legend.harvested")),
    el("p", { class: "map-notes" }, t("legend.size")),
    el("p", { class: "map-notes" }, t("legend.guests")),
  ];
}

/** The names of concepts as options, in the order of the alphabet. */
function named(concepts: Concept[]): { value: string; words: string }[] {
  return concepts
    .map((one) => ({ value: one.id.split("/")[1] ?? "", words: chosen(one.label) || one.id }))
    .sort((a, b) => a.words.localeCompare(b.words));
}

function alsoSample(one: string): Node {
  if (one === "harvested") return mark(PLAIN, true);
  return sample(one === "uses" ? "usesComponent" : "inspiredBy", 1.2, one);
}

const HEADS: Record<string, string> = {
  triangle: "M34 2L42 6L34 10z",
  chevron: "M33 2L38 6L33 10M37 2L42 6L37 10",
  circle: "M34 6a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
  tee: "M41 1V11",
  vee: "M35 2L42 6L35 10",
  diamond: "M33 6L37.5 2L42 6L37.5 10z",
  square: "M35 3h6v6h-6z",
};

/** A short line as it is drawn on the map. */
function sample(kind: string, weight: number, variant = ""): SVGElement {
  const look = KINDS[kind] ?? OTHER_KIND;
  const dash = variant === "rejected" ? "3 4" : look.dash.join(" ");
  const head = variant === "rejected" ? "tee" : look.head;
  return svg(
    "svg",
    { class: `map-sample ${variant}`, viewBox: "0 0 44 12", width: 44, height: 12, "aria-hidden": "true" },
    svg("path", { d: "M1 6H34", "stroke-width": weight, ...(dash ? { "stroke-dasharray": dash } : {}) }),
    svg("path", { d: HEADS[head]!, class: ["vee", "tee", "chevron"].includes(head) ? "map-open" : "map-head" }),
  );
}

export const SHAPES: Record<string, string> = {
  ellipse: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
  rectangle: "M-.9-.9h1.8v1.8h-1.8z",
  diamond: "M0-1.25L1.25 0L0 1.25L-1.25 0z",
  triangle: "M0-1.15L1.1 .85H-1.1z",
  hexagon: "M-1.1 0L-.55-.95H.55L1.1 0L.55 .95H-.55z",
};

/** The mark of a band, in both colours; the style sheet shows the one that fits the page. Harvested ones are hollow. */
function mark({ shape, light, dark }: Band, isHollow = false): SVGElement {
  const d = SHAPES[shape] ?? SHAPES.ellipse!;
  const look = (colour: string) => (isHollow ? { fill: "none", stroke: colour, "stroke-width": 0.4, transform: "scale(.8)" } : { fill: colour });
  return svg(
    "svg",
    { viewBox: "-1.4 -1.4 2.8 2.8", width: 14, height: 14, "aria-hidden": "true", class: "map-mark" },
    svg("path", { d, ...look(light), class: "on-light" }),
    svg("path", { d, ...look(dark), class: "on-dark" }),
  );
}
