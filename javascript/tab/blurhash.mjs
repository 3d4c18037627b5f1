/** BlurHash: a few cosine waves in a short text, shown while the picture is on its way. Pure. */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

/**
 * @param {string} text
 * @returns {number} NaN for a character that is no digit
 */
function number(text) {
  let value = 0;
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return Number.NaN;
    value = value * 83 + digit;
  }
  return value;
}

/** @param {number} channel 0..255 */
function toLinear(channel) {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** @param {number} light 0..1 */
function fromLinear(light) {
  const part = Math.max(0, Math.min(1, light));
  return Math.round(255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055));
}

/**
 * The waves' weights, or null for a text that is no BlurHash.
 * @param {string|null|undefined} hash
 * @returns {{across: number, down: number, weights: Array<[number, number, number]>}|null}
 */
export function parse(hash) {
  if (!hash || hash.length < 6) return null;
  const shape = number(hash.slice(0, 1));
  const across = (shape % 9) + 1;
  const down = Math.floor(shape / 9) + 1;
  if (Number.isNaN(number(hash)) || hash.length !== 4 + 2 * across * down) return null;
  const scale = (number(hash.slice(1, 2)) + 1) / 166;
  const mean = number(hash.slice(2, 6));
  /** @type {Array<[number, number, number]>} */
  const weights = [[toLinear(mean >> 16), toLinear((mean >> 8) & 255), toLinear(mean & 255)]];
  /** @param {number} step 0..18, where 9 is nothing */
  const wave = (step) => Math.sign(step - 9) * ((step - 9) / 9) ** 2 * scale;
  for (let at = 6; at < hash.length; at += 2) {
    const value = number(hash.slice(at, at + 2));
    weights.push([wave(Math.floor(value / 361)), wave(Math.floor(value / 19) % 19), wave(value % 19)]);
  }
  return { across, down, weights };
}

/**
 * @param {string|null|undefined} hash
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray<ArrayBuffer>|null} RGBA, or null for a text that is no BlurHash
 */
export function decode(hash, width, height) {
  const waves = parse(hash);
  if (!waves) return null;
  const columns = cosines(waves.across, width);
  const rows = cosines(waves.down, height);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let index = 0; index < waves.weights.length; index += 1) {
        const weight = waves.weights[index];
        const basis = columns[(index % waves.across) * width + x] * rows[Math.floor(index / waves.across) * height + y];
        red += weight[0] * basis;
        green += weight[1] * basis;
        blue += weight[2] * basis;
      }
      pixels[at] = fromLinear(red);
      pixels[at + 1] = fromLinear(green);
      pixels[at + 2] = fromLinear(blue);
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

/**
 * @param {number} waves
 * @param {number} length
 * @returns {Float64Array}
 */
function cosines(waves, length) {
  const table = new Float64Array(waves * length);
  for (let wave = 0; wave < waves; wave += 1) {
    for (let at = 0; at < length; at += 1) table[wave * length + at] = Math.cos((Math.PI * wave * at) / length);
  }
  return table;
}

/**
 * @param {string|null|undefined} hash
 * @returns {string|null} its mean colour for CSS
 */
export function meanColour(hash) {
  const mean = hash && hash.length >= 6 ? number(hash.slice(2, 6)) : Number.NaN;
  if (Number.isNaN(mean) || mean > 0xffffff) return null;
  return `#${mean.toString(16).padStart(6, '0')}`;
}

/**
 * The waves as a small picture to stretch. Not a canvas, which would be a layer of its own for the compositor.
 * @param {string|null|undefined} hash
 * @param {number} width points
 * @param {number} height points
 * @returns {string|null} the address of a bitmap, or null for a text that is no BlurHash
 */
export function bitmapUrl(hash, width, height) {
  const pixels = decode(hash, width, height);
  return pixels && `data:image/bmp;base64,${btoa(String.fromCharCode(...bitmap(pixels, width, height)))}`;
}

/** The file's own header, and the one of its picture. */
const HEADER = 14 + 40;

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array} a BMP file of 32 bits a point, its lines from the top
 */
function bitmap(pixels, width, height) {
  const file = new Uint8Array(HEADER + pixels.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, HEADER - 14, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 32, true);
  for (let at = 0; at < pixels.length; at += 4) {
    file.set([pixels[at + 2], pixels[at + 1], pixels[at], pixels[at + 3]], HEADER + at);
  }
  return file;
}
