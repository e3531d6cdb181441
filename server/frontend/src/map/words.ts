// The words of the page, in the language that the server chose: rows of its table whose keys begin with `map.`.

const table: Record<string, string> = JSON.parse(document.getElementById("map-words")?.textContent ?? "{}");

/** The words for a key, with `{name}`s filled in. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The language of the page: `en` or `zh`. */
export const language = document.getElementById("map")?.dataset.language ?? "en";

/** Of names by language, the one to show; a language-tagged list gives its first. */
export function chosen(names: Record<string, string> | undefined | null): string {
  return names?.[language] ?? names?.en ?? Object.values(names ?? {})[0] ?? "";
}
