/*
 * T4: how two players move who both learn. Three scenes: the game xy, the Dirac-GAN, and a table in
 * which the order of play decides.
 */
import { DiracScene } from './dynamics_dirac.js';
import { OrderScene } from './dynamics_order.js';
import { XYScene } from './dynamics_xy.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';

const SCENES = { xy: XYScene, dirac: DiracScene, order: OrderScene };

export class Dynamics {
  constructor(sketch) {
    this.sketch = sketch;
    sketch.run = () => this.play({ told: true });
    const top = html('div', { class: 'row scenes' }, sketch.choice('scene'), sketch.button('play', () => this.play({ asked: true, told: true }), { primary: true }));
    sketch.root.append(top);
    this.scenes = Object.fromEntries(Object.entries(SCENES).map(([name, Scene]) => {
      const section = html('section', { class: 'stack' });
      sketch.root.append(section);
      return [name, { section, shown: new Scene(sketch, section) }];
    }));
  }

  /**
   * Let the present scene draw itself from the start.
   * @param {{asked?: boolean, told?: boolean}} how asked: see `Sketch.play`; told: the page has heard
   *   of this moment, and is to hear where it ends
   */
  play({ asked = false, told = false } = {}) {
    const { sketch } = this;
    sketch.stop();
    const { knob, to, seconds } = SCENES[sketch.values.scene].playing(sketch.values);
    sketch.play((now) => (now < seconds ? { [knob]: Math.round((to * now) / seconds) } : null), {
      asked,
      done: () => {
        if (told) sketch.set({ [knob]: to });
        else {
          sketch.values[knob] = to;
          sketch.draw();
        }
      },
    });
  }

  draw(values) {
    const { scene } = values;
    Object.entries(this.scenes).forEach(([name, { section }]) => { section.hidden = name !== scene; });
    const turn = `${this.sketch.data.turn} ${scene}`;
    if (turn !== this.turn) { // opened, begun by a unit, or another scene: it moves by itself
      this.turn = turn;
      queueMicrotask(() => this.play());
    }
    return this.scenes[scene].shown.draw(values);
  }

  close() { Object.values(this.scenes).forEach(({ shown }) => shown.close?.()); }
}

export default opener(Dynamics);
