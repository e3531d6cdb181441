// Numbers by year or category as bars, with a choice of columns; Chart.js is loaded only when a chart is looked at.

import type { Chart as AnyChart, ChartConfiguration } from "chart.js";
import type { Answer } from "./asking";
import { counted, make, t } from "./page";
import { numeric, plain, yearOf, type Term } from "./terms";

/** Categories and series beyond these are left out, or taken together, and that is said. */
const MOST_BARS = 60;
const MOST_SERIES = 9;
const MOST_YEARS = 120;

/** Distinct in light and dark, also to most people who are colour-blind (after Okabe and Ito). */
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a63d2", "#7a8b00", "#b0413e", "#8c96a3"];

/** What a chart shows: columns by their place; `y` is -1 for the number of rows, `series` -1 for none. */
export interface Choice {
  x: number;
  y: number;
  series: number;
}

type Rows = Answer["rows"];

/** The columns to choose from, and what is chosen at first; null where nothing suits. */
export function suggestion(answer: Answer): Choice | null {
  if (answer.form !== "bindings" || answer.rows.length < 2) return null;
  const all = answer.columns.map((_, column) => column);
  const years = all.filter((column) => every(answer.rows, column, (term) => yearOf(term) !== null) || isYear(answer, column));
  const measures = all.filter((column) => !years.includes(column) && every(answer.rows, column, (term) => numeric(term) !== null));
  const groups = all.filter((column) => !years.includes(column) && !measures.includes(column) && repeats(answer.rows, column));
  const labels = all.filter((column) => !years.includes(column) && !measures.includes(column));
  const [year, measure] = [years[0], measures.at(-1)];
  if (year !== undefined) return { x: year, y: measure ?? -1, series: readable(answer, measure === undefined ? [] : groups) ?? -1 };
  const label = readable(answer, labels);
  if (measure !== undefined && label !== undefined) return { x: label, y: measure, series: -1 };
  return null;
}

function every(rows: Rows, column: number, test: (term: Term | undefined) => boolean): boolean {
  const bound = rows.filter((row) => row[column]);
  return bound.length > 0 && bound.every((row) => test(row[column]));
}

/** A whole number between 1900 and 2100 in a column that is called so. */
function isYear(answer: Answer, column: number): boolean {
  const isOne = (term: Term | undefined) => (numeric(term) ?? 0) > 1900 && numeric(term)! < 2100;
  return /year|年|since|from|date/i.test(answer.columns[column]!) && every(answer.rows, column, isOne);
}

function repeats(rows: Rows, column: number): boolean {
  return new Set(rows.map((row) => plain(row[column]))).size < rows.length;
}

/** Of some columns the one that people read best: texts before IRIs. */
function readable(answer: Answer, columns: number[]): number | undefined {
  return columns.find((column) => every(answer.rows, column, (term) => term?.type === "literal")) ?? columns[0];
}

interface Numbers {
  labels: string[];
  series: string[];
  values: number[][];
  all: number;
}

/** The sums by label and series: `values[series][label]`. */
export function numbers(answer: Answer, { x, y, series }: Choice): Numbers {
  const isTime = every(answer.rows, x, (term) => yearOf(term) !== null) || isYear(answer, x);
  const labelOf = (term?: Term) => (isTime ? String(yearOf(term) ?? plain(term)) : plain(term));
  const sums = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  for (const row of answer.rows) {
    const [label, group] = [labelOf(row[x]), series < 0 ? "" : plain(row[series])];
    if (!label) continue;
    const value = y < 0 ? 1 : (numeric(row[y]) ?? 0);
    const own = sums.get(label) ?? sums.set(label, new Map()).get(label)!;
    own.set(group, (own.get(group) ?? 0) + value);
    totals.set(group, (totals.get(group) ?? 0) + value);
  }
  const all = isTime ? yearsBetween([...sums.keys()]) : [...sums.keys()];
  const labels = isTime ? all : all.slice(0, MOST_BARS);
  const largest = [...totals].sort((one, other) => other[1] - one[1]).map(([group]) => group);
  const kept = largest.slice(0, MOST_SERIES);
  const at = (label: string, group: string) => sums.get(label)?.get(group) ?? 0;
  const values = kept.map((group) => labels.map((label) => at(label, group)));
  const rest = largest.slice(MOST_SERIES);
  if (rest.length) values.push(labels.map((label) => rest.reduce((sum, group) => sum + at(label, group), 0)));
  return { labels, series: rest.length ? [...kept, t("chart.others")] : kept, values, all: all.length };
}

/** Every year from the first to the last, so that those without anything are seen. */
function yearsBetween(labels: string[]): string[] {
  const years = labels.map(Number).filter(Number.isFinite).sort((one, other) => one - other);
  const [first, last] = [years[0], years.at(-1)];
  if (first === undefined || last === undefined || last - first > MOST_YEARS) return [...labels].sort();
  return Array.from({ length: last - first + 1 }, (_, step) => String(first + step));
}

/** The chart of an answer, with the choice of its columns above it. */
export function chart(answer: Answer): HTMLElement {
  const chosen = suggestion(answer);
  if (!chosen) return make("p", {}, t("chart.missing"));
  const choice = chosen;
  const canvas = make("canvas", { role: "img" });
  const note = make("p", { class: "query-note" });
  let drawn: AnyChart | undefined;

  async function draw(): Promise<void> {
    const found = numbers(answer, choice);
    note.textContent = 
      found.all > found.labels.length ? t("chart.cut", { count: found.labels.length, all: counted(found.all) }) : "";
    canvas.setAttribute("aria-label", labelOf(answer, choice));
    const { Chart } = await import("./bars");
    drawn?.destroy();
    drawn = new Chart(canvas, configuration(found, answer, choice));
  }

  const select = (name: keyof Choice, options: [number, string][]) => chooser(name, options, choice, () => void draw());
  const columns = answer.columns.map((name, column): [number, string] => [column, name]);
  const measures = columns.filter(([column]) => every(answer.rows, column, (term) => numeric(term) !== null));
  const bar = make(
    "div",
    { class: "query-choices" },
    select("x", columns),
    select("y", [[-1, t("chart.count")], ...measures]),
    select("series", [[-1, t("chart.none")], ...columns]),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => canvas.isConnected && void draw());
  requestAnimationFrame(() => void draw()); // a chart takes its size from its place in the page
  return make("div", {}, bar, make("div", { class: "query-chart" }, canvas), note);
}

function labelOf(answer: Answer, { x, y }: Choice): string {
  return t("chart.label", { x: answer.columns[x]!, y: y < 0 ? t("chart.count") : answer.columns[y]! });
}

function chooser(name: keyof Choice, options: [number, string][], choice: Choice, changed: () => void): HTMLElement {
  const change = () => {
    choice[name] = Number(select.value);
    changed();
  };
  const rows = options.map(([value, words]) => make("option", { value: String(value), selected: value === choice[name] }, words));
  const select: HTMLSelectElement = make("select", { change }, ...rows);
  return make("label", {}, t(`chart.${name}`), " ", select);
}

function configuration(found: Numbers, answer: Answer, choice: Choice): ChartConfiguration<"bar"> {
  const style = getComputedStyle(document.getElementById("query")!);
  const [ink, line] = [style.getPropertyValue("--query-ink"), style.getPropertyValue("--query-line")];
  const isLying = found.labels.some((label) => label.length > 8);
  const name = choice.y < 0 ? t("chart.count") : answer.columns[choice.y]!;
  const axis = { stacked: true, ticks: { color: ink, precision: 0, autoSkip: !isLying }, grid: { color: line } };
  return {
    type: "bar",
    data: {
      labels: found.labels,
      datasets: found.values.map((data, place) => ({
        data,
        label: found.series[place] || name,
        backgroundColor: COLOURS[place % COLOURS.length]!,
        maxBarThickness: 46,
      })),
    },
    options: {
      indexAxis: isLying ? "y" : "x",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: { legend: { display: found.values.length > 1, labels: { color: ink } } },
      scales: { x: { ...axis, beginAtZero: true }, y: { ...axis, beginAtZero: true } },
    },
  };
}
