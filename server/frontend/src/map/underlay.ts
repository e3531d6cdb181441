// What lies under the map: bands of families and the axis of years, names and years always in sight.
import type cytoscape from "cytoscape";
import type { Genealogy } from "./genealogy";
import { theme } from "./looks";
import { FAMILIES } from "./naming";

const AXIS = 24;
const FONT = `600 12px ${FAMILIES}`;
const SMALL = `600 10px ${FAMILIES}`;
const NARROW = 700;

/** Draws on its canvas whatever the view shows. */
export class Underlay {
  readonly back = document.createElement("canvas");
  readonly front = document.createElement("canvas");

  private shown = new Set<number>();

  constructor(
    private readonly cy: cytoscape.Core,
    private readonly genealogy: Genealogy,
  ) {
    this.back.className = "map-back";
    this.front.className = "map-front";
    for (const canvas of [this.back, this.front]) canvas.setAttribute("aria-hidden", "true");
    let isDue = false;
    cy.on("viewport resize", () => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        this.draw();
      });
    });
  }

  /** Has only these bands drawn. */
  show(bands: Set<number>): void {
    this.shown = bands;
    this.draw();
  }

  /** The width of the widest name of a band, in pixels. */
  gutter(): number {
    const context = this.front.getContext("2d");
    if (!context) return 0;
    context.font = FONT;
    return Math.max(0, ...this.genealogy.bands.filter((_, n) => this.shown.has(n)).map((band) => context.measureText(band.name).width));
  }

  draw(): void {
    const [back, front] = [this.fresh(this.back), this.fresh(this.front)];
    if (back && front) {
      this.bands(back, front);
      this.years(back, front);
    }
  }

  private fresh(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.cy.width(), this.cy.height()];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext("2d");
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }

  private bands(back: CanvasRenderingContext2D, front: CanvasRenderingContext2D): void {
    const [zoom, pan, width] = [this.cy.zoom(), this.cy.pan(), this.cy.width()];
    const colours = theme();
    front.font = width < NARROW ? SMALL : FONT;
    front.textBaseline = "top";
    for (const [number, band] of this.genealogy.bands.entries()) {
      if (!this.shown.has(number)) continue;
      const [top, bottom] = [band.top * zoom + pan.y, band.bottom * zoom + pan.y];
      back.globalAlpha = colours.isDark ? 0.13 : 0.07;
      back.fillStyle = colours.isDark ? band.dark : band.light;
      back.fillRect(0, top, width, bottom - top);
      back.globalAlpha = 1;
      if (bottom > AXIS + 14 && bottom - top > 13) this.name(front, band.name, Math.max(top + 2, AXIS + 4));
    }
  }

  private name(front: CanvasRenderingContext2D, name: string, y: number): void {
    const colours = theme();
    front.globalAlpha = 0.86;
    front.fillStyle = colours.paper;
    front.fillRect(0, y - 1, front.measureText(name).width + 12, 16);
    front.globalAlpha = 1;
    front.fillStyle = colours.ink;
    front.fillText(name, 6, y);
  }

  private years(back: CanvasRenderingContext2D, front: CanvasRenderingContext2D): void {
    const [zoom, pan, height, width] = [this.cy.zoom(), this.cy.pan(), this.cy.height(), this.cy.width()];
    const colours = theme();
    front.fillStyle = colours.paper;
    front.fillRect(0, 0, width, AXIS);
    front.font = FONT;
    front.textBaseline = "middle";
    let written = -Infinity;
    for (const [year, place] of this.genealogy.ticks) {
      const x = place * zoom + pan.x;
      back.fillStyle = colours.rule;
      back.fillRect(Math.round(x), 0, 1, height);
      if (x - written > 34) {
        front.fillStyle = colours.faint;
        front.fillText(String(year), x + 3, AXIS / 2);
        written = x;
      }
    }
    front.fillStyle = colours.rule;
    front.fillRect(0, AXIS, width, 1);
  }
}
