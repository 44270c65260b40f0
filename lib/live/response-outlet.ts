import type { ServerResponse } from "node:http";
import { whenOver } from "../http/when-over";
import type { OpenOutlet } from "./outlet";

/**
 * An outlet that writes to the response of Node's own server. Whoever holds the response still ends it once, with the headers and no body: that only sends
 * the headers (or ends it after all, where the status tells of an error), and the stream goes on after that one has let go. A route handler of Next that
 * answers with a stream instead keeps its whole way to the handler in memory for as long as the stream is open: four fifths of what one takes.
 */
export function responseOutlet(response: ServerResponse): OpenOutlet {
  return ({ onRoom, onGone }) => {
    let begun = false;
    const end = response.end;
    const endForGood = () => {
      response.end = end;
      response.end();
    };
    response.end = ((...rest: Parameters<typeof end>) => {
      response.end = end;
      if (response.statusCode !== 200) return response.end(...rest);
      response.flushHeaders();
      begun = true;
      onRoom();
      return response;
    }) as typeof end;
    response.on("drain", onRoom);
    whenOver(response.req, response, onGone);
    return {
      get hasRoom() {
        return begun && !response.writableNeedDrain;
      },
      write: (message) => void response.write(message),
      end: endForGood,
      cut: () => void response.destroy(),
    };
  };
}
