// Long work between frames: generators, run one after the other for a few milliseconds at a time.

const SLICE_MS = 9;

export class Slices {
  constructor() {
    this.jobs = [];
  }

  // job: a generator; done(its value), or failed(error).
  add(job, done, failed) {
    this.jobs.push({ job, done, failed });
    this.next ??= requestAnimationFrame(() => this.work());
  }

  work() {
    this.next = null;
    const until = performance.now() + SLICE_MS;
    while (this.jobs.length && performance.now() < until) this.step(this.jobs[0]);
    if (this.jobs.length) this.next = requestAnimationFrame(() => this.work());
  }

  step(first) {
    try {
      const { value, done } = first.job.next();
      if (!done) return;
      this.jobs.shift();
      first.done(value);
    } catch (error) {
      this.jobs.shift();
      first.failed(error);
    }
  }

  get isBusy() {
    return this.jobs.length > 0;
  }

  // What is left of all jobs is not done; generators may put back what they have changed.
  stop() {
    for (const { job } of this.jobs.splice(0)) job.return();
    cancelAnimationFrame(this.next);
    this.next = null;
  }
}
