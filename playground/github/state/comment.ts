import type { Comment, Pull } from "./model.ts";
import { nodeId } from "./node-id.ts";
import type { User } from "./user.ts";

export class SimulatedComment implements Comment {
  readonly id: number;
  readonly pull: Pull;
  readonly author: User;
  readonly viaApp: boolean;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
  lastEditedAt: Date | null = null;
  minimized = false;

  constructor(id: number, pull: Pull, author: User, body: string, viaApp: boolean) {
    this.id = id;
    this.pull = pull;
    this.author = author;
    this.body = body;
    this.viaApp = viaApp;
    this.createdAt = this.updatedAt = pull.repository.world.now();
  }

  get nodeId(): string {
    return nodeId("IC", this.id);
  }

  edit(body: string, by: User = this.author): this {
    const from = this.body;
    this.body = body;
    this.updatedAt = this.lastEditedAt = this.pull.repository.world.now();
    this.pull.touch();
    this.pull.repository.world.announce({
      name: "issue_comment",
      action: "edited",
      comment: this,
      sender: by,
      changes: { body: { from } },
    });
    return this;
  }

  delete(by: User = this.author): void {
    this.pull.comments.splice(this.pull.comments.indexOf(this), 1);
    this.pull.repository.world.comments.delete(this.id);
    this.pull.touch();
    this.pull.repository.world.announce({
      name: "issue_comment",
      action: "deleted",
      comment: this,
      sender: by,
    });
  }
}
