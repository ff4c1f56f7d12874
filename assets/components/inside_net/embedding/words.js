// What is said beside the points.

import { countText, percentText } from "../../shared/numbers.js";

export const LEAD = "Images the net finds alike stand close together: each point is one test image. Draw, or change the picture, and it moves among them.";
export const NO_IMAGES = "The test images of this net are not here, so there is nothing to compare with.";
export const tooFew = (count) => `There are only ${count} test images: at least 4 are wanted for a picture of them.`;

const percent = (share) => percentText(share, share < 0.0995 ? 1 : 0);
const NOT_MEANT = {
  tsne: "Who stands beside whom counts. How far groups are apart, and how large they are, means nothing in t-SNE (Wattenberg, Vi\u00e9gas and Johnson: How to Use t-SNE Effectively, Distill 2016).",
  umap: "Who stands beside whom counts. How far groups are apart, and how large they are, means little in UMAP.",
};
const DIRECTIONS = 50; // as in inspection/projection.py
const BEGINS = `It begins with the ${DIRECTIONS} directions in which they vary most.`;
const PLACED = "Another picture has no place of its own here: it stands between its five nearest images.";

// layer: its title; isMean: its maps are averaged over their places.
export function arrangedWords(set, { method, dimensions, shares }, layer, isMean) {
  const numbers = `${countText(set.size)} ${isMean ? "maps, each by its mean" : set.size === 1 ? "value" : "values"}`;
  const some = set.total > set.count ? ` Of ${countText(set.total)} test images these are ${countText(set.count)}.` : "";
  const of = `${layer} gives each image ${numbers}.${some}`;
  if (method !== "pca") return [of, set.size > DIRECTIONS ? BEGINS : "", NOT_MEANT[method], PLACED].filter(Boolean).join(" ");
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!sum) return `${of} They are the same for all images, so all stand in one place.`;
  const each = shares.map(percent).join(" + ");
  return `${of} These ${dimensions} directions show ${percent(sum)} of how they vary (${each}); what lies in the others is not seen here, but it counts for the nearest.`;
}

const LOOKED = 0.4; // share of the features in the question, as in engine/long/embedding.py

// While a worker is at work; method: how it arranges, or "" while it looks at the images.
export function workerWords(share, method) {
  if (method === "umap" && share >= LOOKED) return "A worker arranges them by UMAP, which may take some minutes and tells nothing meanwhile";
  if (method === "tsne" && share >= LOOKED) return `A worker arranges them by t-SNE: ${percentText((share - LOOKED) / (1 - LOOKED))}`;
  return `A worker looks at the test images: ${percentText(share)}`;
}

export const LEFT = "Not arranged as chosen: it was cancelled.";

export const EDITED = "A worker knows nothing of what was changed by hand, so these are the first images, arranged here by PCA.";
