import { beforeAll, expect, it } from "vitest";
import { loadPaperFont } from "@/app/dashboard/export/_report/paper-font";
import { paperWriter } from "@/app/dashboard/export/_report/paper-text";

let write: (text: string) => string;
beforeAll(async () => {
  write = paperWriter(await loadPaperFont());
});

it.each(["/house-price?sort=−1", "Żółw, čaj, Ærø, İstanbul", "/τιμή/σπιτιού", "/цены/їжа", "/tiệm-phở", "12\u00a0% · “x” – 3 ×"])(
  "%s is drawn as it is",
  (text) => expect(write(text)).toBe(text),
);

it.each([
  ["/价格", "/%E4%BB%B7%E6%A0%BC"],
  ["/价钱", "/%E4%BB%B7%E9%92%B1"],
  ["a\nb", "a%0Ab"],
  ["/🏠", "/%F0%9F%8F%A0"],
  ["\ud800", "%EF%BF%BD"],
])("%j, which the font cannot draw, stays distinct: %s", (text, written) => expect(write(text)).toBe(written));
