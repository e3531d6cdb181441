// What is said between query and answer: advice on the form of the query, and problems with what to do about them.

import type { Problem } from "./asking";
import { address, element, hasWords, make, t } from "./page";

/** Says what is to be said; an empty list says nothing. */
export function say(...parts: HTMLElement[]): void {
  element("messages").replaceChildren(...parts);
}

/** A sentence for each name of an advice, with the rewriting that works. */
export function advised(names: string[]): HTMLElement[] {
  const known = names.filter((name) => hasWords(`advice.${name}`));
  return known.map((name) =>
    make("p", { class: "advice" }, make("strong", {}, t("advice")), " ", ...coded(t(`advice.${name}`))),
  );
}

/** A sentence whose pieces of SPARQL stand as code. */
function coded(sentence: string): (Node | string)[] {
  const pieces = sentence.split(/((?:VALUES |FILTER\(|\{ SELECT )[\x20-\x7e]*[})a-z])/);
  return pieces.map((piece, place) => (place % 2 ? make("code", {}, piece) : piece));
}

/** A problem: what happened, in the words of the page and of the server, and what helps. */
export function told(problem: Problem, goto: () => void): HTMLElement {
  const key = hasWords(`problem.${problem.status}`) ? `problem.${problem.status}` : "problem.other";
  const jump = problem.line
    ? [make("button", { type: "button", click: goto }, t("goto", { line: problem.line }))]
    : [];
  const detail = make("p", { lang: problem.language }, problem.detail);
  return make("div", { class: "problem", role: "alert" }, make("p", {}, make("strong", {}, t(key))), detail, ...jump, ...cures(problem));
}

/** What to do about a limit. */
function cures(problem: Problem): HTMLElement[] {
  if (problem.status !== 504 && problem.status !== 507) return [];
  const dump = make("a", { href: address("export/all.nq") }, "all.nq");
  const lines = [
    make("li", {}, t("cure.bind")),
    make("li", {}, t("cure.limit")),
    make("li", {}, t("cure.published")),
    make("li", {}, t("cure.export"), " ", dump),
    ...(problem.limit ? [make("li", {}, t("cure.operator", { setting: problem.limit }))] : []),
  ];
  return [make("ul", {}, ...lines)];
}
