import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { KeymoorError } from "../errors.ts";
import { type CallBody, callerLeft } from "./call-body.ts";
import { type HeaderLines, headerValue } from "./call-headers.ts";
import type { EchoSearch } from "./echo-search.ts";
import { upstreamError } from "./upstream-error.ts";

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderLines;
  readonly body: CallBody;
  readonly signal: AbortSignal;
  /** Searches the answer; a hit ends it. */
  readonly search: EchoSearch | undefined;
  readonly onWithheld: () => void;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Readable;
}

/**
 * One request and its answer as a stream. It settles with the answer's head; where the answer is to be searched, with its
 * first bytes, so that a secret among them can still be answered by an error. Event streams do not wait: their callers want
 * the head at once, and the first event may be minutes away.
 */
export function exchange(dispatcher: Dispatcher, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { url, method, headers, body, signal } = request;
    if (signal.aborted) {
      reject(callerLeft());
      return;
    }
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod, // any token that Node's own parser knows
        headers: headers as string[],
        body: body ?? null,
      },
      new AnswerHandler(request, resolve, reject),
    );
  });
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #reject: (error: KeymoorError) => void;
  #resolve: ((answer: WireAnswer) => void) | undefined;
  /** The answer, as long as its first bytes are awaited. */
  #waiting: WireAnswer | undefined;
  #body: AnswerBody | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #search: EchoSearch | undefined;

  constructor(request: WireRequest, resolve: (answer: WireAnswer) => void, reject: (error: Error) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#request.signal.aborted) controller.abort(callerLeft());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return; // 1xx comes before the answer and is of the hop (RFC 9110 15.2)
    const headers = textLines(controller.rawHeaders);
    const { search } = this.#request;
    if (search?.isNeeded) {
      if (headers.some((text) => search.isIn(text))) {
        this.#withhold(controller);
        return;
      }
      // Whatever Content-Encoding says: a service may name one and send plain bytes, and clients read them as such.
      this.#search = search;
    }
    this.#body = new AnswerBody(controller, () => this.#release());
    const answer = { status, headers, body: this.#body };
    if (this.#search === undefined || isEventStream(headers)) this.#settle(answer);
    else this.#waiting = answer;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const bytes = this.#search === undefined ? chunk : this.#search.next(chunk);
    if (bytes === undefined) {
      this.#withhold(controller);
      return;
    }
    if (bytes.length > 0) this.#body?.pass(bytes);
    if (this.#waiting !== undefined) this.#settle(this.#waiting);
  }

  onResponseEnd(): void {
    const rest = this.#search?.rest();
    if (rest !== undefined && rest.length > 0) this.#body?.pass(rest);
    this.#body?.end();
    if (this.#waiting !== undefined) this.#settle(this.#waiting);
    this.#release();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(this.#request.signal.aborted ? callerLeft() : upstreamError(error, this.#request.url));
  }

  readonly #onAbort = (): void => {
    this.#fail(callerLeft());
    this.#controller?.abort(callerLeft());
  };

  #withhold(controller: Dispatcher.DispatchController): void {
    const withheld = new KeymoorError(
      "upstream_echoed_secret",
      "The service sent the connection's secret back, so its answer was withheld.",
      { hint: "Find out why the service repeats the credentials it is shown, then rotate the connection." },
    );
    this.#request.onWithheld();
    this.#fail(withheld);
    controller.abort(withheld);
  }

  #settle(answer: WireAnswer): void {
    this.#waiting = undefined;
    this.#resolve?.(answer);
    this.#resolve = undefined;
  }

  /** Before the caller has the answer as the call's failure, afterwards as its end in the middle. */
  #fail(error: KeymoorError): void {
    this.#release();
    this.#waiting = undefined;
    if (this.#resolve !== undefined) {
      this.#resolve = undefined;
      this.#reject(error);
    }
    this.#body?.destroy(error);
  }

  #release(): void {
    this.#request.signal.removeEventListener("abort", this.#onAbort);
  }
}

/** The answer's bytes, read from the service no faster than they are taken. Destroying it ends the exchange. */
class AnswerBody extends Readable {
  readonly #controller: Dispatcher.DispatchController;
  readonly #onClosed: () => void;
  #ended = false;

  constructor(controller: Dispatcher.DispatchController, onClosed: () => void) {
    super({ highWaterMark: 16 * 1024 });
    this.#controller = controller;
    this.#onClosed = onClosed;
    // Whoever takes the answer may not listen yet when it breaks off; pipelines find the error in the stream's state.
    this.on("error", () => {});
  }

  pass(bytes: Buffer): void {
    if (!this.push(bytes)) this.#controller.pause();
  }

  end(): void {
    this.#ended = true;
    this.push(null);
  }

  override _read(): void {
    this.#controller.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#onClosed();
    if (!this.#ended) this.#controller.abort(error ?? callerLeft());
    callback(error);
  }
}

function textLines(raw: Dispatcher.DispatchController["rawHeaders"]): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
}

function isEventStream(headers: HeaderLines): boolean {
  return headerValue(headers, "content-type")?.trim().toLowerCase().startsWith("text/event-stream") ?? false;
}
