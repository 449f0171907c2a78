import type { Actor } from "../../playground/model/actor.ts";

/** An actor that differs in some methods. */
export function changed(actor: Actor, methods: Partial<Actor>): Actor {
  return Object.create(actor, Object.getOwnPropertyDescriptors(methods)) as Actor;
}
