/*
 * The line to the run: opens the WebSocket, hands on each frame, acknowledges what has been drawn
 * (the server sends the next frame only then, so a slow or hidden page is never flooded), and comes
 * back by itself after a break, waiting longer each time.
 */
import { decodeFrame } from './codec.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
// Close codes after which trying again cannot help, and the state that the view then shows.
const FINAL = {
  4401: 'refused', 4403: 'refused', 4404: 'gone', 4429: 'crowded', 4500: 'failed',
};

/** The full address of a path on the page's own server. */
export function socketAddress(path, place = window.location) {
  if (/^wss?:/.test(path)) return path;
  return `${place.protocol === 'https:' ? 'wss:' : 'ws:'}//${place.host}${path}`;
}

export class Line {
  /** @param {{frame: function(object), state: function(string)}} events */
  constructor(events) {
    this.events = events;
    this.path = '';
    this.rate = 12;
    this.wait = FIRST_WAIT;
  }

  /** Talk to this address; the same one again changes nothing. */
  connect(path, rate) {
    if (rate !== this.rate) {
      this.rate = rate;
      this.send({ rate });
    }
    // A failed run begins anew once its settings change: the page then calls again.
    if (path === this.path && !this.failed) return;
    this.failed = false;
    this.path = path;
    this.wait = FIRST_WAIT;
    this.drop();
    this.events.state('connecting');
    if (path) this.open();
  }

  open() {
    const socket = new WebSocket(socketAddress(this.path));
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.send({ rate: this.rate });
      this.events.state('open');
    };
    socket.onmessage = ({ data }) => {
      this.wait = FIRST_WAIT; // only now: a server may open a line and drop it at once, again and again
      this.receive(data);
    };
    socket.onclose = ({ code }) => {
      this.socket = undefined;
      if (FINAL[code]) {
        this.failed = FINAL[code] === 'failed';
        this.events.state(FINAL[code]);
        return;
      }
      this.events.state('reconnecting');
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(LONGEST_WAIT, this.wait * 1.8);
    };
  }

  receive(data) {
    let frame;
    try {
      frame = decodeFrame(data);
    } catch (error) { // a frame that cannot be read must not stop those that follow
      console.error('GAN Classroom: a frame that cannot be read', error);
      return;
    }
    this.events.frame(frame);
  }

  get ready() { return this.socket?.readyState === 1; }

  /** Send one small object; returns whether the line was open. */
  send(object) {
    if (this.ready) this.socket.send(JSON.stringify(object));
    return this.ready;
  }

  /** Close the present socket without coming back. */
  drop() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000, 'page left');
  }
}
