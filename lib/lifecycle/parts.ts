import { capturePart } from "../capture/capture-part";
import { partitionPart } from "../db/partition-part";
import { connectionLimitsPart } from "../http/connection-limits-part";
import { requestLogPart } from "../http/request-log-part";
import { securityPart } from "../http/security-part";
import { livePart } from "../live/live-part";
import { consolePart } from "../observe/console-part";
import { pipelinePart } from "../pipeline/pipeline-part";
import { retentionPart } from "../privacy/retention-part";
import type { ServerPart } from "./part";

/**
 * What a server process runs, in the order it starts. It stops in reverse, so a part may rely on those above it until its own end:
 * the buffer stands first and flushes last, after every stream and every worker has let go.
 */
export const SERVER_PARTS: ServerPart[] = [
  consolePart,
  requestLogPart,
  connectionLimitsPart,
  securityPart,
  partitionPart,
  capturePart,
  pipelinePart,
  retentionPart,
  livePart,
];
