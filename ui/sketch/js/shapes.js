/*
 * I1: shapes of image networks in four views, of which one is seen at a time. A view begins to move when
 * it comes into sight, or when the page has set it.
 */
import { CalculatorScene } from './shapes_calculator.js';
import { CheckersScene } from './shapes_checkers.js';
import { FieldScene } from './shapes_field.js';
import { PyramidScene } from './shapes_pyramid.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';

const SHAPE_VIEWS = { calculator: CalculatorScene, checkerboard: CheckersScene, field: FieldScene, pyramid: PyramidScene };
const IN_SIGHT = 0.25;

export class Shapes {
  constructor(sketch) {
    this.sketch = sketch;
    this.hint = html('p', { class: 'hint' });
    sketch.root.append(html('div', { class: 'scenes' }, sketch.choice('view')), this.hint);
    this.views = Object.entries(SHAPE_VIEWS).map(([name, View]) => {
      const stage = html('div', { class: 'scene shapes stack' });
      sketch.root.append(stage);
      return { name, stage, scene: new View(sketch, stage) };
    });
    this.watch = new IntersectionObserver(([{ isIntersecting }]) => {
      this.seen = isIntersecting;
      this.begin();
    }, { threshold: IN_SIGHT });
    this.watch.observe(this.hint);
  }

  close() { this.watch.disconnect(); }

  /** Let what has not begun yet begin, unless the student's hand is in it. */
  begin() {
    const { coming, sketch } = this;
    if (!this.seen || !coming) return;
    this.coming = undefined;
    if (coming.moves === sketch.moves) queueMicrotask(() => coming.scene.begin());
  }

  draw(values) {
    const { view } = values;
    this.views.forEach(({ name, stage }) => { stage.hidden = name !== view; });
    this.hint.textContent = this.sketch.say(`about.${view}`);
    const { scene } = this.views.find(({ name }) => name === view);
    const drawn = scene.draw(values);
    const { turn } = this.sketch.data;
    if (view !== this.view || turn !== this.turn) {
      Object.assign(this, { view, turn, coming: { scene, moves: this.sketch.moves } });
      this.begin();
    }
    return drawn;
  }
}

export default opener(Shapes);
