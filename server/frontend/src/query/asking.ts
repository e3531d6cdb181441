// Putting a query to the server: one at a time, given up when told to, read into an answer or a problem.

import { address, type Form } from "./page";
import { triplesOf, type Term } from "./terms";

export interface Answer {
  kind: "answer";
  form: Form;
  columns: string[];
  rows: (Term | undefined)[][];
  boolean?: boolean;
  isTooLarge?: boolean;
  advice: string[];
  seconds: number;
}

export interface Problem {
  kind: "problem";
  status: number;
  detail: string;
  /** What the detail is written in. */
  language: string;
  line: number;
  column: number;
  limit?: string;
  advice: string[];
}

export interface Stopped {
  kind: "stopped";
}

const TABLE = "application/sparql-results+json";
const GRAPH = "application/n-triples";

/** A query of this length goes into the address, so that caches and shared links work; a longer one is posted. */
export const LONGEST_ADDRESS = 7_000;

/** A request for the answer in the accepted types; long queries are posted. */
export async function request(query: string, headers: Record<string, string>, parameters = {}, signal?: AbortSignal): Promise<Response> {
  const url = address("sparql", { query, ...parameters });
  const init: RequestInit = { headers: { "Accept-Language": document.documentElement.lang, ...headers }, signal: signal ?? null };
  if (url.length <= LONGEST_ADDRESS) return fetch(url, init);
  return fetch(address("sparql", parameters), { ...init, method: "POST", body: new URLSearchParams({ query }) });
}

/** The answer to a query, or what went wrong. */
export async function ask(query: string, signal: AbortSignal): Promise<Answer | Problem | Stopped> {
  const begun = performance.now();
  try {
    const response = await request(query, { Accept: `${TABLE}, ${GRAPH}, application/problem+json` }, {}, signal);
    if (!response.ok) return await problemOf(response);
    const answer = await read(response);
    return { ...answer, advice: adviceOf(response), seconds: (performance.now() - begun) / 1000 };
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" };
    return { kind: "problem", status: 0, detail: String(error), language: "en", line: 0, column: 0, advice: [] };
  }
}

type Read = Omit<Answer, "advice" | "seconds">;

/** What is longer than this is not shown, only downloaded: a page of it would not move any more. */
const LARGEST_SHOWN = 24_000_000;

async function read(response: Response): Promise<Read> {
  const isGraph = response.headers.get("Content-Type")?.startsWith(GRAPH);
  const text = await limited(response);
  if (text === null) return { kind: "answer", form: isGraph ? "graph" : "bindings", columns: [], rows: [], isTooLarge: true };
  if (isGraph) return { kind: "answer", form: "graph", columns: ["subject", "predicate", "object"], rows: triplesOf(text) };
  const told = JSON.parse(text);
  if ("boolean" in told) return { kind: "answer", form: "boolean", columns: [], rows: [], boolean: told.boolean };
  const columns = told.head.vars as string[];
  const rows = (told.results.bindings as Record<string, Term>[]).map((row) => columns.map((name) => row[name]));
  return { kind: "answer", form: "bindings", columns, rows };
}

/** The text of a response; null, and the rest is not sent, when it is too long. */
async function limited(response: Response): Promise<string | null> {
  const [reader, decoder] = [response.body!.getReader(), new TextDecoder()];
  let [text, size] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > LARGEST_SHOWN) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const told = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  const { detail = response.statusText, line = 0, column = 0, limit } = told;
  const language = response.headers.get("Content-Language") ?? "en";
  return { kind: "problem", status: response.status, detail, language, line, column, limit, advice: adviceOf(response) };
}

/** The names in X-Advice; several headers of one name come joined by commas, and sentences hold commas too. */
function adviceOf(response: Response): string[] {
  const text = response.headers.get("X-Advice") ?? "";
  return [...text.matchAll(/(?:^|, )([a-z]+(?:-[a-z]+)+): /g)].map((found) => found[1]!);
}

/** The advice on a query that is not answered yet. */
export async function advise(query: string, signal: AbortSignal): Promise<string[]> {
  try {
    const response = await request(query, { Accept: "application/json" }, { advise: "on" }, signal);
    return response.ok ? adviceOf(response) : [];
  } catch {
    return []; // it is only advice
  }
}
