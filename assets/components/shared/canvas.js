// Canvases with as many pixels as the screen has where they stand.

// What is written on them: the typeface of all pages (assets/style/typeface.css).
export const TYPEFACE = "Inter, system-ui, sans-serif";

export function screenRatio() {
  return window.devicePixelRatio || 1;
}

// Show a canvas at a size in CSS pixels. What was drawn stays while the size does.
export function fitCanvas(canvas, cssWidth, cssHeight) {
  const ratio = screenRatio();
  const [width, height] = [Math.round(cssWidth * ratio), Math.round(cssHeight * ratio)];
  if (canvas.width === width && canvas.height === height) return;
  Object.assign(canvas, { width, height });
  Object.assign(canvas.style, { width: `${cssWidth}px`, height: `${cssHeight}px` });
}

// Draw a picture pixel by pixel: HWC, 0 to 255, of one plane or three.
export function drawPixels(canvas, pixels, [height, width, planes]) {
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; to < image.data.length; from += planes, to += 4) {
    for (let plane = 0; plane < 3; plane++) image.data[to + plane] = pixels[from + (planes === 1 ? 0 : plane)];
    image.data[to + 3] = 255;
  }
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// A context to draw on, with nothing drawn yet.
export function clearedContext(canvas) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}
