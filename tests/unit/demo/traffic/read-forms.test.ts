import { expect, test } from "vitest";
import { readForms } from "@/lib/demo/traffic/read-forms";

test("a server action's form gives its hidden fields, decoded, as a browser without scripts would send them", () => {
  const [form] = readForms(`<main><form action="" encType="multipart/form-data" method="POST"><!--$-->
    <input type="hidden" name="$ACTION_REF_1"/>
    <input type="hidden" name="$ACTION_1:0" value="{&quot;id&quot;:&quot;a&amp;b&quot;,&quot;bound&quot;:&quot;$@1&quot;}"/>
    <input class="x>y" name="email" type="email" required="" value="a&#x27;b@example.com"/>
    <input name="password" type="password"/></form></main>`);
  expect(form?.fields).toEqual([
    ["$ACTION_REF_1", ""],
    ["$ACTION_1:0", '{"id":"a&b","bound":"$@1"}'],
    ["email", "a'b@example.com"],
    ["password", ""],
  ]);
});

test("boxes and buttons: only what is ticked is sent, files and buttons are not", () => {
  const [form] = readForms(`<form><input type="radio" name="gender" value="f"><input type="radio" name="gender" value="m" checked>
    <input type="checkbox" name="aircon" value="yes"><input type="checkbox" name="driveway" checked="">
    <input type="file" name="picture"><input type="submit" name="go"><input name="off" disabled>
    <select name="stories"><option value="1">one</option><option value="2" selected="">two</option></select></form>`);
  expect(form?.fields).toEqual([
    ["gender", "m"],
    ["driveway", "on"],
    ["stories", "2"],
  ]);
  expect(form?.files).toEqual(["picture"]);
  expect([...(form?.names ?? [])]).toEqual(["gender", "aircon", "driveway", "picture", "go", "stories"]);
});

test("each form of a page by itself; a page without one has none", () => {
  expect(readForms("<form><input name='a'></form><p></p><form><input name=b></form>").map(({ names }) => [...names])).toEqual([
    ["a"],
    ["b"],
  ]);
  expect(readForms("<p>nothing</p>")).toEqual([]);
});
