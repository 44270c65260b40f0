import { UnstorableError } from "./unstorable-error";

/** PostgreSQL counts days and microseconds from the start of this year. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const EPOCH_DAYS = EPOCH_MS / 86_400_000;
const TWO_32 = 2 ** 32;
const LARGEST_FLOAT4 = 3.4028234663852886e38;

/** Writes values as PostgreSQL reads them in its binary formats, each preceded by its length; grows as it needs to. */
export class BinaryWriter {
  private buffer: Buffer;
  private view: DataView;
  private at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.buffer.buffer);
  }

  /** What was written so far, without a copy: the writer must not be used any more. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  rawInt16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.at, value);
    this.at += 2;
  }

  rawInt32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.at, value);
    this.at += 4;
  }

  null(): void {
    this.rawInt32(-1);
  }

  boolean(value: boolean): void {
    this.reserve(5);
    this.view.setInt32(this.at, 1);
    this.buffer[this.at + 4] = value ? 1 : 0;
    this.at += 5;
  }

  smallint(value: number): void {
    this.reserve(6);
    this.view.setInt32(this.at, 2);
    this.view.setInt16(this.at + 4, value);
    this.at += 6;
  }

  integer(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.at, 4);
    this.view.setInt32(this.at + 4, value);
    this.at += 8;
  }

  bigint(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is no number that can be stored.`);
    this.reserve(12);
    const high = Math.floor(value / TWO_32);
    this.view.setInt32(this.at, 8);
    this.view.setInt32(this.at + 4, high);
    this.view.setUint32(this.at + 8, value - high * TWO_32);
    this.at += 12;
  }

  real(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.at, 4);
    this.view.setFloat32(this.at + 4, Math.min(value, LARGEST_FLOAT4));
    this.at += 8;
  }

  /** An instant, from UTC milliseconds. */
  timestamptz(value: number): void {
    this.bigint((value - EPOCH_MS) * 1_000);
  }

  /** A date, from a count of days since 1970-01-01. */
  date(value: number): void {
    this.integer(value - EPOCH_DAYS);
  }

  /** A UUID from its 32 hexadecimal digits, with hyphens or without. */
  uuid(value: string): void {
    this.reserve(20);
    this.view.setInt32(this.at, 16);
    const start = this.at + 4;
    let digits = 0;
    let byte = 0;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code === HYPHEN) continue;
      byte = byte * 16 + hexDigit(code, value);
      digits += 1;
      if (digits % 2 === 1) continue;
      if (digits > 32) throw new UnstorableError(`${value} is not a UUID`);
      this.buffer[start + digits / 2 - 1] = byte;
      byte = 0;
    }
    if (digits !== 32) throw new UnstorableError(`${value} is not a UUID`);
    this.at = start + 16;
  }

  text(value: string): void {
    this.reserve(4 + value.length * 3);
    const start = this.at + 4;
    let index = 0;
    // Short and plain, as nearly all are: a call to write them costs more than the loop.
    for (; index < value.length && index < LONG_TEXT; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) break;
      this.buffer[start + index] = code;
    }
    const length = index === value.length ? index : this.buffer.write(value, start);
    this.view.setInt32(this.at, length);
    this.at = start + length;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}

const HYPHEN = 45;
const LONG_TEXT = 64;

function hexDigit(code: number, of: string): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  if (lower >= 97 && lower <= 102) return lower - 87;
  throw new UnstorableError(`${of} is not a UUID`);
}
