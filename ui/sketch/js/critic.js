/*
 * V1: what bounds a critic, in four scenes of which one is seen at a time.
 */
import { BatchScene } from './critic_batch.js';
import { BoundScene } from './critic_bound.js';
import { ClipScene } from './critic_clip.js';
import { PenaltyScene } from './critic_penalty.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';

const CRITIC_SCENES = { hand: BoundScene, penalty: PenaltyScene, clipping: ClipScene, batch: BatchScene };

export class Workshop {
  constructor(sketch) {
    this.sketch = sketch;
    this.hint = html('p', { class: 'hint' });
    sketch.root.append(html('div', { class: 'scenes' }, sketch.choice('scene')), this.hint);
    this.scenes = Object.entries(CRITIC_SCENES).map(([name, Scene]) => {
      const stage = html('div', { class: 'scene stack' });
      sketch.root.append(stage);
      return { name, stage, scene: new Scene(sketch, stage) };
    });
  }

  draw(values) {
    this.scenes.forEach(({ name, stage }) => { stage.hidden = name !== values.scene; });
    this.hint.textContent = this.sketch.say(`hint.${values.scene}`);
    return this.scenes.find(({ name }) => name === values.scene).scene.draw(values);
  }
}

export default opener(Workshop);
