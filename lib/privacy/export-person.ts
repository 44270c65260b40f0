import type { Db } from "../db/client";
import { recordAudit } from "../store/audit";
import { findPerson } from "../store/find-person";
import { describePerson, readPersonEvents } from "../store/read-person";
import type { Site } from "../store/read-site";

/**
 * Everything that is known of one person, as the pieces of one JSON text: account, names, browsers, and every event. Written down as done by
 * `actor`. Throws AppError `not-found` before the first piece.
 */
export async function exportPerson(db: Db, site: Site, name: string, actor: string): Promise<AsyncGenerator<string>> {
  const person = await findPerson(db, site.id, name);
  await recordAudit(db, { actor, action: "person.export", siteId: site.id });
  return writePerson();

  async function* writePerson() {
    yield `${JSON.stringify({ site: site.slug, ...describePerson(person) }, null, 2).slice(0, -2)},\n  "events": [`;
    let first = true;
    for await (const events of readPersonEvents(db, site.id, person)) {
      yield events.map((event, index) => `${first && index === 0 ? "" : ","}\n    ${JSON.stringify(event)}`).join("");
      first = false;
    }
    yield "\n  ]\n}\n";
  }
}
