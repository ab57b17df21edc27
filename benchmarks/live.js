/*
 * Loaded into the page before its own scripts, by live.py: it wraps the browser's WebSocket, notes
 * each frame at the moment when the view acknowledges it (which it does right after drawing), and
 * can change the rate that the view asks for. ASKED is replaced; 0 leaves the rate alone.
 */
window.asked = ASKED; window.drawn = []; window.keyAt = 0;
const fakes = (view) => { // section 4 of the message, 16-bit positions
  for (let at = 8; at < view.byteLength;) {
    const [id, type, axes] = [0, 1, 2].map((i) => view.getUint8(at + i));
    let count = 1;
    for (let i = 0; i < axes; i += 1) count *= view.getUint32(at + 4 + 4 * i, true);
    const start = (at + 4 + 4 * axes + 7) & ~7;
    if (id === 4) return new Int16Array(view.buffer.slice(start, start + 2 * count));
    at = (start + count * [1, 2, 2, 4, 8][type] + 7) & ~7;
  }
};
const Plain = WebSocket;
window.WebSocket = class extends Plain {
  constructor(...all) {
    super(...all);
    if (!this.url.includes('/live/ws')) return;
    window.live = this;
    this.addEventListener('message', ({ data }) => {
      const view = new DataView(data);
      const head = (i) => view.getFloat64(16 + 8 * i, true);
      const points = fakes(view);
      let moved = 0;
      if (points && window.last?.length === points.length) {
        for (let i = 0; i < points.length; i += 1) moved += Math.abs(points[i] - window.last[i]);
      }
      window.last = points;
      window.next = { bytes: data.byteLength, epoch: head(1), step: head(2), pace: head(7),
        moved: moved / (points?.length || 1) };
    });
  }
  send(text) {
    if (this === window.live && window.asked && text.startsWith('{"rate"')) {
      text = JSON.stringify({ rate: window.asked });
    }
    super.send(text);
    if (this === window.live && text.startsWith('{"ack"')) {
      window.drawn.push({ at: performance.now(), ...window.next });
    }
  }
};
addEventListener('keydown', () => { window.keyAt = performance.now(); }, { capture: true });
