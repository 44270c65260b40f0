import { expect, test } from "vitest";
import { textFields } from "../../../app/(site)/_components/form-state";

test("the texts of a form come without NUL, once each, and without files", () => {
  const form = new FormData();
  form.set("site", "de\0mo\0");
  form.append("twice", "a");
  form.append("twice", "b");
  form.set("picture", new File(["x"], "x.png"));
  expect(textFields(form, ["site", "twice", "picture", "absent"])).toEqual({ site: "demo", twice: "b" });
  expect(textFields("no form at all", ["site"])).toEqual({});
});
