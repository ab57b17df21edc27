/*
 * The whole view on one piece of page: it takes frames from the line, gives them to the picture,
 * the charts and the texts, and acknowledges each once it is drawn. At most one frame waits. The
 * animation loop runs only while something moves.
 */
import { decodeFrame, STATUS_NAMES } from './codec.js';
import { History } from './figures.js';
import { Goals } from './goals.js';
import { LineScene } from './line.js';
import { Readout } from './readout.js';
import { Scene } from './scene.js';
import { Line } from './socket.js';
import { readTheme } from './theme.js';
import { Transport } from './transport.js';
import { Words, whole } from './words.js';

const LONGEST_GLIDE = 400; // ms; after that a point rests where it is
const STEP_GLIDE = 260; // a single step is worth watching
// Where a machine without a graphics chip needs long for a picture, half as many are drawn.
const DEAR_PICTURE = 3; // ms
const PAUSE = 20; // ms; with the wait for the screen about 30 pictures per second
// Which controls act in which state; in all others none does.
const CONTROLS = { running: 'all', paused: 'all', diverged: 'reset' };
const NOTICE = 6000; // ms for which the view says that the run went on from a checkpoint
const STEPS = ['step', 'step-d', 'step-g'];

export class LiveView {
  constructor(root) {
    this.root = root;
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    this.words = new Words();
    this.canvas = root.querySelector('.scene canvas');
    this.scenes = { 1: new LineScene(this.canvas), 2: new Scene(this.canvas) }; // by the data's dimensions
    this.scene = this.scenes[2];
    this.history = new History(7);
    this.metrics = new History(6);
    this.readout = new Readout(root);
    this.transport = new Transport(root, {
      command: (command) => this.command(command),
      pace: (pace) => this.line.send({ pace }),
      layer: (name, visible) => {
        this.eachScene((scene) => scene.show(name, visible));
        if (name === 'arrows') root.dataset.arrows = visible ? 'on' : 'off';
        this.wake();
      },
    }, signal);
    this.line = new Line({
      message: (data) => this.receive(data),
      state: (state) => this.lineState(state),
    });
    this.goals = new Goals((ids) => this.reached?.(ids));
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.sizes = new ResizeObserver(() => this.resize());
    // A chart's own size changes as well, when another one beside it goes or comes.
    [root, ...root.querySelectorAll('.strips canvas')].forEach((node) => this.sizes.observe(node));
    root.querySelectorAll('[data-act]').forEach((button) => {
      button.addEventListener('click', () => {
        if (button.dataset.act === 'reload') window.location.reload();
        else this.command(button.dataset.act);
      }, { signal });
    });
    this.frames = 0;
    this.gap = 1000 / 12;
    this.cost = 0; // ms that one picture takes, painting included
    this.state = 'connecting';
    this.transport.enable('none');
  }

  /** Take the page's data (again): words, address, layout, first choice of layers. */
  apply(data) {
    const words = JSON.stringify(data.words);
    if (words !== this.wordsText) {
      this.wordsText = words;
      this.words = new Words(data.words);
      this.words.fill(this.root, this.root.dataset.dim);
    }
    this.root.dataset.layout = data.layout;
    const layers = JSON.stringify(data.layers);
    if (layers !== this.layersText) { // the student's own choice stays until the page changes its mind
      this.layersText = layers;
      Object.entries(data.layers).forEach(([name, on]) => this.transport.setLayer(name, on));
    }
    this.root.dataset.projector = data.projector ? 'on' : 'off';
    this.theme = readTheme(this.root);
    this.eachScene((scene) => scene.paint(this.theme, this.words));
    this.readout.dress(this.theme, this.words);
    this.reached = data.reached;
    this.goals.aim(data.goals ?? [], this.head?.iteration ?? 0);
    this.line.connect(data.socket, data.rate);
    this.resize();
    this.tell();
  }

  lineState(state) {
    if (state === 'connecting') this.forget();
    this.fresh = true; // the first message of a socket brings the whole past
    this.state = state;
    this.tell();
  }

  forget() {
    this.pending = this.head = undefined;
    this.epoch = this.lives = undefined;
    this.asked = undefined;
    this.history.clear();
    this.metrics.clear();
    this.eachScene((scene) => scene.clear());
    this.readout.clear();
    this.wake();
  }

  command(command) {
    if (this.line.send({ do: command })) this.asked = command;
  }

  receive(buffer) {
    try {
      this.pending = decodeFrame(buffer);
    } catch (error) { // a frame that cannot be read must not stop those that follow
      console.error('GAN Classroom: live frame', error);
      return;
    }
    this.wake();
  }

  wake() {
    clearTimeout(this.timer);
    this.request ??= requestAnimationFrame((now) => this.tick(now));
  }

  /** Come back for the next picture of a glide: at the screen's rate, or at half where it is dear. */
  goOn(start) {
    this.timer = setTimeout(() => { // runs once the picture has been painted
      this.cost += 0.1 * (performance.now() - start - this.cost);
      if (this.cost < DEAR_PICTURE) this.wake();
      else this.timer = setTimeout(() => this.wake(), PAUSE);
    });
  }

  tick(now) {
    const start = performance.now();
    this.request = undefined;
    const frame = this.pending;
    this.pending = undefined;
    if (frame) this.take(frame, now);
    const moving = this.scene.draw(now);
    if (frame) {
      this.mark(frame.head);
      this.line.send({ ack: frame.head.seq });
    }
    if (moving) this.goOn(start);
  }

  take(frame, now) {
    const { head } = frame;
    const another = head.epoch !== this.epoch;
    const revived = !another && head.lives > this.lives; // from a checkpoint: the picture stays
    if (another || revived || this.fresh) {
      this.history.clear();
      this.metrics.clear();
      this.readout.clear();
      if (another) this.eachScene((scene) => scene.clear());
    }
    if (another) this.goals.restart();
    this.choose(head.dim);
    this.epoch = head.epoch;
    this.lives = head.lives;
    this.head = head;
    if (revived) this.readout.tell(this.revival(head), NOTICE);
    if (frame.history) this.history.add(frame.history.values);
    if (frame.metrics) this.metrics.add(frame.metrics.values);
    this.scene.aim(frame, now, another || this.fresh ? 0 : this.span(now, head));
    this.arrived = now;
    this.fresh = false;
    this.readout.show(frame, this.history, this.metrics, this.lastStep(head));
    if (this.goals.open) this.goals.look(this.readout.present());
    this.tell();
  }

  eachScene(act) { Object.values(this.scenes).forEach(act); }

  /** Take the picture that fits the data: one for the plane, one for the line. */
  choose(dim) {
    if (this.scene === this.scenes[dim] && this.root.dataset.dim === String(dim)) return;
    this.scene = this.scenes[dim] ?? this.scenes[2];
    this.root.dataset.dim = dim;
    this.words.fill(this.root, dim);
  }

  /** How long the points glide towards this frame: as long as until the next one, most likely. */
  span(now, head) {
    if (this.still.matches) return 0;
    if (STATUS_NAMES[head.status] !== 'running') return STEP_GLIDE;
    const gap = Math.min(1000, now - (this.arrived ?? now));
    this.gap += 0.2 * (gap - this.gap);
    return Math.min(LONGEST_GLIDE, this.gap * 1.1);
  }

  /** The single step that led here, if the run stands still after one. */
  lastStep(head) {
    if (STATUS_NAMES[head.status] !== 'paused') return '';
    return STEPS.includes(this.asked) ? this.asked : '';
  }

  /** What is said of a run that went on from a checkpoint. */
  revival(head) {
    const iteration = whole(head.restored);
    return this.words.say(STATUS_NAMES[head.status] === 'running' ? 'went_on' : 'went_back', { iteration });
  }

  /** Say the state in controls and messages. */
  tell() {
    const run = this.head ? STATUS_NAMES[this.head.status] : 'starting';
    const status = this.state === 'open' || this.state === 'connecting' ? run : this.state;
    this.root.dataset.status = status;
    if (status !== 'recovering') { // what is pressed meanwhile is heard afterwards
      this.transport.update(this.words, run, this.head?.pace);
      this.transport.enable(CONTROLS[status] ?? 'none');
    }
    this.readout.state(status, this.head);
  }

  /** Leave marks on the page for those who test it. */
  mark(head) {
    this.frames += 1;
    Object.assign(this.root.dataset, {
      step: head.iteration, epoch: head.epoch, frames: this.frames, lives: head.lives, restored: head.restored,
    });
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    if (!width) return;
    this.eachScene((scene) => scene.resize(width, ratio));
    this.scene.draw(performance.now()); // at once: a resized canvas is empty
    this.readout.resize(ratio);
  }

  close() {
    this.line.drop();
    this.stopper.abort();
    this.sizes.disconnect();
    this.transport.release();
    this.readout.close();
    clearTimeout(this.timer);
    cancelAnimationFrame(this.request);
  }
}
