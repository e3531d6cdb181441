// What is shown as an SVG picture: for files, with every name, and for paper, with the names that have room there.
import { controls, passes, path } from "./curve";
import { SHAPES } from "./filters";
import type { Genealogy, Link, Method } from "./genealogy";
import { KINDS, OTHER_KIND, type Theme, WEIGHT, radius } from "./looks";
import { FAMILIES, type Side, beside, named, sizesAt } from "./naming";
import { t } from "./words";

export const BASE = "https://w3id.org/deepgenealogy/";
const MARGIN = 30;
const DARK = 0.15;

/** What is shown, and what of it is lit. */
export interface Shown {
  genealogy: Genealogy;
  methods: Method[];
  links: Link[];
  isLit: (method: Method) => boolean;
  isLitLink: (link: Link) => boolean;
}

export function xml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** The picture; `width` is that in which names are to be read, and 0 for one with every name that is looked at closely. */
export function asSvg(shown: Shown, c: Theme, width = 0): string {
  const { genealogy, methods } = shown;
  const xs = methods.map((method) => method.x);
  const sizes = sizesAt(width ? Math.min(1, width / (Math.max(...xs) - Math.min(...xs) + 6 * MARGIN)) : 1);
  const [left, right] = [Math.min(...xs) - 3 * MARGIN, Math.max(...xs) + 4 * sizes.font + MARGIN];
  const bands = genealogy.bands.flatMap((band, n) => (methods.some((method) => method.band === n) ? [{ ...band, n }] : []));
  const [top, bottom] = [Math.min(...bands.map((band) => band.top)) - 2 * sizes.font, Math.max(...bands.map((band) => band.bottom))];
  const gutter = Math.max(...bands.map((band) => band.name.length)) * sizes.font * 0.6 + 8;
  const box = { x: left - gutter, y: top, width: right - left + gutter, height: bottom - top + MARGIN };
  const tone = (band: number) => xml((c.isDark ? genealogy.bands[band]?.dark : genealogy.bands[band]?.light) ?? c.faint);
  const ground = bands.map(
    ({ n, name, top, bottom }) =>
      `<rect x="${box.x}" y="${top}" width="${box.width}" height="${bottom - top}" fill="${tone(n)}" fill-opacity="${c.isDark ? 0.13 : 0.07}"/>` +
      `<text x="${box.x + 4}" y="${top + sizes.font}" text-anchor="start" font-weight="600">${xml(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x} ${box.y} ${box.width} ${box.height}" width="${box.width}" height="${box.height}" ` +
      `font-family="${xml(FAMILIES)}" font-size="${sizes.font.toFixed(1)}" text-anchor="middle" fill="${c.ink}">`,
    `<title>${xml(t("title"))}</title><rect x="${box.x}" y="${box.y}" width="100%" height="100%" fill="${c.paper}"/>`,
    ...ground,
    ...years(genealogy, { left, right, top, bottom, font: sizes.font }, c),
    ...shown.links.map(line(shown, c, tone, sizes.lines)),
    ...marks(shown, c, tone, sizes, width > 0),
    "</svg>\n",
  ].join("\n");
}

function years(genealogy: Genealogy, at: { left: number; right: number; top: number; bottom: number; font: number }, c: Theme): string[] {
  let written = -Infinity;
  return genealogy.ticks.flatMap(([year, x]) => {
    if (x < at.left || x > at.right || x - written < 3 * at.font) return [];
    written = x;
    return [
      `<path d="M${x} ${at.top}V${at.bottom}" stroke="${c.rule}"/>` +
        `<text x="${x + 3}" y="${at.top + at.font}" text-anchor="start" fill="${c.faint}">${year}</text>`,
    ];
  });
}

function line(shown: Shown, c: Theme, tone: (band: number) => string, growth: number): (link: Link) => string {
  const isArc = passes(shown.genealogy.methods);
  return (link) => {
    const look = KINDS[link.kind] ?? OTHER_KIND;
    const colour = link.standing === "RejectedDerivation" || link.certainty === "disputed" ? c.bad : tone(link.parent.band);
    const dash = look.dash.length ? ` stroke-dasharray="${look.dash.map((part) => part * growth).join(" ")}"` : "";
    const d = path(link.parent, link.child, controls(link.parent, link.child, isArc(link)));
    const title = `${link.child.name} ${link.kind} ${link.parent.name}, ${link.certainty}`;
    const width = ((WEIGHT[link.certainty] ?? 1) * growth).toFixed(1);
    const opacity = shown.isLitLink(link) ? 0.55 : DARK / 2;
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${width}"${dash}><title>${xml(title)}</title></path>`;
  };
}

/** Marks with their names; with all names, or with those that have room. */
function marks(shown: Shown, c: Theme, tone: (band: number) => string, { font, growth }: { font: number; growth: number }, isCrowded: boolean): string[] {
  const { genealogy, methods } = shown;
  const lit = methods.filter(shown.isLit).sort((a, b) => b.descendants - a.descendants || a.number - b.number);
  const sides: Map<Method, Side> = isCrowded
    ? named({ candidates: lit, shown: methods, font, growth })
    : new Map(methods.map((method) => [method, "below"]));
  const filling = (method: Method) =>
    method.isHarvested ? `fill="${c.paper}" stroke="${tone(method.band)}" stroke-width=".35"` : `fill="${tone(method.band)}"`;
  return methods.map((method) => {
    const r = radius(method) * growth;
    const side = sides.get(method);
    const { dx, dy, anchor } = beside(side ?? "below", r, font);
    const name = side
      ? `<text x="${(method.x + dx).toFixed(1)}" y="${(method.y + dy).toFixed(1)}" text-anchor="${anchor}">${xml(method.name)}</text>`
      : "";
    return (
      `<a href="${BASE}architecture/${xml(method.slug)}"${shown.isLit(method) ? "" : ` opacity="${DARK}"`}>` +
      `<title>${xml(`${method.name}, ${method.introduced}`)}</title>` +
      `<path d="${SHAPES[genealogy.bands[method.band]?.shape ?? "ellipse"]}" ${filling(method)} ` +
      `transform="translate(${method.x} ${method.y}) scale(${r.toFixed(1)})"/>${name}</a>`
    );
  });
}
