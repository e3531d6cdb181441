// What is shown, as the address says it: a view can be sent, and the back button takes back what was picked.

export interface State {
  pick: string;
  with: string;
  family: string;
  task: string;
  /** `curated` or `harvested`; empty for both. */
  origin: string;
  from: string;
  to: string;
  /** Kinds shown; null for all. */
  kinds: string[] | null;
  certainty: string[];
  /** `rejected`, `uses`, `harvested`. */
  also: string[];
  /** Middle of the view and zoom; null to show everything. */
  at: [number, number, number] | null;
}

export const USUAL_CERTAINTY = ["high", "medium"];
const TEXTS = ["pick", "with", "family", "task", "origin", "from", "to"] as const;

/** The state that the address stands for. */
export function read(search = location.search): State {
  const asked = new URLSearchParams(search);
  const list = (name: string) => asked.get(name)?.split(",").filter(Boolean) ?? null;
  const at = (asked.get("at") ?? "").split(",").map(Number);
  const texts = Object.fromEntries(TEXTS.map((name) => [name, asked.get(name) ?? ""]));
  return {
    ...(texts as Record<(typeof TEXTS)[number], string>),
    kinds: list("kind"),
    certainty: list("certainty") ?? USUAL_CERTAINTY,
    also: list("also") ?? [],
    at: at.length === 3 && at.every(Number.isFinite) && at[2]! > 0 ? (at as [number, number, number]) : null,
  };
}

/** The address of a state; parameters that are not ours, such as `lang`, stay. */
export function address(state: State): string {
  const url = new URL(location.href);
  const put = (name: string, value: string) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  for (const name of TEXTS) put(name, state[name]);
  put("kind", state.kinds?.join(",") ?? "");
  put("certainty", state.certainty.join() === USUAL_CERTAINTY.join() ? "" : state.certainty.join(",") || "none");
  put("also", state.also.join(","));
  put("at", state.at ? state.at.map((value) => Number(value.toPrecision(5))).join(",") : "");
  return url.href.replace(/%2C/g, ",");
}

/** Whether nothing but the place was changed, so that no new entry of the history is due. */
export function isSamePick(a: State, b: State): boolean {
  return a.pick === b.pick && a.with === b.with;
}
