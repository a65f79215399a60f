/** Where requests wait while there is nothing that could answer them: before the start is over, and while a reset is under way. */
export class Gate {
  #isOpen = false;
  #opened: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor() {
    this.#opened = this.#closed();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when it is open; rejects with what the start failed by. */
  wait(): Promise<void> {
    return this.#opened;
  }

  open(): void {
    this.#isOpen = true;
    this.#resolve();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#opened = this.#closed();
  }

  fail(error: unknown): void {
    this.#reject(error);
  }

  #closed(): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody need be waiting when a start fails.
    opened.catch(() => {});
    return opened;
  }
}
