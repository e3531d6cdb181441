// How the map looks, as a style sheet of Cytoscape.js: bands are colours and shapes, kinds are lines, what is lit stands out.
import type cytoscape from "cytoscape";
import type { Genealogy } from "./genealogy";
import { KINDS, OTHER_KIND, theme } from "./looks";
import { FAMILIES } from "./naming";

/** The style sheet of a map; `isLarge` for one with so many links that they are plain straight lines. */
export function sheet(genealogy: Genealogy, isLarge: boolean): cytoscape.StylesheetJson {
  const c = theme();
  const tone = (band: number) => {
    const own = genealogy.bands[band];
    return (c.isDark ? own?.dark : own?.light) ?? c.faint;
  };
  const banded = (name: string, make: (colour: string) => object) =>
    genealogy.bands.map((_, n) => ({ selector: `${name}[band = ${n}]`, style: make(tone(n)) }));
  return [
    {
      selector: "node",
      style: {
        width: "data(size)",
        height: "data(size)",
        shape: "data(shape)",
        label: "",
        color: c.ink,
        "font-size": "data(font)",
        "font-family": FAMILIES,
        "text-valign": "bottom",
        "text-margin-y": 1,
        "text-outline-color": c.paper,
        "text-outline-width": 2,
        "text-outline-opacity": 0.85,
        "border-width": 1,
        "border-color": c.paper,
        "overlay-opacity": 0,
      },
    },
    ...banded("node", (colour) => ({ "background-color": colour })),
    ...genealogy.bands.map((_, n) => ({
      selector: `node[band = ${n}][?isHarvested]`,
      style: { "background-color": c.paper, "border-color": tone(n), "border-width": "data(rim)" },
    })),
    {
      selector: "edge",
      style: {
        width: "data(weight)",
        opacity: 0.5,
        "curve-style": isLarge ? "straight" : "unbundled-bezier",
        ...(isLarge
          ? {}
          : {
              "control-point-weights": "data(weights)" as never,
              "control-point-distances": "data(distances)" as never,
              "edge-distances": "node-position" as const,
            }),
        "arrow-scale": 0.55,
        "overlay-opacity": 0,
        events: "no",
      },
    },
    ...banded("edge", (colour) => ({ "line-color": colour, "target-arrow-color": colour })),
    ...kinds(isLarge ? ["edge.up", "edge.down", "edge.line"] : ["edge"]),
    { selector: "edge[certainty = 'high']", style: { opacity: 0.66 } },
    { selector: "edge[certainty = 'disputed']", style: { "line-color": c.bad, "target-arrow-color": c.bad } },
    {
      selector: "edge[standing = 'RejectedDerivation']",
      style: {
        "line-color": c.bad,
        "target-arrow-color": c.bad,
        "target-arrow-shape": "tee",
        "line-style": "dashed",
        "line-dash-pattern": [3, 4],
      },
    },
    {
      selector: "edge[standing = 'ComponentUse']",
      style: { "line-color": c.faint, "target-arrow-color": c.faint, "target-arrow-fill": "hollow" },
    },
    { selector: ".off", style: { display: "none" } },
    { selector: "node.named", style: { label: "data(name)" } },
    { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -1 } },
    { selector: "node.right", style: { "text-valign": "center", "text-halign": "right", "text-margin-x": 5, "text-margin-y": 0 } },
    { selector: "node.left", style: { "text-valign": "center", "text-halign": "left", "text-margin-x": -5, "text-margin-y": 0 } },
    { selector: "node.dim", style: { opacity: 0.16 } },
    { selector: "edge.dim", style: { opacity: 0.05 } },
    { selector: "edge.up", style: mark(c.up) },
    { selector: "edge.down", style: mark(c.down) },
    { selector: "edge.line", style: { ...mark(c.picked), width: 3.2 } },
    { selector: "node.common", style: { "border-width": 3, "border-color": c.up } },
    {
      selector: "node.picked",
      style: {
        "border-width": 3,
        "border-color": c.picked,
        "font-weight": "bold",
        "underlay-color": c.picked,
        "underlay-opacity": 0.2,
        "underlay-padding": 7,
      },
    },
  ] as cytoscape.StylesheetJson;
}

function mark(colour: string): object {
  return { "line-color": colour, "target-arrow-color": colour, opacity: 0.95, "z-index": 9 };
}

/** The styles of the kinds, for what these selectors find. */
function kinds(selectors: string[]): object[] {
  return [...Object.entries(KINDS), ["", OTHER_KIND] as const].map(([kind, look]) => ({
    selector: selectors.map((one) => `${one}[kind = '${kind}']`).join(", "),
    style: {
      "target-arrow-shape": look.head,
      "line-style": look.dash.length ? "dashed" : "solid",
      ...(look.dash.length ? { "line-dash-pattern": look.dash } : {}),
    },
  }));
}
