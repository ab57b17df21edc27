/*
 * Saves the chart that stands above as a picture. Streamlit draws charts as SVG and offers no menu
 * that speaks the page's language.
 */
const DENSITY = 2; // px of the picture per px of the screen

/** The chart that stands nearest before an element. */
function chartBefore(node) {
  const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"] svg.marks')];
  const before = (chart) => chart.compareDocumentPosition(node) === Node.DOCUMENT_POSITION_FOLLOWING;
  return charts.findLast(before);
}

function save(blob, name) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const svgOf = (chart) => new Blob([new XMLSerializer().serializeToString(chart)], { type: 'image/svg+xml' });

/** Draw it at twice the size of the screen. */
async function pngOf(chart) {
  const { width, height } = chart.getBoundingClientRect();
  const picture = new Image(width, height);
  picture.src = URL.createObjectURL(svgOf(chart));
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), {
    width: width * DENSITY, height: height * DENSITY,
  });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  return new Promise((done) => { canvas.toBlob(done, 'image/png'); });
}

const KINDS = { svg: svgOf, png: pngOf };

export default function exportChart({ parentElement, data }) {
  const row = parentElement.querySelector('.exports');
  const buttons = Object.entries(KINDS).map(([kind, make]) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: data.words[kind] });
    button.addEventListener('click', async () => {
      const chart = chartBefore(parentElement.host ?? parentElement);
      if (chart) save(await make(chart), `${data.name}.${kind}`);
    });
    return button;
  });
  row.replaceChildren(...buttons);
}
