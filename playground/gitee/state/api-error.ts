/** What the simulated Gitee refuses, answered as `{"message": …}`; thrown by actions and routes alike. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 422;

  constructor(status: ApiError["status"], message: string) {
    super(message);
    this.status = status;
  }
}
