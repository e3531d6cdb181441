// The genealogy as the server lays it out (/map.json), unpacked, and what can be asked of it without the server.
import { chosen, t } from "./words";

export type Names = Record<string, string>;

export interface Band {
  name: string;
  top: number;
  bottom: number;
  light: string;
  dark: string;
  shape: string;
}

export interface Method {
  number: number;
  slug: string;
  label: Names;
  name: string;
  introduced: string;
  year: number;
  x: number;
  y: number;
  band: number;
  families: number[];
  /** Its families with all that are broader. */
  within: Set<number>;
  tasks: number[];
  isAlgorithm: boolean;
  descendants: number;
  /** Found in packages of code, and not described by hand. */
  isHarvested: boolean;
  /** Harvested, and no line of descent leads to it from the tree yet. */
  isUnplaced: boolean;
}

export interface Link {
  child: Method;
  parent: Method;
  kind: string;
  certainty: string;
  standing: string;
}

export interface Concept {
  id: string;
  label: Names;
  broader: number[];
}

export interface Genealogy {
  snapshot: string;
  width: number;
  height: number;
  ticks: [number, number][];
  bands: Band[];
  families: Concept[];
  tasks: Concept[];
  kinds: { id: string; label: Names }[];
  methods: Method[];
  links: Link[];
  bySlug: Map<string, Method>;
}

/** Loads the data. Throws an Error that says what the server answered. */
export async function load(address: string): Promise<Genealogy> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return unpacked(await answer.json());
}

function unpacked(data: any): Genealogy {
  const named = ([id, label, broader]: [string, Names, number[]?]): Concept => ({ id, label, broader: broader ?? [] });
  const families: Concept[] = data.families.map(named);
  const methods: Method[] = data.methods.map((row: any[], number: number) => ({
    number,
    slug: row[0],
    label: row[1],
    name: chosen(row[1]) || row[0],
    introduced: row[2],
    year: Number(row[2].slice(0, 4)),
    x: row[3],
    y: row[4],
    band: row[5],
    families: row[6],
    within: within(row[6], families),
    tasks: row[7],
    isAlgorithm: row[8] === 1,
    descendants: row[9],
    isHarvested: row[10] > 0,
    isUnplaced: row[10] === 1,
  }));
  return {
    snapshot: data.snapshot,
    width: data.size[0],
    height: data.size[1],
    ticks: data.ticks,
    bands: data.bands.map(([family, top, bottom, light, dark, shape]: any[]) => ({
      name: family === -2 ? t("unplaced") : family < 0 ? t("others") : chosen(families[family]?.label),
      ...{ top, bottom, light, dark, shape },
    })),
    families,
    tasks: data.tasks.map(named),
    kinds: data.kinds.map(named),
    methods,
    links: data.links.map(([child, parent, kind, certainty, standing]: number[]) => ({
      child: methods[child!],
      parent: methods[parent!],
      kind: data.kinds[kind!]?.[0] ?? "",
      certainty: data.certainties[certainty!] ?? "",
      standing: data.standings[standing!],
    })),
    bySlug: new Map(methods.map((method) => [method.slug, method])),
  };
}

function within(families: number[], all: Concept[], found = new Set<number>()): Set<number> {
  for (const family of families) {
    if (found.has(family)) continue;
    found.add(family);
    within(all[family]?.broader ?? [], all, found);
  }
  return found;
}

/** Everything above (`parent`) or below (`child`) a method by these links, itself left out. */
export function line(start: Method, links: Link[], way: "parent" | "child"): Set<Method> {
  const steps = new Map<Method, Method[]>();
  const from = way === "parent" ? "child" : "parent";
  for (const link of links) steps.set(link[from], [...(steps.get(link[from]) ?? []), link[way]]);
  const found = new Set<Method>();
  const todo = [start];
  for (let one = todo.pop(); one; one = todo.pop()) {
    for (const next of steps.get(one) ?? []) {
      if (!found.has(next) && next !== start) {
        found.add(next);
        todo.push(next);
      }
    }
  }
  return found;
}
