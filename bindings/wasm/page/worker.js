// Follows the script of the module: compresses, and looks into what came of it.
const { Archive, compress, decompress, initSync } = qres;

/** Places of a picture from left to right, and series that are drawn. */
const PLACES = 320, MOST_SERIES = 48;

const unpacked = async (packed) => {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
};

/** The lowest and the highest value and the largest surprise at each place. */
const drawn = (name, { values, surprises, anomalies }) => {
  const places = Math.min(PLACES, values.length), place = (row) => Math.floor((row * places) / values.length);
  const low = new Float64Array(places).fill(Infinity), high = new Float64Array(places).fill(-Infinity);
  const bits = new Float32Array(places);
  values.forEach((value, row) => {
    const at = place(row);
    if (value < low[at]) low[at] = value;
    if (value > high[at]) high[at] = value;
    if (surprises[row] > bits[at]) bits[at] = surprises[row];
  });
  return { name, low, high, bits, anomalies: [...new Set(Array.from(anomalies, place))], told: anomalies.length };
};

const series = (archive, columns) => {
  const names = [...new Set(columns.map(({ name }) => name))].slice(0, MOST_SERIES);
  return names.flatMap((name) => {
    try {
      const found = archive.series(name);
      return found && found.values.length > 1 ? [drawn(name, found)] : [];
    } catch {
      // Some names of `inspect` stand for several columns, none of which is a field.
      return [];
    }
  });
};

const MAGIC = [0xf1, 0x51];

const done = ({ name, bytes: given, isExample, options }) => {
  const bytes = isExample ? decompress(given) : given;
  const isArchive = MAGIC.every((byte, at) => bytes[at] === byte);
  const begun = performance.now();
  const packed = isArchive ? bytes : compress(bytes, options);
  const turned = performance.now();
  const text = decompress(packed);
  const ended = performance.now();
  const isSame = isArchive || (text.length === bytes.length && text.every((byte, at) => byte === bytes[at]));
  const archive = new Archive(packed.slice());
  const columns = archive.columns.map(({ name, holds, map, within, cells, exceptions, bytes }) =>
    ({ name, holds, map, within, cells, exceptions, bytes }));
  return {
    name, isArchive, isSame, archive: packed, text, columns, rows: archive.rows, segments: archive.segments.length,
    series: series(archive, columns), packing: turned - begun, unpacking: ended - turned,
  };
};

let ready = null;

onmessage = async ({ data }) => {
  try {
    if (data.module) {
      ready = unpacked(data.module).then((module) => initSync({ module }));
      return;
    }
    await ready;
    postMessage({ id: data.id, result: done(data) });
  } catch (error) {
    postMessage({ id: data.id, error: error.message });
  }
};
