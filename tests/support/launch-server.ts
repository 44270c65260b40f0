import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer of the source, in the shape its documentation gives. */
export function launchAnswer(count: number, from: Date): { count: number; next: null; previous: null; results: Record<string, unknown>[] } {
  const results = Array.from({ length: count }, (_, index) => {
    const net = new Date(from.getTime() + (index + 1) * 86_400_000).toISOString();
    return {
      id: `4a2f7c1e-0000-4000-8000-00000000000${index}`,
      url: `https://ll.thespacedevs.com/2.3.0/launches/4a2f7c1e-0000-4000-8000-00000000000${index}/`,
      name: `Falcon 9 Block 5 | Starlink Group ${index}`,
      response_mode: "normal",
      slug: `falcon-9-block-5-starlink-group-${index}`,
      launch_designator: null,
      status: { id: 1, name: "Go for Launch", abbrev: "Go", description: "Current T-0 confirmed by official or reliable sources." },
      last_updated: "2026-03-01T10:00:00Z",
      net,
      net_precision: { id: 1, name: "Minute", abbrev: "MIN", description: "The T-0 is accurate to the minute." },
      window_end: net,
      window_start: net,
      image: {
        id: 1,
        name: "Falcon 9",
        image_url: "https://example.org/falcon-9.png",
        thumbnail_url: "https://example.org/falcon-9-s.png",
      },
      infographic: null,
      probability: null,
      weather_concerns: null,
      failreason: "",
      hashtag: null,
      launch_service_provider: { response_mode: "list", id: 121, name: "SpaceX", abbrev: "SpX", type: { id: 3, name: "Commercial" } },
      rocket: {
        id: 1,
        configuration: {
          response_mode: "list",
          id: 164,
          name: "Falcon 9",
          families: [],
          full_name: "Falcon 9 Block 5",
          variant: "Block 5",
        },
      },
      mission: {
        id: 1,
        name: `Starlink Group ${index}`,
        type: "Communications",
        description: "A batch of satellites for the Starlink mega-constellation.",
        image: null,
        orbit: { id: 8, name: "Low Earth Orbit", abbrev: "LEO", celestial_body: { id: 1, name: "Earth" } },
        agencies: [],
        info_urls: [],
        vid_urls: [],
      },
      pad: {
        id: 80,
        active: true,
        agencies: [],
        name: "Space Launch Complex 40",
        country: { id: 2, name: "United States of America", alpha_2_code: "US", alpha_3_code: "USA" },
        latitude: 28.56194122,
        longitude: -80.57735736,
        location: { id: 12, name: "Cape Canaveral SFS, FL, USA", country: { id: 2, name: "United States of America" } },
      },
      webcast_live: false,
      program: [],
    };
  });
  return { count, next: null, previous: null, results };
}

export interface LaunchServer {
  url: string;
  requests: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** A server in the place of the source of launches; `answer` says what it does next. */
export async function startLaunchServer(): Promise<LaunchServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    launchServer.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const launchServer: LaunchServer = {
    url: `http://127.0.0.1:${port}/2.3.0/launches/upcoming/`,
    requests,
    answer: (_, response) => response.writeHead(500).end(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return launchServer;
}

export const sendJson =
  (body: unknown, headers: Record<string, string> = {}): LaunchServer["answer"] =>
  (_, response) =>
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(typeof body === "string" ? body : JSON.stringify(body));
