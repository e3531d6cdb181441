// The view as a file: SVG, PNG, GraphML, JSON-LD, of what is shown and not filtered away.
import type { Link, Method } from "./genealogy";
import { theme } from "./looks";
import { BASE, type Shown, asSvg, xml } from "./picture";
import type { View } from "./view";


/** Name of the format -> the file. */
export const FORMATS: Record<string, (shown: Shown, view: View) => Promise<Blob> | Blob> = {
  svg: (shown) => new Blob([asSvg(shown, theme())], { type: "image/svg+xml" }),
  png: (_, view) =>
    view.cy.png({ output: "blob-promise", full: true, scale: scaleOf(view), bg: theme().paper }) as unknown as Promise<Blob>,
  graphml: (shown) => new Blob([asGraphml(shown)], { type: "application/graphml+xml" }),
  jsonld: (shown) => new Blob([asJsonLd(shown)], { type: "application/ld+json" }),
};

/** Hands the browser a file. */
export async function save(format: string, shown: Shown, view: View): Promise<void> {
  const address = URL.createObjectURL(await FORMATS[format]!(shown, view));
  const link = document.createElement("a");
  link.href = address;
  link.download = `deepgenealogy-${shown.genealogy.snapshot}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function scaleOf(view: View): number {
  const box = view.cy.elements().not(".off").boundingBox();
  return Math.min(2, 8_000 / Math.max(box.w, box.h, 1));
}

function asGraphml({ genealogy, methods, links }: Shown): string {
  const keys = { node: ["label", "labelZh", "iri", "introduced"], edge: ["kind", "certainty", "standing"] };
  const declared = Object.entries(keys).flatMap(([domain, names]) =>
    names.map((name) => `<key id="${domain}-${name}" for="${domain}" attr.name="${name}" attr.type="string"/>`),
  );
  const data = (domain: string, values: Record<string, string>) =>
    Object.entries(values)
      .filter(([, value]) => value)
      .map(([name, value]) => `<data key="${domain}-${name}">${xml(value)}</data>`)
      .join("");
  const iri = (method: Method) => `${BASE}architecture/${method.slug}`;
  const node = (m: Method) =>
    `<node id="${xml(m.slug)}">${data("node", { label: m.label.en ?? m.name, labelZh: m.label.zh ?? "", iri: iri(m), introduced: m.introduced })}</node>`;
  const edge = ({ parent, child, kind, certainty, standing }: Link) =>
    `<edge source="${xml(parent.slug)}" target="${xml(child.slug)}">${data("edge", { kind, certainty, standing })}</edge>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...declared,
    `<graph id="map-${xml(genealogy.snapshot)}" edgedefault="directed">`,
    ...methods.map(node),
    ...links.map(edge),
    "</graph>",
    "</graphml>\n",
  ].join("\n");
}

const DATES: Record<number, string> = { 10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear" };

/** The same keys as everywhere; the context is the published one, by its address. */
function asJsonLd({ genealogy, methods, links }: Shown): string {
  const claims = (method: Method, standing: string, make: (link: Link) => object) =>
    links.filter((link) => link.child === method && link.standing === standing).map(make);
  const claim = (folder: string, end: string) => (link: Link) => ({
    "@id": `${folder}/${link.child.slug}--${link.parent.slug}`,
    "@type": [link.standing],
    ...(link.kind ? { kind: link.kind } : {}),
    certainty: link.certainty,
    [end]: `architecture/${link.parent.slug}`,
  });
  const node = (method: Method) => ({
    "@id": `architecture/${method.slug}`,
    "@type": [method.isAlgorithm ? "LearningAlgorithm" : "Architecture"],
    label: method.label,
    introduced: { "@type": DATES[method.introduced.length] ?? "xsd:string", "@value": method.introduced },
    addressesTask: method.tasks.map((task) => genealogy.tasks[task]!.id),
    memberOf: method.families.map((family) => genealogy.families[family]!.id),
    derivation: claims(method, "Derivation", claim("derivation", "parent")),
    rejectedDerivation: claims(method, "RejectedDerivation", claim("derivation", "parent")),
    use: claims(method, "ComponentUse", claim("use", "component")),
  });
  const document = { "@context": [`${BASE}context.jsonld`, { "@base": BASE }], "@graph": methods.map(node) };
  return `${JSON.stringify(document, null, 1)}\n`;
}
