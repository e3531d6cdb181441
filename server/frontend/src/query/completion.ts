// What the editor completes: keywords, prefixes, variables, classes and properties, and things by their names.
// A prefix that is used gets its PREFIX line.

import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { address, given, language, make, t } from "./page";

interface Term {
  name: string;
  kind: "class" | "property";
  label: string;
  definition: string;
  used: number;
}

export interface Hit {
  id: string;
  iri: string;
  type: string;
  label: Record<string, string>;
  matched: string;
}

const KEYWORDS =
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC " +
  "CONSTRUCT DESCRIBE ASK PREFIX BASE FROM NAMED EXISTS IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR " +
  "STR LANG LANGMATCHES DATATYPE BOUND IRI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER REPLACE REGEX LCASE UCASE " +
  "STRLEN CONCAT IF COALESCE YEAR MONTH DAY NOW ABS ROUND isIRI isLiteral isBlank true false";

const keywords: Completion[] = KEYWORDS.split(" ").map((label) => ({ label, type: "keyword" }));

let asked: Promise<Completion[]> | undefined;

/** The classes and properties, fetched once; what could not be fetched is asked for again the next time. */
async function terms(): Promise<Completion[]> {
  asked ??= fetch(address("sparql/terms", { lang: language }))
    .then(async (response) => ((await response.json()).terms as Term[]).map(completionOf))
    .catch(() => ((asked = undefined), []));
  return asked;
}

function completionOf(term: Term, place: number): Completion {
  return {
    label: term.name,
    detail: term.label || t(term.kind),
    type: term.kind,
    boost: Math.max(0, 20 - place / 10), // those used most come first among equals
    apply: (view, _, from, to) => insert(view, term.name, from, to),
    info: () => {
      const used = term.used ? t("used", { count: term.used.toLocaleString(language) }) : "";
      const about = [t(term.kind), used].filter(Boolean).join(" · ");
      return make("div", {}, make("p", {}, term.definition || term.label || term.name), make("p", {}, about));
    },
  };
}

/** Puts a name into the text, and the line of its prefix before the text where that is missing. */
function insert(view: EditorView, name: string, from: number, to: number): void {
  const prefix = name.slice(0, name.indexOf(":"));
  const line = missing(view.state.doc.toString(), prefix);
  const changes = [{ from, to, insert: name }, ...(line ? [{ from: 0, to: 0, insert: line }] : [])];
  view.dispatch({ changes, selection: { anchor: from + name.length + line.length }, userEvent: "input.complete" });
}

function missing(text: string, prefix: string): string {
  const space = given.prefixes[prefix];
  return space && !new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text) ? `PREFIX ${prefix}: <${space}>\n` : "";
}

/** The things with a name like `words`. */
export async function search(words: string, signal?: AbortSignal): Promise<Hit[]> {
  if (!words.trim()) return [];
  const response = await fetch(address("search", { q: words.slice(0, 200), limit: "30" }), { signal: signal ?? null });
  return response.ok ? (await response.json()).hits : [];
}

/** What a hit is called in the language of the page. */
export function nameOf(hit: Hit): string {
  return hit.label[language] ?? hit.label.en ?? hit.matched;
}

async function names(context: CompletionContext): Promise<CompletionResult | null> {
  const name = context.matchBefore(/[\w-]*:[\w-]*/);
  if (name) return { from: name.from, options: await terms(), validFor: /^[\w-]*:[\w-]*$/ };
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) return { from: variable.from, options: variables(context), validFor: /^[?$]\w*$/ };
  const word = context.matchBefore(/[\p{L}\p{N}_-]+/u);
  if (!word && !context.explicit) return null;
  const prefixes = Object.keys(given.prefixes).map((prefix) => ({ label: `${prefix}:`, type: "namespace" }));
  const options = [...keywords, ...prefixes, ...(await terms())];
  return { from: word?.from ?? context.pos, options, validFor: /^[\w-]*$/ };
}

function variables(context: CompletionContext): Completion[] {
  const here = context.matchBefore(/[?$]\w*/)?.text;
  const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
  if (here) found.delete(here);
  return [...found].map((label) => ({ label, type: "variable" }));
}

/** Things by name: `ResN` becomes the IRI of ResNet. */
async function things(context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/(?<![\w:?$@"'<#])[\p{L}\p{N}][\p{L}\p{N}_-]+/u);
  if (!word || (word.text.length < 3 && !context.explicit && !/\p{Script=Han}/u.test(word.text))) return null;
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  const hits = await search(word.text, stop.signal).catch(() => []);
  const options = hits.slice(0, 12).map((hit, place) => ({
    label: hit.matched,
    displayLabel: nameOf(hit),
    detail: hit.id,
    type: "constant",
    boost: -10 - place,
    apply: `<${hit.iri}>`,
  }));
  return options.length ? { from: word.from, options, filter: false } : null;
}

export const completion: Extension = autocompletion({ override: [names, things], icons: false, maxRenderedOptions: 60 });
