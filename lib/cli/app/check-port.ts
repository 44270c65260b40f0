import { createServer } from "node:net";
import { AppError } from "../../app-error";

/** Throws AppError `unavailable` when nobody can listen on that port now, with what to do about it. */
export function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "is in use: stop the program that holds it" : `can't be listened on (${error.code})`;
      const message = `Port ${port} ${reason}, or choose another one, as in PORT=${port < 60_000 ? Math.max(port + 1, 3001) : 3001} npm start.`;
      reject(new AppError("unavailable", message, { field: "PORT", cause: error }));
    });
    probe.listen(port, "0.0.0.0", () => probe.close(() => resolve()));
  });
}
