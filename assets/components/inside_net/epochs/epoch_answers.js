// What the net of each epoch answers to the test images, computed once, beside the page, one epoch after the other; and
// from which epoch on each class was known: the first after which, to the end, that share of its images is right.

import { WhatIf } from "../../shared/nn/what_if.js";

export const KNOWN_FROM = 0.5;

const NO_IMAGES = "The test images are not here.";

export class EpochAnswers {
  // onChange(url, answer) when one more epoch is known. found: for each stop {accuracy, matrix, predictions} or null, as far as it is known.
  constructor(stops, imagesUrl, onChange) {
    Object.assign(this, { stops, imagesUrl, onChange, found: [], isAtWork: false, isClosed: false, problem: imagesUrl ? "" : NO_IMAGES });
  }

  get numDone() {
    return this.found.length;
  }

  async compute() {
    if (this.isAtWork || this.problem || this.numDone === this.stops.length) return;
    this.isAtWork = true;
    try {
      while (!this.isClosed && this.numDone < this.stops.length) {
        const { url } = this.stops[this.numDone];
        const answer = await this.answer(url);
        this.found.push(answer);
        if (!this.isClosed) this.onChange(url, answer);
      }
    } finally {
      this.isAtWork = false;
    }
  }

  // null for a net that does not arrive.
  async answer(netUrl) {
    const whatIf = await WhatIf.open({ netUrl, imagesUrl: this.imagesUrl }).catch(() => null);
    try {
      return await whatIf?.update([]) ?? null;
    } finally {
      whatIf?.close();
    }
  }

  close() {
    this.isClosed = true;
  }
}

// matrices: one for each epoch, rows are true classes. For each class the place of the epoch, null if it is not known at
// the end, undefined if there is no image of it.
export function knownFrom(matrices) {
  return matrices[0].map((_, label) => {
    const shares = matrices.map((matrix) => share(matrix[label], label));
    if (shares.some(Number.isNaN)) return undefined;
    const lastUnknown = shares.findLastIndex((right) => right < KNOWN_FROM);
    return lastUnknown === shares.length - 1 ? null : lastUnknown + 1;
  });
}

const share = (row, label) => row[label] / row.reduce((sum, number) => sum + number, 0);
