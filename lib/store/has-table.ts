import pg from "pg";

/** Whether there is a table of that name, `schema.table`. */
export async function hasTable(url: string, name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [name]);
    return rows[0]?.there ?? false;
  } finally {
    await client.end();
  }
}
