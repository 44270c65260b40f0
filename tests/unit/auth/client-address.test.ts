import { afterEach, expect, test } from "vitest";
import { clientAddress } from "../../../lib/auth/client-address";
import { captureState, REQUEST_ID_HEADER } from "../../../lib/capture/state";

const ID = "a-running-request";
afterEach(() => captureState().running.clear());

/** The headers of a request that is running, from that other end of the connection. */
function arriving(peerAddress: string | null, headers: Record<string, string> = {}): Headers {
  captureState().running.set(ID, { id: ID, startedAt: new Date(), startedAtMs: 0, peerAddress, remembered: null, mark: {} });
  return new Headers({ ...headers, [REQUEST_ID_HEADER]: ID });
}

test("an attempt counts for the connection it came by", () => {
  expect(clientAddress(arriving("192.0.2.7"))).toBe("192.0.2.7");
  expect(clientAddress(arriving("::ffff:192.0.2.7"))).toBe("192.0.2.7");
});

test("naming another address in a header does not give new attempts", () => {
  expect(clientAddress(arriving("192.0.2.7", { "x-forwarded-for": "198.51.100.1", "cf-connecting-ip": "198.51.100.2" }))).toBe("192.0.2.7");
});

test("all addresses of one IPv6 network share their attempts", () => {
  const first = clientAddress(arriving("2001:db8:1:2::1"));
  expect(clientAddress(arriving("2001:db8:1:2:ffff::9"))).toBe(first);
  expect(clientAddress(arriving("2001:db8:1:3::1"))).not.toBe(first);
});

test("a connection that nobody saw has one counter with all such", () => {
  expect(clientAddress(new Headers({ "x-forwarded-for": "198.51.100.1" }))).toBe("unknown");
});
