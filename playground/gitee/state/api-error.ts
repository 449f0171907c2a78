/** A refusal of the simulated Gitee, answered as `{"message": …}`; actions and routes throw it. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 422;

  constructor(status: ApiError["status"], message: string) {
    super(message);
    this.status = status;
  }
}
