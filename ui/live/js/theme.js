/*
 * Colours. The ground, the ink and the font come from Streamlit's theme (its `--st-*` variables);
 * the hues are Okabe and Ito's, which the colour-blind can tell apart. On a dark ground each hue is
 * lightened just until it can be read. The result also goes to the stylesheet as variables, so that
 * canvas and page never disagree.
 */

const HUES = { real: '#0072B2', fake: '#D55E00', js: '#CC79A7', w1: '#009E73', warn: '#E69F00' };
const READABLE = 5.5; // contrast on a dark ground; 4.5 is the least for text

/** Parse any CSS colour into [r, g, b] (0-255) through a canvas context. */
function rgbOf(context, colour, fallback) {
  context.fillStyle = fallback;
  context.fillStyle = colour || fallback;
  const text = context.fillStyle;
  if (text.startsWith('#')) return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
  return text.match(/[\d.]+/g).slice(0, 3).map(Number);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => {
    const part = v / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const mixRgb = (a, b, part) => a.map((v, i) => Math.round(v + (b[i] - v) * part));

/** Lighten a hue until it reads on a dark ground; on a light one it stays as it is. */
export function readableHue(hue, ground) {
  if (luminance(ground) > 0.4) return hue;
  let part = 0;
  while (part < 1 && contrast(mixRgb(hue, [255, 255, 255], part), ground) < READABLE) part += 0.02;
  return mixRgb(hue, [255, 255, 255], part);
}

export const cssColour = (rgb, alpha = 1) => `rgba(${rgb[0]}, ${rgb[1]}, ${rgb[2]}, ${alpha})`;

/**
 * Read the theme around an element and hand its colours to the stylesheet.
 * @param {HTMLElement} root
 * @returns {Object} ground, ink, muted, line and the hues as [r, g, b]; dark; font
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const context = document.createElement('canvas').getContext('2d');
  const get = (name, fallback) => rgbOf(context, style.getPropertyValue(name).trim(), fallback);
  const ground = get('--st-background-color', '#ffffff');
  const ink = get('--st-text-color', '#31333f');
  const theme = {
    ground,
    ink,
    dark: luminance(ground) < 0.4,
    muted: mixRgb(ink, ground, 0.3),
    line: mixRgb(ink, ground, 0.86),
    scale: root.dataset.projector === 'on' ? 1.6 : 1, // of type, lines and marks, for the last row
    font: style.getPropertyValue('--st-font').trim() || 'sans-serif',
  };
  Object.entries(HUES).forEach(([name, hue]) => {
    theme[name] = readableHue(rgbOf(context, hue, hue), ground);
  });
  ['ground', 'ink', 'muted', 'line', ...Object.keys(HUES)].forEach((name) => {
    root.style.setProperty(`--gan-${name}`, `rgb(${theme[name].join(' ')})`);
  });
  return theme;
}
