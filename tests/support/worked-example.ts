import type { MetricValues } from "../../lib/metrics/snapshot";

const HEADER = "user_name,user_id,name,surname,gender,method,route,status,time,date";
const PEOPLE = {
  a: "a@example.com,1,Visitor,A,m",
  b: "b@example.com,2,Visitor,B,f",
  c: "c@example.com,3,Visitor,C,m",
};

const deed = (who: keyof typeof PEOPLE, what: string, time: string, date = "2022-10-11") => `${PEOPLE[who]},${what},${time},${date}`;
const LOGIN = "POST,/login,Success";
const LOGOUT = "GET,/logout,Success";
const REGISTER = "POST,/register,Success";

/** The worked example of docs/metrics.md as an activity log. */
export const WORKED_EXAMPLE = `${[
  HEADER,
  deed("a", REGISTER, "09:00:00", "2022-10-10"),
  deed("a", LOGIN, "09:00:10", "2022-10-10"),
  deed("a", "GET,/house-price,Success", "09:00:20", "2022-10-10"),
  deed("a", "POST,/house-price,Error", "09:00:50", "2022-10-10"),
  deed("a", "POST,/house-price,Success", "09:01:10", "2022-10-10"),
  deed("a", LOGOUT, "09:02:10", "2022-10-10"),
  deed("b", REGISTER, "10:00:00"),
  deed("b", LOGIN, "10:00:00"),
  deed("b", LOGOUT, "10:00:03"),
  deed("a", LOGIN, "10:58:00"),
  deed("a", "GET,/celebrity,Success", "10:58:30"),
  deed("a", "POST,/celebrity,Success", "10:59:00"),
  deed("a", LOGOUT, "11:01:00"),
  deed("a", LOGIN, "12:00:00"),
  deed("a", "GET,/house-price,Success", "12:00:01"),
  deed("a", LOGOUT, "12:00:04"),
  deed("c", LOGIN, "13:00:00"),
  deed("c", "GET,/celebrity,Success", "13:05:00"),
].join("\n")}\n`;

const views = (celebrity: number, housePrice: number) => {
  const all = celebrity + housePrice;
  return [
    { route: "/celebrity", views: celebrity, share: celebrity / all },
    { route: "/house-price", views: housePrice, share: housePrice / all },
  ];
};
const SAME = { users: 3, repeatVisitorRatio: 1 / 3, bounceRate: 0, genderRatio: { m: 2, f: 1, unknown: 0 } };
const DAY = {
  ...SAME,
  newUsers: 1,
  sessions: 4,
  timePerSession: 121.75,
  conversionRate: 0.25,
  timeToConversion: 60,
  pageViews: views(2, 1),
};
const WEEK = { ...SAME, newUsers: 2, sessions: 5, conversionRate: 0.4, pageViews: views(2, 2) };

/** Its table, through the periods that end with 2022-10-11. */
export const WORKED_TABLE: readonly [period: "day" | "week", lens: "all" | "signed-in", metrics: MetricValues][] = [
  ["day", "all", { ...DAY, actions: 12, actionsPerSession: 3 }],
  ["day", "signed-in", { ...DAY, actions: 11, actionsPerSession: 2.75 }],
  ["week", "all", { ...WEEK, actions: 18, actionsPerSession: 3.6, timePerSession: 123.4, timeToConversion: 65 }],
  ["week", "signed-in", { ...WEEK, actions: 16, actionsPerSession: 3.2, timePerSession: 121.4, timeToConversion: 60 }],
];
