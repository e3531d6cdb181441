// The curve of a link: level where it leaves and where it arrives; over what stands between, where both are level.
import type { Link, Method } from "./genealogy";

export interface Point {
  x: number;
  y: number;
}

const ARC = 11;

/** Nearer than this in time, a curve goes out to the side instead. */
const NEAR = 30;

/** Which links pass other methods on their own row, so that they have to go round them. */
export function passes(methods: Method[]): (link: Link) => boolean {
  const rows = new Map<number, number[]>();
  for (const method of methods) rows.set(method.y, [...(rows.get(method.y) ?? []), method.x]);
  return ({ child, parent }) => {
    const [left, right] = [Math.min(child.x, parent.x), Math.max(child.x, parent.x)];
    return child.y === parent.y && (rows.get(child.y) ?? []).some((x) => x > left && x < right);
  };
}

/** The two control points from parent to child, of quadratic curves that meet halfway between them. */
export function controls(from: Point, to: Point, isArc: boolean): [Point, Point] {
  const dx = to.x - from.x;
  if (isArc) return [{ x: from.x + dx * 0.15, y: from.y - ARC }, { x: from.x + dx * 0.85, y: to.y - ARC }];
  if (Math.abs(dx) < NEAR) {
    const [x, dy] = [Math.max(from.x, to.x) + NEAR, to.y - from.y];
    return [{ x, y: from.y + dy * 0.25 }, { x, y: from.y + dy * 0.75 }];
  }
  return [{ x: from.x + dx / 2, y: from.y }, { x: from.x + dx / 2, y: to.y }];
}

/** Control points as Cytoscape wants them: shares of the way, and distances from the straight line. */
export function relative(from: Point, to: Point, points: Point[]): { weights: number[]; distances: number[] } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return {
    weights: points.map((p) => ((p.x - from.x) * dx + (p.y - from.y) * dy) / length ** 2),
    distances: points.map((p) => ((p.x - from.x) * -dy + (p.y - from.y) * dx) / length),
  };
}

/** The same curve as SVG. */
export function path(from: Point, to: Point, [first, second]: [Point, Point]): string {
  const n = (value: number) => value.toFixed(1);
  const middle = { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
  return (
    `M${n(from.x)} ${n(from.y)}Q${n(first.x)} ${n(first.y)} ${n(middle.x)} ${n(middle.y)}` +
    `Q${n(second.x)} ${n(second.y)} ${n(to.x)} ${n(to.y)}`
  );
}
