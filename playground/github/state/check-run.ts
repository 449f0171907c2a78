import type { CheckRun, CheckRunFields, Repository } from "./model.ts";
import { nodeId } from "./node-id.ts";
import type { User } from "./user.ts";

export class SimulatedCheckRun implements CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly repository: Repository;
  fields: CheckRunFields;
  awaited = false;

  constructor(id: number, suiteId: number, repository: Repository, fields: CheckRunFields) {
    this.id = id;
    this.suiteId = suiteId;
    this.repository = repository;
    this.fields = fields;
  }

  get nodeId(): string {
    return nodeId("CR", this.id);
  }

  rerequest(by: User): void {
    this.awaited = true;
    this.repository.world.announce({ name: "check_run", action: "rerequested", run: this, sender: by });
  }

  rerequestSuite(by: User): void {
    this.awaited = true;
    this.repository.world.announce({ name: "check_suite", action: "rerequested", run: this, sender: by });
  }
}
