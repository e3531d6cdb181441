// What the page gives its script: words in its language, prefixes, published questions, formats, where everything is.

export interface Parameter {
  name: string;
  kind: string;
  meaning: Record<string, string>;
  example: string;
}

export interface PublishedQuestion {
  calls: boolean;
  explained: boolean;
  parameters: Parameter[];
}

export type Form = "bindings" | "boolean" | "graph";

interface Given {
  base: string;
  prefixes: Record<string, string>;
  questions: Record<string, PublishedQuestion>;
  formats: Record<Form, string[]>;
  limit: number;
}

const place = document.getElementById("query")!;
const words = JSON.parse(place.dataset.words!) as Record<string, string>;

export const given = JSON.parse(place.dataset.given!) as Given;
export const root = place.dataset.root!;
export const language = place.dataset.language!;

/** The words for `key`, with `{name}`s filled in; `{{` stands for one brace, as on the server. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = words[key] ?? key;
  return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, name?: string) => (name ? String(values[name]) : found[0]!));
}

export function hasWords(key: string): boolean {
  return key in words;
}

/** A number as it is written in the language of the page. */
export function counted(number: number): string {
  return number.toLocaleString(language);
}

export function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

type Child = Node | string;

/** An element with attributes (a function becomes a listener) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** The address of a path below the root, with parameters. */
export function address(path: string, parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return root + path + (query ? `?${query}` : "");
}
