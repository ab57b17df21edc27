/*
 * What belongs to one experiment: its picture, its past, its charts and numbers. A view has one side,
 * or two where an experiment stands beside another on the same clock.
 */
import { STATUS_NAMES } from './codec.js';
import { History } from './figures.js';
import { LineScene } from './line.js';
import { Readout } from './readout.js';
import { Scene } from './scene.js';

export class Side {
  /** @param {HTMLElement} root what holds its picture and charts */
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector('.scene canvas');
    this.scenes = { 1: new LineScene(this.canvas), 2: new Scene(this.canvas) }; // by the data's dimensions
    this.scene = this.scenes[2];
    this.history = new History(7);
    this.metrics = new History(7);
    this.looks = new History(3);
    this.readout = new Readout(root);
  }

  eachScene(act) { Object.values(this.scenes).forEach(act); }

  dress(theme, words) {
    this.words = words;
    this.eachScene((scene) => scene.paint(theme, words));
    this.readout.dress(theme, words);
  }

  /** Forget the run. */
  clear() {
    this.epoch = this.lives = undefined;
    this.forget();
    this.eachScene((scene) => scene.clear());
  }

  forget() {
    this.history.clear();
    this.metrics.clear();
    this.looks.clear();
    this.readout.clear();
  }

  /**
   * Take a frame.
   * @param {Object} frame
   * @param {number} now
   * @param {{fresh: boolean, span: number, step: string}} how whether it brings the whole past, how
   *   long the points glide, the single step that led here
   * @returns {{another: boolean, revived: boolean}} whether a new experiment begins, or this one has
   *   gone on from a checkpoint
   */
  take(frame, now, { fresh, span, step }) {
    const { head } = frame;
    const another = head.epoch !== this.epoch;
    const revived = !another && head.lives > this.lives; // from a checkpoint: the picture stays
    if (another || revived || fresh) this.forget();
    if (another) this.eachScene((scene) => scene.clear());
    this.choose(head.dim);
    this.epoch = head.epoch;
    this.lives = head.lives;
    if (frame.history) this.history.add(frame.history.values);
    if (frame.metrics) this.metrics.add(frame.metrics.values);
    if (frame.looks) {
      [, this.looks.columns] = frame.looks.shape; // as many as the data have modes
      this.looks.add(frame.looks.values);
    }
    this.scene.aim(frame, now, another || fresh ? 0 : span);
    this.readout.show(frame, this, step);
    return { another, revived };
  }

  /** Have a heading, which the text alternative says as well; or none. */
  name(title = '') {
    this.readout.name = title;
    this.root.querySelector('.title').textContent = title; // the first in a view: its own
  }

  /** Take the picture that fits the data: one for the plane, one for the line. */
  choose(dim) {
    if (this.scene === this.scenes[dim] && this.root.dataset.dim === String(dim)) return;
    this.scene = this.scenes[dim] ?? this.scenes[2];
    this.root.dataset.dim = dim;
    this.words.fill(this.root, dim);
  }

  stress(meaning) {
    this.eachScene((scene) => scene.stress(meaning?.layers));
    this.readout.stress(meaning);
  }

  resize(ratio) {
    const width = this.canvas.clientWidth;
    if (!width) return;
    this.eachScene((scene) => scene.resize(width, ratio));
    this.scene.draw(performance.now()); // at once: a resized canvas is empty
    this.readout.resize(ratio);
  }

  close() { this.readout.close(); }
}

/** The second side of a view: a copy of the first one's place on the page, without its controls. */
export class Beside extends Side {
  /**
   * @param {HTMLElement} root of the view
   * @param {Words} words
   * @param {Object<string, boolean>} layers that show
   */
  constructor(root, words, layers = {}) {
    const place = document.createElement('div');
    place.className = 'beside';
    const [figure, strips, diagnosis, unseen] = ['.figure', '.strips', '.diagnosis', '.unseen']
      .map((part) => root.querySelector(part).cloneNode(true));
    figure.querySelectorAll('.legend, .acts').forEach((node) => node.remove());
    unseen.removeAttribute('aria-live'); // one voice is enough
    diagnosis.querySelector('.verdict').removeAttribute('role');
    place.append(figure, strips, diagnosis, unseen);
    root.querySelector('.transport').before(place);
    super(place);
    words.fill(place, root.dataset.dim);
    Object.entries(layers).forEach(([name, on]) => this.eachScene((scene) => scene.show(name, on)));
  }

  /** Measure with the same scales as another side, where both measure the same. */
  share(other, costs) {
    const [mine, theirs] = [this.readout, other.readout];
    ['costs', 'modes', 'js', 'w1', 'kl', 'timeline'].forEach((name) => {
      mine[name].span = theirs[name].span;
      if (name !== 'timeline' && (name !== 'costs' || costs)) mine[name].range = theirs[name].range;
    });
    theirs.lead(mine);
    this.leader = theirs;
  }

  /** Take a frame that came with another one: both run or stand still, but each diverges alone. */
  takeWith({ status }, frame, now, how) {
    const { head } = frame;
    if (STATUS_NAMES[head.status] !== 'diverged') head.status = status;
    this.take(frame, now, how);
    this.readout.state(STATUS_NAMES[head.status], head);
  }

  close() {
    super.close();
    this.leader?.lead(undefined);
    this.root.remove();
  }
}
