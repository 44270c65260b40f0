import { Client } from "pg";
import { type Db, openDatabase } from "../../lib/db/client";

/** A node of a plan, as EXPLAIN (FORMAT JSON) writes it. */
export interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  /** A loop's rows, on average. */
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  "Sort Space Type"?: string;
  "Sort Space Used"?: number;
  Plans?: PlanNode[];
}

export interface ExecutedPlan {
  sql: string;
  /** Every node of it. */
  nodes: PlanNode[];
}

/**
 * A client of that database whose every statement, also inside functions, is executed with its plan being noted (Postgres' own auto_explain). `take` gives
 * the plans since it was last asked.
 */
export async function watchPlans(url: string): Promise<{ db: Db; take(): ExecutedPlan[]; close(): Promise<void> }> {
  await haveExplained(url);
  const plans: ExecutedPlan[] = [];
  const connect = Client.prototype.connect;
  // Prisma keeps its connections to itself; the notices of all that are opened from here on are heard.
  Client.prototype.connect = function (this: Client, ...given: unknown[]) {
    this.on("notice", ({ message }) => {
      const json = message?.match(/plan:\s*(\{[\s\S]*\})\s*$/)?.[1];
      if (json === undefined) return;
      const { "Query Text": sql, Plan: plan } = JSON.parse(json) as { "Query Text": string; Plan: PlanNode };
      plans.push({ sql, nodes: [...everyNode(plan)] });
    });
    return Reflect.apply(connect, this, given);
  } as typeof connect;
  const db = openDatabase(url, { poolSize: 2 });
  return {
    db,
    take: () => plans.splice(0),
    close: async () => {
      Client.prototype.connect = connect;
      await db.$disconnect();
    },
  };
}

async function haveExplained(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const name = client.escapeIdentifier(new URL(url).pathname.slice(1));
    for (const [setting, value] of SETTINGS) await client.query(`ALTER DATABASE ${name} SET ${setting} = '${value}'`);
  } finally {
    await client.end();
  }
}

const SETTINGS = [
  ["session_preload_libraries", "auto_explain"],
  ["auto_explain.log_min_duration", "0"],
  ["auto_explain.log_analyze", "on"],
  ["auto_explain.log_timing", "off"],
  ["auto_explain.log_nested_statements", "on"],
  ["auto_explain.log_format", "json"],
  ["auto_explain.log_level", "notice"],
] as const;

function* everyNode(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* everyNode(child);
}
