/** Twice the largest size on a screen, for screens with two pixels a pixel. PNG of this size stays below the limit of 512 kB. */
const SIDE_PX = 256;

/**
 * A square picture from any file the browser can read: the middle of it, small, and without what a camera adds, such as where it was taken.
 * @throws if the file is not a picture
 */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  const whole = await createImageBitmap(file);
  const side = Math.min(whole.width, whole.height);
  const canvas = document.createElement('canvas');
  canvas.width = SIDE_PX;
  canvas.height = SIDE_PX;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no canvas');
  context.imageSmoothingQuality = 'high';
  context.drawImage(whole, (whole.width - side) / 2, (whole.height - side) / 2, side, side, 0, 0, SIDE_PX, SIDE_PX);
  whole.close();
  // JPEG has no transparency, which logos have.
  const type = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be stored'))), type, 0.9),
  );
}
