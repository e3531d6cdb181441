// A published question in the page: its title, and its parameters as a form with suggestions of things by name.

import { nameOf, search } from "./completion";
import { address, given, language, make, t, type Parameter } from "./page";

/** What a question leaves in the page once its parameters are filled in. */
export interface Chosen {
  name: string;
  values: Record<string, string>;
  text: string;
}

const OF_THE_FILE = /^#\s*(title(@zh)?|summary(@zh)?|parameter(@zh)?|explained by):/;

/** The text of a question with its values in place; of the comments only the title, by which answers are cited. */
export async function textOf(name: string, values: Record<string, string>): Promise<string> {
  const response = await fetch(address(`queries/${name}.rq`, values));
  if (!response.ok) throw new Error((await response.json()).detail);
  const lines = (await response.text()).split("\n");
  const titles = lines.filter((line) => /^# title(@zh)?:/.test(line)).map((line) => line.replace("@zh", ""));
  const title = titles[language === "zh" ? titles.length - 1 : 0] ?? "";
  return [title, ...lines.filter((line) => !OF_THE_FILE.test(line))].join("\n").trim();
}

/** A question in the page, and what asks it with the values that stand in its form. */
export interface Panel {
  place: HTMLElement;
  submit: () => Promise<void>;
}

/** The panel of a question: title, summary, form; `asked` is called with what was chosen. */
export function panel(link: HTMLAnchorElement, asked: (chosen: Chosen) => void): Panel {
  const name = link.dataset.question!;
  const { parameters } = given.questions[name]!;
  const fields = parameters.map((parameter) => field(name, parameter));
  const wrong = make("p", { class: "query-wrong", role: "alert" });
  const submit = async (event?: Event) => {
    event?.preventDefault();
    wrong.textContent = "";
    try {
      const values: Record<string, string> = {};
      for (const { parameter, input } of fields) values[parameter.name] = input.value = await resolved(parameter, input.value);
      asked({ name, values, text: await textOf(name, values) });
    } catch (error) {
      wrong.textContent = (error as Error).message;
    }
  };
  const form = make(
    "form",
    { submit: (event) => void submit(event), class: "query-parameters" },
    ...fields.map(({ label }) => label),
    make("button", {}, t("arguments")),
  );
  const heading = make("h2", {}, link.textContent ?? "");
  const page = make("a", { href: link.href }, t("page"));
  const about = make("p", {}, link.title, " ", page);
  return { place: make("div", {}, heading, about, ...(fields.length ? [form] : []), wrong), submit };
}

interface Field {
  parameter: Parameter;
  input: HTMLInputElement;
  label: HTMLElement;
}

const OF_VALUES = new Set(["integer", "text"]);

function field(question: string, parameter: Parameter): Field {
  const list = `list-${question}-${parameter.name}`;
  const type = parameter.kind === "integer" ? "number" : "text";
  const input = make("input", { name: parameter.name, value: shortest(parameter), type, required: true, autocomplete: "off" });
  const words = parameter.meaning[language] ?? parameter.meaning.en!;
  const label = make("label", {}, words, input);
  if (!OF_VALUES.has(parameter.kind)) {
    const options = make("datalist", { id: list });
    input.setAttribute("list", list);
    input.addEventListener("input", () => void suggest(parameter, input, options));
    label.append(options);
  }
  return { parameter, input, label };
}

function shortest(parameter: Parameter): string {
  return parameter.example.replace(given.base, "").replace(`${parameter.kind}/`, "");
}

/** The slugs of things whose names hold what is typed; the browser shows those that it finds the words in. */
async function suggest(parameter: Parameter, input: HTMLInputElement, options: HTMLDataListElement): Promise<void> {
  const words = input.value;
  const found = await slugs(parameter, words).catch(() => []);
  if (input.value !== words) return; // typed on in the meantime
  const rows = found.map(([slug, name]) => make("option", { value: slug }, name));
  options.replaceChildren(...rows);
}

/** Slug and name of each thing of the parameter's kind that is called so. */
async function slugs(parameter: Parameter, words: string): Promise<[string, string][]> {
  const hits = (await search(words)).filter((hit) => hit.id.startsWith(`${parameter.kind}/`));
  return hits.map((hit) => {
    const name = nameOf(hit) === hit.matched ? hit.matched : `${nameOf(hit)} · ${hit.matched}`;
    return [hit.id.slice(parameter.kind.length + 1), name];
  });
}

/** A name as it was typed becomes the slug of the thing that is called so; what looks like a slug stays. */
async function resolved(parameter: Parameter, typed: string): Promise<string> {
  const value = typed.trim();
  if (OF_VALUES.has(parameter.kind) || /^[a-z0-9][a-z0-9._-]*$/.test(value) || value.startsWith(given.base)) return value;
  const [hit] = await slugs(parameter, value);
  if (!hit) throw new Error(t("unknown", { words: value }));
  return hit[0];
}
