// How methods, derivations and uses are drawn: the kind is the line and its head, certainty its weight, never colour alone.

import type { Method } from "./genealogy";

export interface LineLook {
  dash: number[];
  head: "triangle" | "vee" | "tee" | "circle" | "diamond" | "square" | "chevron";
}

export const KINDS: Record<string, LineLook> = {
  extends: { dash: [], head: "triangle" },
  improves: { dash: [], head: "chevron" },
  scales: { dash: [], head: "circle" },
  variantOf: { dash: [9, 4], head: "triangle" },
  simplifies: { dash: [9, 4], head: "tee" },
  generalizes: { dash: [9, 4], head: "vee" },
  combines: { dash: [9, 3, 2, 3], head: "diamond" },
  replacesComponentOf: { dash: [9, 3, 2, 3], head: "square" },
  appliesToNewDomain: { dash: [5, 3], head: "triangle" },
  inspiredBy: { dash: [1.5, 3.5], head: "vee" },
  usesComponent: { dash: [1, 5], head: "circle" },
  usesBackbone: { dash: [4, 5], head: "circle" },
};
export const OTHER_KIND: LineLook = { dash: [2, 6], head: "tee" };

export const WEIGHT: Record<string, number> = { high: 1.7, medium: 1.1, disputed: 1.1 };

export interface Theme {
  isDark: boolean;
  ink: string;
  paper: string;
  faint: string;
  rule: string;
  up: string;
  down: string;
  picked: string;
  bad: string;
}

/** For light pages, and for paper. */
export const LIGHT: Theme = {
  isDark: false,
  ink: "#1d2430",
  paper: "#ffffff",
  faint: "#5b6472",
  rule: "#dfe4eb",
  up: "#1f5fa8",
  down: "#b25000",
  picked: "#d1006c",
  bad: "#b3261e",
};
const DARK: Theme = {
  isDark: true,
  ink: "#e6e9ef",
  paper: "#14181f",
  faint: "#a2acba",
  rule: "#2a313c",
  up: "#7db4f5",
  down: "#f0a350",
  picked: "#ff7ab8",
  bad: "#ff8a80",
};

export const darkness = matchMedia("(prefers-color-scheme: dark)");

/** The colours of the page as it is now. */
export function theme(): Theme {
  return darkness.matches ? DARK : LIGHT;
}

/** The radius of a method's mark: it grows with the number of its descendants. */
export function radius(method: Method): number {
  return Math.min(9.5, 4.2 + 0.95 * Math.log2(1 + method.descendants));
}
