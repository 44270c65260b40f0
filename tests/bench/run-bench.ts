import { AppError } from "../../lib/app-error";
import { verify } from "../../lib/store/verify";
import { type Figure, isSane, type Measurement, type Reading } from "./measurement";
import { MEASUREMENTS } from "./measurements";
import { describeMachine } from "./report/machine";
import { formatNumber, printTable, type Result } from "./report/print-table";
import { writeResults } from "./report/write-results";
import { type Bench, withBench } from "./support/bench";

export interface BenchOptions {
  json?: boolean;
  only?: string[];
  quick?: boolean;
  write?: boolean;
  soakRequests: number;
}

const isWanted = ({ name, figures }: Measurement, only: readonly string[]) =>
  only.includes(name) || figures.some(({ key }) => only.includes(key));

/**
 * Measures, prints, and returns the exit code: 1 when something could not be measured, a smoke run's ratio makes no sense, or a database does not
 * pass `verify` afterwards. A missed budget is printed, not a failure: machines differ.
 */
export async function runBench(options: BenchOptions): Promise<number> {
  const { only, quick = false } = options;
  if (quick && options.write) throw new AppError("invalid", "--write: a smoke run measures nothing worth writing down. Leave --quick out.");
  const unknown = only?.find((name) => !MEASUREMENTS.some((measurement) => isWanted(measurement, [name])));
  if (unknown !== undefined)
    throw new AppError("invalid", `There is no measurement "${unknown}"; there are ${MEASUREMENTS.map(({ name }) => name).join(", ")}.`);
  const chosen = MEASUREMENTS.filter((measurement) => (only ? isWanted(measurement, only) : !quick || measurement.quick));
  const say = (text: string) => process.stderr.write(`  ${text}\n`);
  const results: Result[] = [];
  const machine = await withBench({ quick, say, soakRequests: quick ? 500 : options.soakRequests }, async (bench) => {
    for (const measurement of chosen) {
      say(`── ${measurement.name}`);
      const measured = await measureOne(measurement, bench);
      for (const { figure, reading } of measured)
        if (reading) say(`   ${figure.key} ${formatNumber(reading.value)} ${figure.unit} ${reading.note ?? ""}`);
      results.push(...measured);
    }
    if (bench.databases().length > 0) results.push(await verifyAll(bench));
    return describeMachine(bench.databases()[0]?.database.url);
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, quick, results }, null, 2)}\n`);
  else process.stdout.write(printTable(results, quick));
  if (options.write) await writeResults(results, machine);
  return results.some((result) => result.error !== undefined || (quick && !isSane(result.figure, result.reading))) ? 1 : 0;
}

async function measureOne(measurement: Measurement, bench: Bench): Promise<Result[]> {
  const started = performance.now();
  const measured: { readings: Record<string, Reading> } | { error: string } = await measurement
    .measure(bench)
    .then((readings) => ({ readings }))
    .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }));
  bench.say(`   ${Math.round((performance.now() - started) / 1000)} s${"error" in measured ? `, failed: ${measured.error}` : ""}`);
  return measurement.figures.map((figure) => {
    if ("error" in measured) return { figure, error: measured.error };
    const reading = measured.readings[figure.key];
    return reading ? { figure, reading } : { figure, error: "gave no value" };
  });
}

const VERIFIED: Figure = {
  key: "verifyDifferences",
  title: "Numbers and sessions that differ from the raw events afterwards, all databases",
  unit: "",
  budget: { atMost: 0 },
  sane: [0, 0],
};

/** Speed that loses or miscounts an event is no speed. */
async function verifyAll(bench: Bench): Promise<Result> {
  let [checked, different] = [0, 0];
  for (const { name, database } of bench.databases()) {
    // It holds the yardstick: rows without sessions.
    if (name === "plain") continue;
    bench.say(`Verifying ${name}`);
    const verified = await verify(database.db, database.site);
    checked += verified.checked;
    different += verified.different;
  }
  return { figure: VERIFIED, reading: { value: different, note: `${checked.toLocaleString("en-US")} numbers and sessions compared` } };
}
