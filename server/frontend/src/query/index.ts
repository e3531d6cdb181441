// The query page: the editor in place of the plain text field, questions as examples, answers without leaving the page.

import "./style.css";
import { clear, show, summary } from "./answer";
import { advise, ask, LONGEST_ADDRESS } from "./asking";
import { completion } from "./completion";
import { editor } from "./editor";
import { advised, say, told } from "./messages";
import { address, element, given, language, t } from "./page";
import { declare } from "./prefixes";
import { panel, type Chosen } from "./question";

const form = element<HTMLFormElement>("asking");
const plain = element<HTMLTextAreaElement>("text");
const [askButton, stopButton, share] = ["ask", "stop", "share"].map((id) => element<HTMLButtonElement>(id)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];
const status = element("status");

/** After so many milliseconds without an answer, the form of the query is looked at meanwhile. */
const PATIENCE_MS = 1_500;

let asking: AbortController | null = null;
let chosen: Chosen | null = null;

element("editor").hidden = false;
const writing = editor(element("editor"), plain.value, `${t("query")}. ${t("keys")}`, completion, {
  run: () => void run(),
  changed: () => writing.unmark(),
});
plain.hidden = true;
plain.disabled = true; // the form is sent by the script alone
form.querySelector("label")!.hidden = true;
element("advise").hidden = true;
for (const id of ["share", "keys"]) element(id).hidden = false;

/** Asks what stands in the editor, and shows what comes. */
async function run(): Promise<void> {
  asking?.abort();
  declare(writing.view);
  const query = writing.text();
  const own = (asking = new AbortController());
  begin(query);
  const ticking = tick(own.signal);
  const looking = setTimeout(async () => {
    const names = await advise(query, own.signal);
    if (asking === own) say(...advised(names));
  }, PATIENCE_MS);
  const answer = await ask(query, own.signal);
  clearTimeout(looking);
  clearInterval(ticking);
  if (asking !== own) return; // another one was begun
  end();
  if (answer.kind === "stopped") return void (status.textContent = t("stopped"));
  status.textContent = answer.kind === "answer" ? summary(answer) : "";
  if (answer.kind === "answer") {
    say(...advised(answer.advice));
    return show(answer, query, chosen?.text === query ? chosen : null);
  }
  const goto = () => writing.goto(answer.line, answer.column);
  if (answer.line) writing.mark(answer.line, answer.column, answer.detail);
  say(told(answer, goto), ...advised(answer.advice));
}

function begin(query: string): void {
  writing.unmark();
  say();
  clear();
  stopButton.hidden = false;
  askButton.disabled = true;
  const url = linkTo(query);
  if (url.length <= LONGEST_ADDRESS) history.replaceState(null, "", url);
}

function end(): void {
  asking = null;
  stopButton.hidden = true;
  askButton.disabled = false;
}

/** Says how long it has been, once it is noticed. */
function tick(signal: AbortSignal): number {
  const begun = performance.now();
  const say = () => {
    const seconds = Math.floor((performance.now() - begun) / 1000);
    if (!signal.aborted) status.textContent = t("asking", { seconds, limit: given.limit });
  };
  return window.setInterval(say, 1000);
}

/** The address that opens the page with a query, in the language that was asked for by the address. */
function linkTo(query: string): string {
  const asked = new URLSearchParams(location.search).get("lang");
  return address("sparql", { query, ...(asked ? { lang: language } : {}) });
}

async function copyLink(): Promise<void> {
  const url = new URL(linkTo(writing.text()), location.href).href;
  history.replaceState(null, "", url);
  // Browsers have a clipboard on https and on the own machine only.
  if (!navigator.clipboard) return void (status.textContent = t("share.address"));
  await navigator.clipboard.writeText(url);
  status.textContent = t(url.length > LONGEST_ADDRESS ? "share.long" : "shared");
}

/** Shows a published question with its form, and asks it, unless that would call other servers. */
function choose(link: HTMLAnchorElement): void {
  for (const other of questions) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const place = element("question");
  const calls = given.questions[link.dataset.question!]!.calls;
  let isFirst = true;
  const asked = (found: Chosen) => {
    chosen = found;
    writing.put(found.text);
    if (!(isFirst && calls)) void run();
    isFirst = false;
  };
  const { place: made, submit } = panel(link, asked);
  place.replaceChildren(made);
  place.hidden = false;
  if (isNarrow()) link.closest("details")!.open = false;
  void submit();
}

/** Whether the questions stand above the editor, where they are folded away. */
function isNarrow(): boolean {
  return matchMedia("(max-width: 60rem)").matches;
}

const questions = [...document.querySelectorAll<HTMLAnchorElement>("a[data-question]")];
for (const link of questions) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens the question's own page elsewhere
    event.preventDefault();
    choose(link);
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
stopButton.addEventListener("click", () => asking?.abort());
share.addEventListener("click", () => void copyLink());
if (isNarrow()) document.querySelector<HTMLDetailsElement>(".query-questions details")!.open = false;

const parameters = new URLSearchParams(location.search);
if (parameters.has("query") && !parameters.has("advise")) void run();

