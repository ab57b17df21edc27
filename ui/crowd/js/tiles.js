/*
 * One seed as a small live picture: faint circles are real samples, triangles its own. It is a
 * button: whoever points at it, comes to it by key or taps it sees more of it.
 */
import { POSITION_STEPS } from '../../live/js/codec.js';
import { Steady } from '../../live/js/diagnosis.js';
import { Thumb } from '../../live/js/thumbs.js';
import { whole } from '../../live/js/words.js';
import { putText, verdictName, verdictShape } from './counting.js';

const REALS = 250; // circles behind a small picture
const EVEN = 0.618034; // spreads the samples of a line over the height

const acrossTile = (q) => q / POSITION_STEPS + 0.5;

/**
 * Where samples lie on a small canvas; on a line real ones lie above and generated ones below.
 * @param {ArrayLike<number>} values 16-bit positions in C order
 * @param {number} dim
 * @param {{width: number, height: number}} size
 * @param {number} top of the band on a line, as a part of the height
 */
export function tilePlaces(values, dim, { width, height }, top) {
  return Array.from({ length: values.length / dim }, (_, i) => [
    acrossTile(values[i * dim]) * width,
    (dim === 1 ? top + 0.34 * ((i * EVEN) % 1) : 1 - acrossTile(values[i * dim + 1])) * height,
  ]);
}

/** Draws one member on a canvas of its own. */
export class MemberPicture {
  constructor(canvas) {
    this.thumb = new Thumb(canvas);
    this.back = document.createElement('canvas');
  }

  resize(ratio) {
    const before = this.thumb.canvas.width;
    this.thumb.resize(ratio);
    if (this.thumb.canvas.width !== before) this.drawn = undefined;
  }

  /** Draw real samples and fakes; the real ones are kept as a picture while they stay the same. */
  draw(theme, real, fakes) {
    const { thumb, back } = this;
    if (!thumb.begin(theme)) return;
    if (this.drawn !== real || this.theme !== theme) {
      Object.assign(this, { drawn: real, theme });
      const { canvas, context, width, height } = thumb;
      if (real) {
        const dim = real.shape[1];
        const few = real.values.subarray(0, REALS * dim);
        thumb.circles(tilePlaces(few, dim, thumb, 0.1), theme.real, theme.dark ? 0.5 : 0.34, this.size(1));
      }
      back.width = canvas.width;
      back.height = canvas.height;
      back.getContext('2d').drawImage(canvas, 0, 0);
      context.clearRect(0, 0, width, height);
    }
    thumb.context.drawImage(back, 0, 0, thumb.width, thumb.height);
    if (fakes) {
      const places = tilePlaces(fakes.values, fakes.dim, thumb, 0.56);
      thumb.triangles(places, theme.fake, 0.9, this.size(2.1));
    }
  }

  /** A mark's size: larger on a larger picture, and for the last row. */
  size(points) { return points * this.thumb.theme.scale * Math.max(0.8, Math.min(1.6, this.thumb.width / 130)); }
}

export class Tile {
  constructor(look) {
    this.node = document.createElement('button');
    this.node.type = 'button';
    this.node.className = 'tile';
    this.node.innerHTML = '<canvas aria-hidden="true"></canvas><span class="head"><span class="seed"></span>'
      + '<span class="covered"></span></span><span class="verdict"><svg viewBox="0 0 16 16" aria-hidden="true">'
      + '<path class="icon-line"/></svg><span></span></span>';
    this.picture = new MemberPicture(this.node.querySelector('canvas'));
    [this.seed, this.covered, this.word] = ['.seed', '.covered', '.verdict span']
      .map((part) => this.node.querySelector(part));
    this.symbol = this.node.querySelector('path');
    this.steady = new Steady();
    ['pointerenter', 'focus', 'click'].forEach((type) => this.node.addEventListener(type, look));
  }

  /** The member's verdict, which holds once two measurements agree. */
  judge(member, rests) {
    const final = rests || member.divergedAt >= 0;
    this.steady.take(member.verdict, undefined, member.measuredAt, final);
    return verdictName(this.steady.verdict);
  }

  tell(words, member, verdict, modes) {
    const name = words.say(`count_${verdict}`);
    const covered = modes > 0 && Number.isFinite(member.covered) ? `${member.covered}/${modes}` : '';
    putText(this.seed, words.say('seed', { n: member.seed }));
    putText(this.covered, covered);
    putText(this.word, name);
    if (this.node.dataset.verdict !== verdict) {
      this.node.dataset.verdict = verdict;
      this.symbol.setAttribute('d', verdictShape(verdict));
    }
    const said = [words.say('seed', { n: member.seed }),
      covered && words.say('tile_modes', { n: whole(member.covered), total: whole(modes) }), name];
    const label = said.filter(Boolean).join(', ');
    if (this.node.getAttribute('aria-label') !== label) this.node.setAttribute('aria-label', label);
  }
}
