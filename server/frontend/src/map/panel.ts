// The panel beside the map: what is known about the method that was picked, or about the two that are compared.
import { el } from "./elements";
import type { Genealogy, Method } from "./genealogy";
import { chosen, t } from "./words";

export interface Actions {
  root: string;
  pick: (method: Method) => void;
  close: () => void;
  compare: () => void;
  endComparison: () => void;
}

/** A comparison as the server found it. */
export interface Comparison {
  line: { child: string; parent: string; kind: string; certainty: string; paper: string }[];
  found: string[];
  common: string[];
  nearest: string[];
}

export class Panel {
  readonly element = el("aside", { class: "map-panel", hidden: true, tabindex: "-1", "aria-label": t("evidence") });

  constructor(
    private readonly genealogy: Genealogy,
    private readonly actions: Actions,
  ) {}

  close(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** Opens on a method with what is at hand; `details` is the framed JSON-LD of it, once it has come. */
  show(method: Method, details: any, counts: { up: number; down: number }, waits: boolean): void {
    const page = `${this.actions.root}architecture/${method.slug}`;
    this.open(
      this.head(method.name, [
        t(method.isAlgorithm ? "algorithm" : "architecture"),
        method.introduced,
        t("ancestors", { count: counts.up }),
        t("descendants", { count: counts.down }),
      ]),
      el("p", {}, chosen(details?.definition)),
      this.facts(method, details),
      ...this.evidence(t("parents"), details?.derivation, "parent", details ? t("noparents") : ""),
      ...this.children(method),
      ...this.evidence(t("uses.of"), details?.use, "component"),
      ...this.evidence(t("rejections"), details?.rejectedDerivation, "parent"),
      el(
        "p",
        { class: "map-links" },
        el("a", { href: page }, t("open")),
        el("a", { href: `${this.actions.root}lineage/${method.slug}.svg?direction=both&depth=2` }, t("lineage")),
        el("a", { href: `${page}.jsonld` }, t("data")),
      ),
      el("button", { type: "button", class: "map-wide", onclick: this.actions.compare }, t("compare")),
      ...(waits ? [el("p", { role: "status" }, t("compare.now"))] : []),
    );
  }

  compare(first: Method, second: Method, comparison: Comparison): void {
    const named = (slug: string) => this.genealogy.bySlug.get(slug);
    const button = (slug: string) => (named(slug) ? this.button(named(slug)!) : slug);
    this.open(
      this.head(t("compared", { first: first.name, second: second.name }), []),
      el("h3", {}, t("line")),
      comparison.line.length
        ? el("ol", { class: "map-steps" }, ...comparison.line.map((step) => this.step(step, button)))
        : el("p", {}, t("line.none")),
      el("h3", {}, t("common")),
      comparison.common.length
        ? el(
            "ul",
            {},
            ...comparison.common.map((slug) =>
              el("li", {}, button(slug), comparison.nearest.includes(slug) ? el("em", {}, ` ${t("nearest")}`) : ""),
            ),
          )
        : el("p", {}, t("common.none")),
      el("button", { type: "button", class: "map-wide", onclick: this.actions.endComparison }, t("compare.end")),
    );
  }

  fail(message: string): void {
    this.element.append(el("p", { role: "alert" }, message));
  }

  private step(step: Comparison["line"][number], button: (slug: string) => Node | string): HTMLElement {
    const page = `${this.actions.root}derivation/${step.child}--${step.parent}`;
    return el("li", {}, button(step.child), " ", el("a", { href: page }, this.kind(step.kind)), " ", button(step.parent));
  }

  private open(...content: (Node | string)[]): void {
    this.element.replaceChildren(...content);
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  private head(name: string, notes: string[]): HTMLElement {
    const close = el("button", { type: "button", class: "map-close", "aria-label": t("close"), onclick: this.actions.close });
    close.textContent = "×";
    return el("header", {}, close, el("h2", {}, name), el("p", { class: "map-notes" }, notes.join(" · ")));
  }

  private facts(method: Method, details: any): HTMLElement {
    const paper = details?.introducedIn;
    const concepts = (numbers: number[], all: Genealogy["tasks"]) =>
      numbers.map((n) => el("a", { href: this.actions.root + all[n]!.id }, chosen(all[n]!.label)));
    const rows: [string, (Node | string)[]][] = [
      [t("paper"), paper ? [el("a", { href: this.actions.root + paper["@id"] }, String(paper.title))] : []],
      [t("tasks"), concepts(method.tasks, this.genealogy.tasks)],
      [t("families"), concepts(method.families, this.genealogy.families)],
    ];
    const filled = rows.filter(([, values]) => values.length);
    const between = (values: (Node | string)[]) => values.flatMap((value, n) => (n ? [", ", value] : [value]));
    return el("dl", {}, ...filled.flatMap(([name, values]) => [el("dt", {}, name), el("dd", {}, ...between(values))]));
  }

  /** Claims with their evidence: the other method, how, where it is stated, and why. */
  private evidence(title: string, claims: any, end: "parent" | "component", otherwise = ""): HTMLElement[] {
    const list: any[] = claims ? (Array.isArray(claims) ? claims : [claims]) : [];
    if (!list.length) return otherwise ? [el("h3", {}, title), el("p", {}, otherwise)] : [];
    return [el("h3", {}, title), el("ul", { class: "map-claims" }, ...list.map((claim) => this.claim(claim, claim[end])))];
  }

  private claim(claim: any, other: any): HTMLElement {
    const known = this.genealogy.bySlug.get(String(other?.["@id"]).split("/")[1] ?? "");
    const paper = claim.statedIn;
    const certainty = t(`certainty.${claim.certainty}`);
    return el(
      "li",
      {},
      el("a", { href: this.actions.root + claim["@id"], class: "map-kind" }, this.kind(claim.kind) || t("evidence")),
      " ",
      known ? this.button(known) : chosen(other?.label),
      el("span", { class: `map-certainty ${claim.certainty}` }, ` ${t("certainty")}: ${certainty}`),
      el("p", {}, chosen(claim.rationale)),
      el(
        "p",
        { class: "map-source" },
        paper ? el("a", { href: this.actions.root + paper["@id"] }, String(paper.title ?? paper["@id"])) : "",
        claim.locator ? `, ${claim.locator}` : "",
      ),
    );
  }

  private children(method: Method): HTMLElement[] {
    const links = this.genealogy.links.filter((link) => link.parent === method && link.standing === "Derivation");
    if (!links.length) return [el("h3", {}, t("children")), el("p", {}, t("nochildren"))];
    const row = ({ child, kind }: (typeof links)[number]) =>
      el("li", {}, this.button(child), " ", el("span", { class: "map-notes" }, `${child.year} · ${this.kind(kind)}`));
    return [el("h3", {}, `${t("children")} (${links.length})`), el("ul", { class: "map-children" }, ...links.map(row))];
  }

  private kind(kind: unknown): string {
    const id = String(kind ?? "");
    return chosen(this.genealogy.kinds.find((one) => one.id === id)?.label) || id;
  }

  private button(method: Method): HTMLElement {
    return el("button", { type: "button", class: "map-method", onclick: () => this.actions.pick(method) }, method.name);
  }
}
