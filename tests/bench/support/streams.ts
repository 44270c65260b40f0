import { Agent, type ClientRequest, request } from "node:http";

const AT_ONCE = 50;

/** Many open dashboards: streams of one server, read to the last byte as a browser reads them. */
export interface Streams {
  open: number;
  /** How many `snapshot` messages came, by the id that each computation gives its message. */
  received: Map<string, number>;
  close(): void;
}

/** Opens `count` streams and waits until each has its first snapshot. */
export async function openStreams(url: string, cookie: string, count: number): Promise<Streams> {
  const agent = new Agent({ keepAlive: false });
  const requests: ClientRequest[] = [];
  const streams: Streams = {
    open: 0,
    received: new Map(),
    close: () => {
      for (const each of requests) each.destroy();
      agent.destroy();
    },
  };
  try {
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => openOne(url, cookie, agent, requests, streams));
      await Promise.all(some);
    }
    return streams;
  } catch (error) {
    streams.close();
    throw error;
  }
}

function openOne(url: string, cookie: string, agent: Agent, requests: ClientRequest[], streams: Streams): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = request(`${url}/api/metrics/stream?site=demo&period=day&lens=all`, { agent, headers: { cookie } });
    requests.push(stream);
    stream.on("error", reject);
    stream.on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream was answered with ${response.statusCode}`));
      streams.open += 1;
      let rest = "";
      response.setEncoding("utf8");
      response.on("error", () => undefined);
      response.on("close", () => {
        streams.open -= 1;
      });
      response.on("data", (chunk: string) => {
        const messages = `${rest}${chunk}`.split("\n\n");
        rest = messages.pop() ?? "";
        for (const message of messages) {
          const id = /^id: (\S+)\nevent: snapshot\n/.exec(message)?.[1];
          if (id === undefined) continue;
          streams.received.set(id, (streams.received.get(id) ?? 0) + 1);
          resolve();
        }
      });
    });
    stream.end();
  });
}
