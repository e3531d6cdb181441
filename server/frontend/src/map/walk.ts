// The map by keyboard: arrows walk from a method to its relatives, and a reader of screens hears where it stands.
import type { Link, Method } from "./genealogy";

/** The methods to which each arrow leads from a method; the nearest first. */
export function neighbours(from: Method, methods: Method[], links: Iterable<Link>): Record<string, Method[]> {
  const near = (a: Method, b: Method) => Math.abs(a.y - from.y) - Math.abs(b.y - from.y) || a.number - b.number;
  const descents = [...links].filter((link) => link.standing === "Derivation");
  const parents = descents.filter((link) => link.child === from).map((link) => link.parent);
  const children = descents.filter((link) => link.parent === from).map((link) => link.child);
  const beside = (way: number) =>
    methods
      .filter((one) => one !== from && (one.y - from.y) * way > 0)
      .sort((a, b) => distance(from, a) - distance(from, b));
  return {
    ArrowLeft: parents.sort(near),
    ArrowRight: children.sort(near),
    ArrowUp: beside(-1),
    ArrowDown: beside(1),
  };
}

/** Up and down: what stands in the same time counts as near. */
function distance(from: Method, to: Method): number {
  return Math.abs(to.y - from.y) + 3 * Math.abs(to.x - from.x);
}
