// Which names have room on the map, and on which side of their marks: below, where that is free.
import type { Method } from "./genealogy";
import { radius } from "./looks";

/** What `text` of a canvas and of the map are written in. */
export const FAMILIES = 'system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif';

export type Side = "above" | "below" | "right" | "left";
export type Box = [left: number, top: number, right: number, bottom: number];

/** Marks of a larger radius are not written over. */
const LARGE = 5.5;

/** Room between two names, in units of the font's size. */
const APART = 0.32;

export interface Naming {
  /** Who wants a name; the first are served first. */
  candidates: Method[];
  /** Whose marks stand in the way. */
  shown: Method[];
  font: number;
  /** How much larger than usual marks are drawn. */
  growth: number;
}

/** The sizes of names, marks and lines, in units of the map. */
export interface Sizes {
  font: number;
  growth: number;
  lines: number;
}

const FONT_PX = 11;

/** Marks and lines grow so much as the map shrinks; 0 not at all, 1 so that they stay as large on the screen. */
const GROWTH = 0.4;
const LINE_GROWTH = 0.55;

/** The sizes at a zoom: names keep theirs on the screen, marks and lines some of it, when the map is seen from afar. */
export function sizesAt(zoom: number): Sizes {
  const font = zoom < 1 ? FONT_PX / zoom : FONT_PX * (zoom > 1.4 ? 1.4 / zoom : 1);
  return { font, growth: zoom < 1 ? zoom ** -GROWTH : 1, lines: zoom < 1 ? zoom ** -LINE_GROWTH : 1 };
}

/** Where names are written beside a mark of this radius: from its middle, and how the text stands to that place. */
export function beside(side: Side, radius: number, font: number): { dx: number; dy: number; anchor: string } {
  const level = { dy: font * 0.36 };
  if (side === "right") return { dx: radius + font * 0.3, ...level, anchor: "start" };
  if (side === "left") return { dx: -radius - font * 0.3, ...level, anchor: "end" };
  return { dx: 0, dy: side === "below" ? radius + font : -radius - font * 0.3, anchor: "middle" };
}

/** The side on which each method that has room is named. */
export function named({ candidates, shown, font, growth }: Naming): Map<Method, Side> {
  const taken = new Boxes(font * 6);
  const found = new Map<Method, Side>();
  for (const method of shown) if (radius(method) > LARGE) taken.add(around(method, radius(method) * growth * 0.8));
  for (const method of candidates) {
    const half = ((widthOf(method.name) + APART) * font) / 2;
    const mark = radius(method) * growth + 1;
    const box = (x: number, top: number): Box => [x - half, top, x + half, top + font * 1.1];
    const level = method.y - font * 0.55;
    const places: [Side, Box][] = [
      ["below", box(method.x, method.y + mark)],
      ["above", box(method.x, method.y - mark - font * 1.15)],
      ["right", box(method.x + mark + half, level)],
      ["left", box(method.x - mark - half, level)],
    ];
    const free = places.find(([, place]) => taken.isFree(place));
    if (!free) continue;
    taken.add(free[1]);
    found.set(method, free[0]);
  }
  return found;
}

const MEASURED_PX = 20;
const widths = new Map<string, number>();
const pen = document.createElement("canvas").getContext("2d");
if (pen) pen.font = `${MEASURED_PX}px ${FAMILIES}`;

/** The width of a name, in units of its font size. */
function widthOf(name: string): number {
  const known = widths.get(name);
  if (known !== undefined) return known;
  const width = pen ? pen.measureText(name).width / MEASURED_PX : name.length * 0.58;
  widths.set(name, width);
  return width;
}

function around({ x, y }: Method, half: number): Box {
  return [x - half, y - half, x + half, y + half];
}

/** Boxes that are taken, found by the cells of a grid. */
class Boxes {
  private readonly cells = new Map<number, Box[]>();

  constructor(private readonly cell: number) {}

  isFree(box: Box): boolean {
    return this.keys(box).every((key) =>
      (this.cells.get(key) ?? []).every((b) => b[0] >= box[2] || b[2] <= box[0] || b[1] >= box[3] || b[3] <= box[1]),
    );
  }

  add(box: Box): void {
    for (const key of this.keys(box)) {
      const held = this.cells.get(key);
      if (held) held.push(box);
      else this.cells.set(key, [box]);
    }
  }

  private keys([left, top, right, bottom]: Box): number[] {
    const found: number[] = [];
    for (let x = Math.floor(left / this.cell); x <= Math.floor(right / this.cell); x += 1)
      for (let y = Math.floor(top / this.cell); y <= Math.floor(bottom / this.cell); y += 1) found.push(x * 100_003 + y);
    return found;
  }
}
