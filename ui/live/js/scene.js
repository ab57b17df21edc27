/*
 * The picture of data in the plane: D's field and its 0.5 line at the back, then the latent grid as
 * G warps it, real samples (circles), generated ones (triangles), and the arrows along which G wants
 * to move them. What moves glides from frame to frame; what stands still is drawn once into a layer
 * of its own. Positions arrive as 16-bit integers whose full range is twice the view.
 */
import { contourLines, smoothLine } from './figures.js';
import { Picture } from './picture.js';
import { cssColour } from './theme.js';
import { warpCells, warpThread } from './warp.js';

export class Scene extends Picture {
  constructor(canvas) { super(canvas, ['fake', 'field', 'warp', 'arrows']); }

  compose(c) {
    const { shapes, size } = this;
    if (shapes.field) {
      this.layer(c, 'field', () => this.drawTint(c, this.glides.field.shown, shapes.field, 0, 0, size, size));
    }
    if (shapes.warp) this.layer(c, 'grid', () => this.drawWarp(c));
    c.drawImage(this.still, 0, 0);
    this.layer(c, 'fake', () => this.stampAll(c, this.sprites.fake, this.glides.fake.shown));
    if (shapes.field) this.layer(c, 'field', () => this.drawContour(c));
    if (shapes.arrows) this.layer(c, 'arrows', () => this.drawPull(c));
  }

  x(q) { return this.across(q) * this.size; }

  y(q) { return (1 - this.across(q)) * this.size; }

  stampAll(c, sprites, points) {
    for (let i = 0; i < points.length; i += 2) this.stamp(c, sprites, this.x(points[i]), this.y(points[i + 1]));
  }

  drawStill(c) {
    if (!this.real) return;
    const at = this.centres ?? [];
    this.layer(c, 'real', () => {
      this.stampAll(c, this.sprites.real, this.real);
      this.drawCrosses(c, Array.from({ length: at.length / 2 }, (_, i) => (
        [this.x(at[2 * i]), this.y(at[2 * i + 1])])));
    });
  }

  drawContour(c) {
    const g = this.shapes.field[0];
    const step = this.size / g;
    c.beginPath();
    contourLines(this.glides.field.shown, g, 127.5).forEach((line) => {
      smoothLine(line);
      c.moveTo((line[0] + 0.5) * step, this.size - (line[1] + 0.5) * step);
      for (let i = 2; i < line.length; i += 2) {
        c.lineTo((line[i] + 0.5) * step, this.size - (line[i + 1] + 0.5) * step);
      }
    });
    c.setLineDash([5 * this.ratio, 4 * this.ratio]);
    c.lineWidth = this.ratio * (this.half ? 2.2 : 1.3); // D has just moved: its line stands out
    c.strokeStyle = cssColour(this.theme.ink, 0.8);
    c.stroke();
    c.setLineDash([]);
  }

  drawWarp(c) {
    const [rows, columns] = this.shapes.warp;
    const at = this.glides.warp.shown;
    const draw = rows === 1 || columns === 1 ? warpThread : warpCells;
    draw(c, at, rows, columns, this);
  }

  drawPull(c) {
    const { shown } = this.glides.arrows;
    const fakes = this.glides.fake.shown;
    const arrows = [];
    for (let i = 0; i + 1 < shown.length && i + 1 < fakes.length; i += 2) {
      const part = Math.hypot(shown[i], shown[i + 1]);
      arrows.push([this.x(fakes[i]), this.y(fakes[i + 1]),
        shown[i] / part, -shown[i + 1] / part, part * this.pull]);
    }
    this.drawArrows(c, arrows);
  }
}
