// A Web Worker of a module that is given as text (`import source from "./x_worker.js?source"`).

// Resolves to the worker once it has told that it runs, or to null where workers are blocked.
export function startWorker(source) {
  return new Promise((resolve) => {
    let worker;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const end = (result) => {
      URL.revokeObjectURL(url);
      resolve(result);
    };
    try {
      worker = new Worker(url, { type: "module" });
    } catch {
      end(null);
      return;
    }
    worker.onerror = () => end(null);
    worker.onmessage = () => end(worker);
  });
}

// What a worker module does with messages: each is {id, name, given}, its answer {id, result} or {id, problem}; before
// it {progress} may come. handlers: name -> function(given, progress), which may return {result, transfer}.
export function serve(handlers) {
  const tell = (progress) => self.postMessage({ progress });
  self.onmessage = async ({ data: { id, name, given } }) => {
    try {
      const { result, transfer = [] } = (await handlers[name](given, tell)) || {};
      self.postMessage({ id, result }, transfer);
    } catch (error) {
      self.postMessage({ id, problem: error.message });
    }
  };
  self.postMessage("running");
}

// Asks a worker and waits for its answers.
export class WorkerLink {
  constructor(worker, ProblemClass, onProgress = () => {}) {
    this.worker = worker;
    this.waiting = new Map();
    this.last = 0;
    worker.onmessage = ({ data: { id, result, problem, progress } }) => {
      if (progress !== undefined) {
        onProgress(progress);
        return;
      }
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (problem === undefined) resolve(result);
      else reject(new ProblemClass(problem));
    };
    worker.onerror = (event) => {
      for (const { reject } of this.waiting.values()) reject(new ProblemClass(event.message || "The worker has ended."));
      this.waiting.clear();
    };
  }

  ask(name, given, transfer = []) {
    const id = ++this.last;
    const answer = new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.worker.postMessage({ id, name, given }, transfer);
    return answer;
  }

  close() {
    this.worker.terminate();
  }
}
