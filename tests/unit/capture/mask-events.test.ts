import { expect, test } from "vitest";
import { maskEvents } from "@/lib/capture/mask-events";
import { makeEvent } from "../../support/make-event";

const SECRET = "a secret of the installation";

async function mask(addresses: (string | null)[], privacy: "keep" | "truncate" | "hash") {
  async function* batches() {
    yield addresses.map((address) => makeEvent({ address, visitor: address ? `address:${address}` : "user:ann" }));
  }
  const masked = [];
  for await (const batch of maskEvents(batches(), privacy, SECRET)) masked.push(...batch);
  return masked.map(({ address, visitor }) => ({ address, visitor }));
}

test("addresses that are kept are left alone", async () => {
  expect(await mask(["192.0.2.77", null], "keep")).toEqual([
    { address: "192.0.2.77", visitor: "address:192.0.2.77" },
    { address: null, visitor: "user:ann" },
  ]);
});

test("of truncated ones the network stays, and the visitors behind it stay apart", async () => {
  const [first, second, again, other] = await mask(["192.0.2.77", "192.0.2.78", "192.0.2.77", "2001:db8:1:2::3"], "truncate");
  expect([first?.address, second?.address, other?.address]).toEqual(["192.0.2.0/24", "192.0.2.0/24", "2001:db8:1::/48"]);
  expect(first?.visitor).not.toBe(second?.visitor);
  expect(again).toEqual(first);
});

test.each(["truncate", "hash"] as const)("with %s no event tells the address", async (privacy) => {
  expect(JSON.stringify(await mask(["192.0.2.77", "2001:db8::77"], privacy))).not.toMatch(/\.77|:77/);
});
