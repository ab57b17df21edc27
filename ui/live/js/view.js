/*
 * The whole view on one piece of page: it takes frames from the line, gives them to the picture,
 * the charts and the texts, and acknowledges each once it is drawn. At most one frame waits. The
 * animation loop runs only while something moves.
 */
import { STATUS_NAMES } from './codec.js';
import { Goals } from './goals.js';
import { Overview } from './overview.js';
import { Beside, Side } from './side.js';
import { Line } from './socket.js';
import { Stress } from './stress.js';
import { readTheme } from './theme.js';
import { TimeSlider } from './time.js';
import { Transport } from './transport.js';
import { Words } from './words.js';

const LONGEST_GLIDE = 400; // ms; after that a point rests where it is
const STEP_GLIDE = 260; // a single step is worth watching
// Where a machine without a graphics chip needs long for a picture, half as many are drawn.
const DEAR_PICTURE = 3; // ms
const PAUSE = 20; // ms; with the wait for the screen about 30 pictures per second
// Which controls act in which state; in all others none does.
const CONTROLS = { running: 'all', paused: 'all', diverged: 'reset' };
const REST = 400; // ms without a further step
const STEPS = ['step', 'step-d', 'step-g'];

export class LiveView {
  constructor(root) {
    this.root = root;
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    this.words = new Words();
    this.side = new Side(root); // the experiment that is steered
    this.sides = [this.side]; // and the one beside it
    this.transport = new Transport(root, {
      command: (command) => this.command(command),
      pace: (pace) => {
        this.overview.finish();
        this.line.send({ pace });
      },
      layer: (name, visible) => {
        this.sides.forEach((side) => side.eachScene((scene) => scene.show(name, visible)));
        this.layers = { ...this.layers, [name]: visible };
        if (name === 'arrows') root.dataset.arrows = visible ? 'on' : 'off';
        this.wake();
      },
    }, signal);
    this.line = new Line({
      frame: (frame) => this.receive(frame),
      state: (state) => this.lineState(state),
    });
    this.time = new TimeSlider(root, {
      moment: (moment) => this.line.send({ moment }),
      pause: () => { if (this.running) this.line.send({ do: 'pause' }); },
      branch: (iteration) => {
        if (this.running) this.line.send({ do: 'pause' });
        this.branch?.({ epoch: this.head?.epoch, iteration });
      },
    }, signal);
    this.terms = new Stress(root, (meaning) => this.stress(meaning), signal);
    this.overview = new Overview(root, {
      show: (frames) => this.show(frames),
      command: (command) => this.send(command),
    }, signal);
    this.goals = new Goals((ids) => this.reached?.(ids));
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.sizes = new ResizeObserver(() => this.resize());
    this.watch(root);
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
    this.pair(data.layout === 'pair', data.titles);
    this.root.querySelectorAll('.strips > section').forEach((node) => {
      node.hidden = !data.charts.includes(node.dataset.strip);
    });
    this.root.querySelectorAll('.diagnosis').forEach((node) => { node.hidden = !data.diagnosis; });
    const layers = JSON.stringify(data.layers);
    if (layers !== this.layersText) { // the student's own choice stays until the page changes its mind
      this.layersText = layers;
      Object.entries(data.layers).forEach(([name, on]) => this.transport.setLayer(name, on));
    }
    this.root.dataset.projector = data.projector ? 'on' : 'off';
    this.theme = readTheme(this.root);
    this.sides.forEach((side) => side.dress(this.theme, this.words));
    this.overview.dress(this.theme, this.words);
    this.time.dress(this.words, data.branching);
    this.estimate(data.estimates);
    this.reached = data.reached;
    this.paused = data.paused;
    this.branch = data.branch;
    this.goals.aim(data.goals ?? [], this.head?.iteration ?? 0);
    this.line.connect(data.socket, data.rate);
    this.resize();
    this.tell();
  }

  /** Have a second side, or not. */
  pair(wanted, titles) {
    const beside = this.sides[1];
    if (wanted && !beside) {
      this.sides.push(new Beside(this.root, this.words, this.layers));
      this.watch(this.sides[1].root);
    }
    if (!wanted && beside) {
      beside.close();
      this.sides.pop();
    }
    this.side.name(titles?.right);
    this.sides[1]?.name(titles?.left);
    this.sides[1]?.share(this.side, titles?.common);
  }

  /** Show beside measured distances what the players can tell of them: right, left. */
  estimate(kinds) {
    if (String(kinds) === this.estimated) return;
    this.estimated = String(kinds);
    this.root.dataset.estimates = kinds?.some(Boolean) ? 'on' : 'off';
    this.root.dataset.ruler = kinds?.[0] ?? '';
    this.sides.forEach((side, i) => side.readout.estimates(kinds?.[i]));
  }

  /** Tell the page at which iteration the run has come to rest. */
  tellRest(run) {
    clearTimeout(this.resting);
    if (!this.paused || run !== 'paused' || this.head.moment >= 0) return;
    const at = `${this.head.epoch} ${this.head.iteration}`;
    if (at === this.restedAt) return;
    this.resting = setTimeout(() => {
      this.restedAt = at;
      this.paused(this.head.iteration);
    }, REST);
  }

  /** Notice when the size of a canvas changes. */
  watch(root) {
    // A chart's own size changes as well, when another one beside it goes or comes.
    [root, ...root.querySelectorAll('.scene canvas, .strips canvas')].forEach((node) => this.sizes.observe(node));
  }

  get running() { return STATUS_NAMES[this.head?.status] === 'running'; }

  lineState(state) {
    if (state === 'connecting') this.forget();
    this.fresh = true; // the first message of a socket brings the whole past
    this.time.clear();
    this.state = state;
    this.tell();
  }

  forget() {
    this.pending = this.head = undefined;
    this.asked = undefined;
    this.sides.forEach((side) => side.clear());
    this.overview.clear();
    this.wake();
  }

  command(command) {
    if (command === 'stage') {
      if (this.time.away) this.time.now();
      this.overview.next(this.running);
      return;
    }
    this.overview.finish();
    if (this.time.away) this.time.now();
    this.send(command);
  }

  send(command) {
    if (this.line.send({ do: command })) this.asked = command;
  }

  /** Show frames that have waited for their stages. */
  show(frames) {
    frames.forEach((frame) => {
      this.take(frame, performance.now());
      this.mark(frame.head);
    });
    this.wake();
  }

  /** Take from a frame that waits only what the run is doing. */
  heed({ status, pace, rate }) {
    this.head = { ...this.head, status, pace, rate };
    this.tell();
  }

  receive(frame) {
    this.pending = frame;
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
    const shown = frame ? this.overview.pass(frame, this.fresh) : []; // the others wait
    shown.forEach((one) => this.take(one, now));
    if (frame && !shown.includes(frame)) this.heed(frame.head);
    const moving = this.sides.map((side) => side.scene.draw(now)).some(Boolean);
    shown.forEach((one) => this.mark(one.head));
    if (frame) this.line.send({ ack: frame.head.seq });
    if (moving) this.goOn(start);
  }

  take(frame, now) {
    const { head } = frame;
    head.clock = Math.max(head.iteration, frame.beside?.head.iteration ?? 0);
    const how = { fresh: this.fresh, span: this.span(now, head), step: this.lastStep(head) };
    if (frame.beside) this.sides[1]?.takeWith(head, frame.beside, now, how); // first: the other leads it
    const { another, revived } = this.side.take(frame, now, how);
    if (another) {
      this.goals.restart();
      this.time.clear();
    }
    this.head = head;
    this.behind = head.clock > head.iteration;
    if (revived) this.side.readout.tellRevival(head);
    this.arrived = now;
    this.fresh = false;
    this.time.take(frame);
    this.overview.shown(frame, this.side.history.last);
    if (this.goals.open && head.moment < 0) this.goals.look(this.side.readout.present());
    this.tell();
  }

  /** Let stand out what a term of the formulas means; without one all is as ever. */
  stress(meaning) {
    this.sides.forEach((side) => side.stress(meaning));
    this.wake();
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

  /** Say the state in controls and messages. */
  tell() {
    const run = this.head ? STATUS_NAMES[this.head.status] : 'starting';
    const status = this.state === 'open' || this.state === 'connecting' ? run : this.state;
    this.root.dataset.status = status;
    this.tellRest(run);
    if (status !== 'recovering') { // what is pressed meanwhile is heard afterwards
      this.transport.update(this.words, run, this.head?.pace);
      this.transport.enable(CONTROLS[status] ?? 'none');
    }
    this.time.enable(CONTROLS[status] === 'all');
    // Of a pair, one that has diverged stands still while the other goes on.
    const own = this.behind && CONTROLS[status] === 'all' ? 'diverged' : status;
    this.side.readout.state(own, this.head);
  }

  /** Leave marks on the page for those who test it. */
  mark(head) {
    this.frames += 1;
    Object.assign(this.root.dataset, {
      step: head.iteration, epoch: head.epoch, frames: this.frames, lives: head.lives, restored: head.restored,
      moment: head.moment,
    });
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    this.sides.forEach((side) => side.resize(ratio));
  }

  close() {
    this.line.drop();
    this.stopper.abort();
    this.sizes.disconnect();
    this.transport.release();
    this.sides.forEach((side) => side.close());
    this.overview.close();
    clearTimeout(this.timer);
    clearTimeout(this.resting);
    cancelAnimationFrame(this.request);
  }
}
