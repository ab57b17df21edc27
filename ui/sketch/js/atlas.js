/*
 * T2: the atlas of divergences, in four scenes of which one is seen at a time.
 */
import { FamilyScene } from './atlas_family.js';
import { FitScene } from './atlas_fit.js';
import { LinesScene } from './atlas_lines.js';
import { ShiftScene } from './atlas_shift.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';

const SCENES = { shift: ShiftScene, lines: LinesScene, fit: FitScene, family: FamilyScene };

export class Atlas {
  constructor(sketch) {
    Object.assign(this, { sketch });
    this.hint = html('p', { class: 'hint' });
    sketch.root.append(html('div', { class: 'scenes' }, sketch.choice('scene')), this.hint);
    this.scenes = Object.fromEntries(Object.entries(SCENES).map(([name, Scene]) => {
      const stage = html('div', { class: 'scene stack' });
      sketch.root.append(stage);
      return [name, { stage, scene: new Scene(sketch, stage) }];
    }));
  }

  draw(values) {
    Object.entries(this.scenes).forEach(([name, { stage }]) => { stage.hidden = name !== values.scene; });
    this.hint.textContent = this.sketch.say(`hint.${values.scene}`);
    return this.scenes[values.scene].scene.draw(values);
  }
}

export default opener(Atlas);
