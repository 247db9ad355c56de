import { stringify } from 'lossless-json';

/** Writes answers: flat for Chat; with `RequestId` and the payload under `Response` for Live. */
export class Envelope {
  readonly #requestId: string | undefined;

  /** `requestId` is absent for Chat. */
  constructor(requestId: string | undefined) {
    this.#requestId = requestId;
  }

  success(payload: unknown): string {
    const head = { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 };
    if (this.#requestId === undefined) return toJson({ ...head, ...(payload as object) });
    return toJson({ ...head, RequestId: this.#requestId, Response: payload });
  }

  failure(code: number, text: string): string {
    const id = this.#requestId === undefined ? {} : { RequestId: this.#requestId };
    return toJson({ ActionStatus: 'FAIL', ErrorInfo: text, ErrorCode: code, ...id });
  }
}

/** A `bigint` comes out as an integer without quotes, which plain JSON refuses. */
function toJson(answer: object): string {
  if (!hasBigInt(answer)) return JSON.stringify(answer);
  return stringify(answer) as string;
}

function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasBigInt);
}
