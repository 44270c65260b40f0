import { expect, test } from "vitest";
import { BODY_BYTES_MAX, refuseLargeBody } from "../../../lib/http/refuse-large-body";

const asked = (length: string | null) => refuseLargeBody({ headers: new Headers(length === null ? {} : { "content-length": length }) });

test.each([null, "0", "5242880", String(BODY_BYTES_MAX), "no number"])("a body of %s bytes is let through", (length) => {
  expect(asked(length)).toBeNull();
});

test.each([String(BODY_BYTES_MAX + 1), "99999999999999999999"])(
  "a body of %s bytes is refused with a page that says why",
  async (length) => {
    const answer = asked(length);
    expect(answer?.status).toBe(413);
    expect(await answer?.text()).toContain("up to 5 MB");
  },
);
