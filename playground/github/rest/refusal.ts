/** An error answer in GitHub's words. Handlers throw it. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: unknown[] | undefined;

  constructor(
    status: number,
    message: string,
    { headers = {}, errors }: { headers?: Record<string, string>; errors?: unknown[] } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.errors = errors;
  }

  get body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

export function notAccessible(): Refusal {
  return new Refusal(403, "Resource not accessible by integration");
}

export function invalid(...errors: unknown[]): Refusal {
  return new Refusal(422, "Validation Failed", { errors });
}
