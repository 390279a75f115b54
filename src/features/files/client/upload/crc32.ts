/** CRC-32 as zip files need it (reflected, polynomial 0xEDB88320): four tables, so four bytes a step. */
const tables = Array.from({ length: 4 }, () => new Uint32Array(256));

for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  (tables[0] as Uint32Array)[byte] = value;
}
for (let byte = 0; byte < 256; byte++)
  for (let table = 1; table < 4; table++) {
    const before = tables[table - 1]?.[byte] ?? 0;
    (tables[table] as Uint32Array)[byte] = (before >>> 8) ^ (tables[0]?.[before & 0xff] ?? 0);
  }
const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
const at = (table: Uint32Array, byte: number): number => table[byte] as number;

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  let index = 0;
  for (const last = bytes.length - 3; index < last; index += 4) {
    crc ^=
      (bytes[index] as number) |
      ((bytes[index + 1] as number) << 8) |
      ((bytes[index + 2] as number) << 16) |
      ((bytes[index + 3] as number) << 24);
    crc = at(t3, crc & 0xff) ^ at(t2, (crc >>> 8) & 0xff) ^ at(t1, (crc >>> 16) & 0xff) ^ at(t0, crc >>> 24);
  }
  for (; index < bytes.length; index++) crc = (crc >>> 8) ^ at(t0, (crc ^ (bytes[index] as number)) & 0xff);
  return (crc ^ 0xffffffff) >>> 0;
}
