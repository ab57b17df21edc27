/*
 * The grid of generated pictures: one canvas, and over it a button for each picture, so that mouse,
 * finger, keyboard and screen reader reach each of them.
 */
import { decimal } from '../../live/js/words.js';
import { layoutOf, markOf, stepIn } from './picking.js';
import { Sheet, cornerOf, sheetOf } from './pixels.js';

/** What the classifier has read, in words: class and confidence; nothing before it has. */
export function readingText(words, classes, reading, key = 'read') {
  if (!reading || !classes.length || !Number.isFinite(reading[1]) || !(reading[0] in classes)) return '';
  return words.say(key, { name: classes[reading[0]], n: decimal(100 * reading[1], 0) });
}

export class Grid {
  /** @param {{pick: function(number, string=), look: function(number)}} to a picture is picked, looked at */
  constructor(root, to, signal) {
    this.root = root;
    this.to = to;
    this.board = root.querySelector('.board');
    this.sheet = new Sheet(this.board.querySelector('canvas'));
    this.cells = this.board.querySelector('.cells');
    this.bar = root.querySelector('.classes');
    this.tells = root.querySelector('.of-class');
    this.place = 0;
    const on = (node, type, act) => node.addEventListener(type, act, { signal });
    const pictureAt = ({ target }) => this.order?.[[...this.cells.children].indexOf(target.closest('button'))];
    on(this.cells, 'click', (event) => {
      const picture = pictureAt(event);
      if (picture !== undefined) to.pick(picture);
    });
    ['pointerover', 'focusin'].forEach((type) => on(this.cells, type, (event) => {
      const picture = pictureAt(event);
      if (picture !== undefined) to.look(picture);
    }));
    on(this.cells, 'keydown', (event) => this.key(event));
    on(this.bar, 'click', ({ target }) => {
      const button = target.closest('button');
      if (button) this.showOnly(Number(button.dataset.class));
    });
  }

  /** Arrow keys walk; A and B pick. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const which = { KeyA: 'a', KeyB: 'b' }[event.code];
    if (which) {
      event.preventDefault();
      this.to.pick(this.order[this.place], which);
      return;
    }
    const place = stepIn(this.place, event.key, this.order.length, this.columns);
    if (place === this.place) return;
    event.preventDefault();
    this.reach(place);
    this.cells.children[place].focus();
  }

  /** Let the keyboard come to a place first. */
  reach(place) {
    this.place = place;
    [...this.cells.children].forEach((cell, i) => { cell.tabIndex = i === place ? 0 : -1; });
  }

  /** Show one class alone, larger; once more, all of them. */
  showOnly(number) {
    this.only = this.only === number ? undefined : number;
    this.place = 0;
    this.built = '';
    this.to.look(this.only ?? 0);
  }

  dress(words, classes, labelled) {
    Object.assign(this, { words, classes, labelled });
    this.bar.hidden = !labelled;
    const names = labelled ? classes : [];
    if (!labelled) this.only = undefined;
    if (this.bar.childElementCount !== names.length || this.names !== String(names)) {
      this.bar.replaceChildren(...names.map((name, i) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.dataset.class = i;
        button.textContent = name;
        return button;
      }));
    }
    this.names = String(names);
    [...this.bar.children].forEach((button, i) => {
      button.setAttribute('aria-label', words.say('only_class', { name: names[i] }));
    });
    this.built = '';
  }

  /** Make the buttons for so many pictures of a size, where they are others than before. */
  build([count, h, w]) {
    const { order, columns } = layoutOf(count, this.labelled ? this.classes.length : 0, this.only);
    const built = [order, columns, h, w].join();
    if (built === this.built) return false;
    Object.assign(this, { built, order, columns });
    const sheet = sheetOf(order.length, columns, h, w);
    this.board.style.aspectRatio = `${sheet.width} / ${sheet.height}`;
    const had = this.cells.contains(this.cells.getRootNode().activeElement);
    this.cells.replaceChildren(...order.map((_, place) => {
      const button = document.createElement('button');
      const [x, y] = cornerOf(sheet, place, h, w);
      button.type = 'button';
      Object.assign(button.style, {
        left: `${(100 * x) / sheet.width}%`,
        top: `${(100 * y) / sheet.height}%`,
        width: `${(100 * w) / sheet.width}%`,
        height: `${(100 * h) / sheet.height}%`,
      });
      return button;
    }));
    this.reach(Math.min(this.place, order.length - 1));
    if (had) this.cells.children[this.place].focus();
    [...this.bar.children].forEach((button, i) => button.setAttribute('aria-pressed', String(this.only === i)));
    return true;
  }

  draw(pictures, shades, picks, readings) {
    if (!pictures?.values.length || !this.words) {
      this.sheet.clear();
      return;
    }
    if (this.build(pictures.shape)) this.tell(readings, picks); // no button is without a name, not even at first
    this.sheet.draw(pictures, this.order, this.columns, shades);
    this.mark(picks);
  }

  mark(picks) {
    [...this.cells.children].forEach((cell, place) => {
      const mark = markOf(picks, this.order[place]);
      if (cell.dataset.mark !== mark) cell.dataset.mark = mark;
    });
  }

  /** Say of each picture what it was read as. */
  tell(readings, picks) {
    const { words, classes } = this;
    [...this.cells.children].forEach((cell, place) => {
      const picture = this.order[place];
      const mark = markOf(picks, picture);
      const parts = [words.say('picture', { n: picture + 1 }), readingText(words, classes, readings[picture]),
        ...[...mark].map((which) => words.say('is_pick', { name: which.toUpperCase() }))];
      const label = parts.filter(Boolean).join(', ');
      if (cell.getAttribute('aria-label') !== label) cell.setAttribute('aria-label', label);
    });
    const shown = this.only !== undefined;
    this.tells.hidden = !shown;
    if (!shown) return;
    const right = this.order.filter((picture) => readings[picture]?.[0] === this.only).length;
    const text = readings.length
      ? words.say('of_class', { n: right, total: this.order.length, name: classes[this.only] }) : '';
    if (this.tells.textContent !== text) this.tells.textContent = text;
  }
}
