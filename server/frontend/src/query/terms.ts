// RDF terms: as answers hold them, and as people read them.

import { given, make, root } from "./page";

export interface Term {
  type: "uri" | "literal" | "bnode" | "triple";
  value: string;
  "xml:lang"?: string;
  datatype?: string;
}

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  "integer decimal double float long int short byte nonNegativeInteger positiveInteger unsignedInt".split(" "),
);

/** An IRI in its shortest form: `dgo:derivesFrom`, `architecture/resnet`. */
export function compact(iri: string): string {
  for (const [prefix, space] of Object.entries(given.prefixes)) {
    const local = iri.slice(space.length);
    if (prefix !== "dg" && iri.startsWith(space) && local && !/[/#?]/.test(local)) return `${prefix}:${local}`;
  }
  return iri.startsWith(given.base) ? iri.slice(given.base.length) : iri;
}

/** Where an IRI leads: ours to this server, those of the web to themselves; null for what a page must not follow. */
export function target(iri: string): string | null {
  if (iri.startsWith(given.base)) return root + iri.slice(given.base.length);
  return /^https?:\/\//.test(iri) ? iri : null;
}

/** The number that a term stands for, or null. */
export function numeric(term: Term | undefined): number | null {
  if (term?.type !== "literal" || !term.datatype?.startsWith(XSD)) return null;
  return NUMBERS.has(term.datatype.slice(XSD.length)) ? Number(term.value) : null;
}

/** The year of a date, month or year, or null. */
export function yearOf(term: Term | undefined): number | null {
  if (term?.type !== "literal" || !/^(date|dateTime|gYear|gYearMonth)$/.test(term.datatype?.slice(XSD.length) ?? ""))
    return null;
  const found = /^-?\d{4,}/.exec(term.value);
  return found ? Number(found[0]) : null;
}

/** A term in plain words, as for the axis of a chart. */
export function plain(term: Term | undefined): string {
  if (!term) return "";
  if (term.type === "uri") return compact(term.value);
  if (term.type === "bnode") return `_:${term.value}`;
  return typeof term.value === "string" ? term.value : JSON.stringify(term.value); // a triple as a term
}

/** A term as an element: a link, or a text with its language or type. */
export function shown(term: Term | undefined): Node {
  if (!term) return document.createTextNode("");
  if (term.type === "uri") {
    const href = target(term.value);
    return href ? make("a", { href, title: term.value }, compact(term.value)) : document.createTextNode(term.value);
  }
  if (term.type !== "literal") return document.createTextNode(plain(term));
  const kind = term["xml:lang"] ? `@${term["xml:lang"]}` : term.datatype ? compact(term.datatype) : "";
  const isPlain = !kind || numeric(term) !== null || yearOf(term) !== null;
  const text = make("span", term["xml:lang"] ? { lang: term["xml:lang"] } : {}, term.value);
  return isPlain ? text : make("span", {}, text, make("small", { class: "term-kind" }, ` ${kind}`));
}

const LINE =
  /^(<[^>]*>|_:\S+) <([^>]*)> (?:(<[^>]*>|_:\S+)|("(?:[^"\\]|\\.)*")(?:@([\w-]+)|\^\^<([^>]*)>)?)\s*\.\s*$/;

/** The triples of N-Triples as rows of subject, predicate and object. */
export function triplesOf(text: string): Term[][] {
  return text.split("\n").flatMap((line) => {
    const found = LINE.exec(line);
    if (!found) return [];
    const [, subject, predicate, node, literal, tag, datatype] = found;
    const object = node ? resource(node) : literalOf(literal!, tag, datatype);
    return [[resource(subject!), { type: "uri", value: predicate! }, object]];
  });
}

function resource(text: string): Term {
  const isBlank = text.startsWith("_:");
  return { type: isBlank ? "bnode" : "uri", value: isBlank ? text.slice(2) : unescaped(text.slice(1, -1)) };
}

function literalOf(text: string, tag?: string, datatype?: string): Term {
  const term: Term = { type: "literal", value: unescaped(text.slice(1, -1)) };
  if (tag) term["xml:lang"] = tag;
  if (datatype) term.datatype = datatype;
  return term;
}

const ESCAPES: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    letter ? (ESCAPES[letter] ?? letter) : String.fromCodePoint(parseInt(short ?? long, 16)),
  );
}
