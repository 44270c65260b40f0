import { expect, test } from "vitest";
import { MALFORMED, screenRequest } from "../../../lib/http/screen-request";

const screen = (url: string, headers: Record<string, string> = { host: "a.example" }) => {
  const request = { url, headers: { ...headers } };
  screenRequest(request);
  return request;
};

test.each(["/", "/a%20b", "/%E2%82%AC?x=%ff", "/launches/x"])("%s passes as it is", (url) => {
  expect(screen(url).url).toBe(url);
});

test.each(["/%ff", "/%", "/a/%E0%A4%A", "/%zz/b", "/launches/%00"])("%s is nobody's address", (url) => {
  expect(screen(url).url).toBe(MALFORMED);
});

test.each(["a.example", "a.example:3000", "localhost:3000", "127.0.0.1", "[::1]:3000", "db_1", "a.example."])("%s is a host", (host) => {
  expect(screen("/", { host }).url).toBe("/");
});

test.each(["';--", "a b", "a.example:99999", "a/b", "", "http://x"])("%j is no host", (host) => {
  expect(screen("/", { host }).url).toBe(MALFORMED);
  expect(screen("/", { host: "a.example", "x-forwarded-host": host }).headers).toEqual({ host: "a.example" });
});

test("what a proxy says rightly stays", () => {
  const headers = { host: "inner", "x-forwarded-host": "a.example, b.example", "x-forwarded-proto": "https,http" };
  expect(screen("/", headers).headers).toEqual(headers);
  expect(screen("/", { ...headers, "x-forwarded-proto": "gopher" }).headers).not.toHaveProperty("x-forwarded-proto");
});
